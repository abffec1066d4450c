//! Somebody new begins: no history, everything for the first time.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let index = occasion.builder.person(Kind::SsoPerson, 10_000 + occasion.number)?;
    occasion.taken.insert(index);
    let from = occasion.time;
    let principal = occasion.principal(index);
    principal.from = from;
    let account = principal.account;
    for hours in [1, 2, 4, 26] {
        occasion.once(index, "first-day", hours, account)?;
    }
    Ok(Some(occasion.label("onboarding", Reason::NewPrincipal, &[index], 7)))
}
