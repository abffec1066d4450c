//! Somebody opens pages of the console for the first time; each asks dozens of things.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::SsoPerson, Kind::UserPerson]) else { return Ok(None) };
    let account = occasion.principal(index).account;
    let pages = ["console-security", "console-iam", "console-rds", "console-s3", "console-ec2"];
    for (hours, page) in (0..).zip(pages) {
        if occasion.dice.chance(0.6) {
            occasion.once(index, page, hours, account)?;
        }
    }
    Ok(Some(occasion.label("console-fan-out", Reason::ConsoleFanOut, &[index], 1)))
}
