//! A new office opens in another country; people of two groups move there.

use crate::change::Occasion;
use crate::error::Result;
use crate::network::NetworkKind;
use crate::principal::{Change, Kind, Place};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let networks = occasion.builder.organisation.networks;
    let known: Vec<&str> =
        occasion.builder.parameters.office.iter().map(|office| office.network.as_str()).collect();
    let mut lines = networks.of(NetworkKind::Office, None);
    lines.retain(|line| !known.contains(&line.name.as_str()));
    let Some(line) = occasion.dice.pick(&lines) else { return Ok(None) };
    let place = Place {
        kind: NetworkKind::Office,
        network: line.name.clone(),
        address: line.address(&mut occasion.dice).to_string(),
        weight: 1.0,
    };
    let mut moved = Vec::new();
    for kind in [
        Kind::SsoPerson,
        Kind::SsoPerson,
        Kind::SsoPerson,
        Kind::Administrator,
        Kind::UserPerson,
        Kind::SsoPerson,
    ] {
        let Some(index) = occasion.pick(&[kind]) else { continue };
        occasion.shift(index, 10_000, Change::Places(vec![place.clone()]));
        moved.push(index);
    }
    Ok(Some(occasion.label("new-office", Reason::NewLocation, &moved, 7)))
}
