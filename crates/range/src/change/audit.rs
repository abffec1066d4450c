//! The quarterly audit: credential reports, authorization details, every account.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::Auditor]) else { return Ok(None) };
    for account in 0..occasion.builder.organisation.accounts.len() {
        let hours = occasion.dice.between(0, 7);
        occasion.once(index, "audit", hours, account)?;
    }
    Ok(Some(occasion.label("quarterly-audit", Reason::ScannerOrAuditor, &[index], 2)))
}
