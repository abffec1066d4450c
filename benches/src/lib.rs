//! What the programs of this crate share: reading what `keyhound` found.

pub mod found;
