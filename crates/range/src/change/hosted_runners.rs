//! CI moves from one cloud's hosted runners to another's; the repository stays.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::{Change, Kind};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::CiOidc]) else { return Ok(None) };
    let region = occasion.builder.organisation.regions[0].clone();
    let name = match occasion.number % 2 {
        0 => "google-us".to_owned(),
        _ => occasion.builder.organisation.networks.aws(&region)?.name.clone(),
    };
    let place = occasion.builder.anywhere(&name)?;
    occasion.shift(index, 10_000, Change::Places(vec![place]));
    Ok(Some(occasion.label("hosted-runners", Reason::CiUnchanged, &[index], 7)))
}
