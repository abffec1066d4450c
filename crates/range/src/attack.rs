//! The attack library: real thefts as scripts, one family per file.
//!
//! Each follows what was published about the case: its calls in their order, its pace, its
//! programs, its networks. Only what the victim may do succeeds; the rest is refused, as it would
//! have been. The sources are named in `detection.md`, section 7.

mod ai_assisted;
mod ci_leak;
mod container_mining;
mod crimson;
mod data_theft;
mod desktop_client;
mod extortion;
mod mail_triage;
mod metadata_theft;
mod mining;
mod model_abuse;
mod persistence;
mod plan;
mod quarantine;
mod ransom;
mod runtime_theft;
mod scene;
mod slow_takeover;
mod social_engineering;
mod stealth_host;
mod stealth_neighbour;
mod stealth_replay;
mod thief;
mod validation;
mod victim;

pub use plan::{plan, play};
pub use scene::{Identity, Scene};
pub use thief::Thief;
pub use victim::Victim;

use crate::error::{Error, Result};
use crate::truth::Style;

/// A family of attacks.
#[derive(Debug)]
pub struct Family {
    /// Its name in parameter files and reports.
    pub name: &'static str,
    /// Its row in section 7 of `detection.md`.
    pub row: u8,
    /// How hard it is to see.
    pub style: Style,
    /// Whether a thief of this family would do this with the victim's credential.
    pub suits: fn(&Victim) -> bool,
    /// What the thief does.
    pub act: fn(&mut Scene<'_>) -> Result<()>,
}

/// All families.
pub fn library() -> &'static [&'static Family] {
    const LIBRARY: [&Family; 21] = [
        &validation::FAMILY,
        &mail_triage::FAMILY,
        &extortion::FAMILY,
        &mining::FAMILY,
        &container_mining::FAMILY,
        &model_abuse::FAMILY,
        &ai_assisted::FAMILY,
        &ransom::FAMILY,
        &slow_takeover::FAMILY,
        &desktop_client::FAMILY,
        &persistence::FAMILY,
        &crimson::FAMILY,
        &social_engineering::FAMILY,
        &metadata_theft::FAMILY,
        &runtime_theft::FAMILY,
        &data_theft::FAMILY,
        &ci_leak::FAMILY,
        &stealth_neighbour::FAMILY,
        &stealth_host::FAMILY,
        &stealth_replay::FAMILY,
        &quarantine::FAMILY,
    ];
    &LIBRARY
}

/// The family of this name.
pub fn family(name: &str) -> Result<&'static Family> {
    library().iter().copied().find(|family| family.name == name).ok_or_else(|| Error::Data {
        file: "thefts.families".to_owned(),
        reason: format!("no family {name}"),
    })
}

#[cfg(test)]
mod tests;
