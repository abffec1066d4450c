//! The evaluation, and what the programs of this crate share.

pub mod eval;
pub mod found;
pub mod simple;
