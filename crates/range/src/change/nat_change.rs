//! A subnet gets another NAT gateway, or a server another address at its hoster.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::{Change, Kind};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::Application, Kind::CiKey]) else { return Ok(None) };
    let mut places = occasion.principal(index).places.clone();
    let networks = occasion.builder.organisation.networks;
    for place in &mut places {
        place.address = networks.named(&place.network)?.address(&mut occasion.dice).to_string();
    }
    occasion.shift(index, 10_000, Change::Places(places));
    Ok(Some(occasion.label("nat-change", Reason::NewLocation, &[index], 7)))
}
