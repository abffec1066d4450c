//! A long-term key is rotated badly: both keys go on for a week or more, none is deleted.

use crate::change::Occasion;
use crate::error::Result;
use crate::habits::DAY;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let kinds = [Kind::Application, Kind::CiKey, Kind::UserPerson];
    let Some(index) = occasion.pick(&kinds) else { return Ok(None) };
    let overlap = occasion.dice.between(5, 30) * DAY;
    occasion.new_key(index, overlap)?;
    Ok(Some(occasion.label("sloppy-rotation", Reason::KeyRotation, &[index], 7)))
}
