//! A long-term key is rotated well: new key, same machine, old one off and deleted.

use crate::change::Occasion;
use crate::error::Result;
use crate::habits::{DAY, HOUR};
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let kinds = [Kind::Application, Kind::CiKey, Kind::UserPerson];
    let Some(index) = occasion.pick(&kinds) else { return Ok(None) };
    // The old key goes on for some hours, until the new one is deployed everywhere.
    let (old, hand_over) = (occasion.new_key(index, 6 * HOUR)?, occasion.dice.between(1, 3) * DAY);
    let user = occasion.principal(index).name.clone();
    let fields = crate::record::Fields::default().with("new-user", &user).with("other-key", &old);
    occasion.call_by_administrator("iam:UpdateAccessKey", hand_over, &fields, index)?;
    occasion.call_by_administrator("iam:DeleteAccessKey", hand_over + DAY, &fields, index)?;
    Ok(Some(occasion.label("rotation", Reason::KeyRotation, &[index], 4)))
}
