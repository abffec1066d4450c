//! Somebody works from another country for some days: a hotel, a mobile network, a home.

use crate::change::Occasion;
use crate::error::Result;
use crate::network::NetworkKind;
use crate::principal::{Change, Kind, Place};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let Some(index) = occasion.pick(&[Kind::SsoPerson, Kind::Administrator, Kind::UserPerson])
    else {
        return Ok(None);
    };
    let networks = occasion.builder.organisation.networks;
    let home = occasion.principal(index).places.first().map(|place| place.network.clone());
    let country = home.and_then(|home| networks.named(&home).ok()).map(|network| &network.country);
    let mut abroad = networks.of(NetworkKind::Home, None);
    abroad.retain(|network| Some(&network.country) != country);
    let Some(hotel) = occasion.dice.pick(&abroad) else { return Ok(None) };
    let mut places = vec![Place {
        kind: NetworkKind::Home,
        network: hotel.name.clone(),
        address: hotel.address(&mut occasion.dice).to_string(),
        weight: 0.7,
    }];
    let roaming = networks.of(NetworkKind::Mobile, Some(&hotel.country));
    if let Some(mobile) = roaming.first() {
        let (kind, network) = (NetworkKind::Mobile, mobile.name.clone());
        places.push(Place { kind, network, address: String::new(), weight: 0.3 });
    }
    let days = occasion.dice.between(3, 10);
    occasion.shift(index, days, Change::Places(places));
    Ok(Some(occasion.label("travel", Reason::NewLocation, &[index], days)))
}
