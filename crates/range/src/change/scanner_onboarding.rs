//! A posture scanner is bought and begins to read everything.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    // An even number makes a scanner, not a monitoring service.
    let index = occasion.builder.workload(Kind::Scanner, 100 + 2 * occasion.number)?;
    occasion.taken.insert(index);
    let from = occasion.time;
    let login = occasion.builder.vendor("assessment", "continuous-assessment", &mut occasion.dice);
    let principal = occasion.principal(index);
    principal.login = login;
    principal.from = from;
    Ok(Some(occasion.label("scanner-onboarding", Reason::ScannerOrAuditor, &[index], 7)))
}
