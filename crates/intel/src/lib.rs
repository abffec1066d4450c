//! What is known about an address, a client string, an API action and a thief.
//!
//! Everything here is a fact about the world outside the judged organisation: no principals, no incidents,
//! nothing is downloaded. The tables are compiled by `cargo xtask intel`; `data/PROVENANCE.md` names their sources.

pub mod action;
pub mod address;
pub mod client;
pub mod thief;
