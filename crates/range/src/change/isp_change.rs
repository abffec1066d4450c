//! Somebody changes the provider at home.

use crate::change::Occasion;
use crate::error::Result;
use crate::network::NetworkKind;
use crate::principal::{Change, Kind};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::SsoPerson, Kind::Administrator, Kind::UserPerson])
    else {
        return Ok(None);
    };
    let mut places = occasion.principal(index).places.clone();
    let Some(home) = places.iter_mut().find(|place| place.kind == NetworkKind::Home) else {
        return Ok(None);
    };
    let networks = occasion.builder.organisation.networks;
    let country = networks.named(&home.network)?.country.clone();
    let others = networks.of(NetworkKind::Home, Some(&country));
    let Some(other) = occasion.dice.pick(&others) else { return Ok(None) };
    home.network.clone_from(&other.name);
    home.address = other.address(&mut occasion.dice).to_string();
    occasion.shift(index, 10_000, Change::Places(places));
    Ok(Some(occasion.label("isp-change", Reason::NewLocation, &[index], 7)))
}
