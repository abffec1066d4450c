//! CloudTrail bytes become events; problems are returned beside them, never thrown.
