//! One pure step: the state of a principal and an event become a new state and signals.
