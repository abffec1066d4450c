//! A team's company VPN gets another exit: several people move at the same hour.

use crate::change::Occasion;
use crate::error::Result;
use crate::network::NetworkKind;
use crate::principal::{Change, Kind, Place};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let region = occasion.builder.organisation.regions[0].clone();
    let networks = occasion.builder.organisation.networks;
    let exit = if occasion.number.is_multiple_of(2) {
        networks.aws(&region)?
    } else {
        networks.named(&occasion.builder.parameters.workloads.hosters[0])?
    };
    let address = exit.address(&mut occasion.dice).to_string();
    let place =
        Place { kind: NetworkKind::Office, network: exit.name.clone(), address, weight: 1.0 };
    let mut moved = Vec::new();
    for kind in
        [Kind::SsoPerson, Kind::SsoPerson, Kind::SsoPerson, Kind::Administrator, Kind::UserPerson]
    {
        let Some(index) = occasion.pick(&[kind]) else { continue };
        // From now on the VPN is in front of most of what they do.
        let mut places = occasion.principal(index).places.clone();
        for old in &mut places {
            old.weight *= 0.2;
        }
        places.insert(0, place.clone());
        occasion.shift(index, 10_000, Change::Places(places));
        moved.push(index);
    }
    Ok(Some(occasion.label("vpn-change", Reason::NewLocation, &moved, 7)))
}
