//! The user's Sigma rules: which records they match, and what correlations find over several events.
//!
//! [`load`] makes a [`Ruleset`] of the texts of rule files and names every rule that it cannot use,
//! with the reason. A ruleset looks at records while they are decoded; what it finds is kept with
//! the event. What a match is worth, this crate does not know; nor does it read files.

mod correlate;
mod doubt;
mod file;
mod head;
mod licence;
mod load;
mod record;
mod ruleset;

#[cfg(test)]
mod tests;

pub use file::{Named, RuleFile};
pub use licence::in_words as licence_in_words;
pub use load::{Loaded, load};
pub use ruleset::Ruleset;
