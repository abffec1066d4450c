//! What people and programs read: cards, tables, lines of JSON.
//!
//! Everything for a terminal is a [`page::Page`] of [`page::Line`]s, and a line takes no text that
//! has not become [`safe::Safe`]: no field of a record reaches a terminal as it is.

#[cfg(feature = "lake")]
pub(crate) mod answer;
pub(crate) mod books;
pub(crate) mod card;
pub(crate) mod contain;
pub(crate) mod document;
#[cfg(feature = "lake")]
pub(crate) mod dossier;
pub(crate) mod drill;
pub(crate) mod failure;
mod hypotheses;
pub(crate) mod identities;
mod investigation;
pub(crate) mod json;
mod ledger;
mod lineage;
pub(crate) mod ndjson;
mod next;
pub(crate) mod page;
pub(crate) mod progress;
pub(crate) use report::safe;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod signals;
pub(crate) mod style;
pub(crate) mod summary;
mod table;
#[cfg(test)]
mod tests;
mod timeline;
pub(crate) mod verdicts;
pub(crate) use report::words;
