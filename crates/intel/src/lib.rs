//! What is known about an address, a client string, an API action, and a thief.
