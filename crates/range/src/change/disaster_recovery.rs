//! An exercise: backups are restored in another region by an administrator.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::SsoPerson, Kind::Administrator]) else {
        return Ok(None);
    };
    let account = occasion.principal(index).account;
    for hours in [0, 1, 3, 4] {
        occasion.once(index, "disaster-recovery", hours, account)?;
    }
    Ok(Some(occasion.label("disaster-recovery", Reason::OwnerAtWork, &[index], 1)))
}
