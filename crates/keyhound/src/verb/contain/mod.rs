//! `keyhound contain`: shut the thief out, prove it, and be able to undo it.

mod access;
mod apply;
mod files;
#[cfg(feature = "lake")]
mod lake;
mod plan;
mod review;
mod status;
mod undo;
mod verify;

use anyhow::Result;

use super::Verdict;
use crate::cli::{Contain, ContainVerb, Global};

pub(super) fn run(arguments: &Contain, global: &Global) -> Result<Verdict> {
    match &arguments.verb {
        ContainVerb::Plan(arguments) => plan::run(arguments, global),
        ContainVerb::Apply(arguments) => apply::run(arguments, global),
        ContainVerb::Verify(arguments) => verify::run(arguments, global),
        ContainVerb::Undo(arguments) => undo::run(arguments, global),
        ContainVerb::Status(arguments) => status::run(arguments, global),
        ContainVerb::Review(arguments) => review::run(arguments, global),
        ContainVerb::Policy(arguments) => review::policy(arguments),
    }
}

/// A document as pretty JSON.
fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
