//! An administrator responds to an incident: logs, snapshots, reports, at any hour.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::Administrator]) else { return Ok(None) };
    let accounts = occasion.builder.organisation.accounts.len();
    for hours in [9, 10, 12, 13] {
        let account = occasion.dice.below(accounts as u64) as usize;
        occasion.once(index, "respond", hours, account)?;
    }
    Ok(Some(occasion.label("incident-responder", Reason::OwnerAtWork, &[index], 2)))
}
