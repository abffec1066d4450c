//! A service is launched in a region that the organisation did not use.

use crate::change::Occasion;
use crate::error::Result;
use crate::principal::{Change, Kind};
use crate::truth::{LookAlike, Reason};

pub(super) fn happen(occasion: &mut Occasion<'_, '_>) -> Result<Option<LookAlike>> {
    let used = occasion.builder.organisation.regions.clone();
    let launched = ["us-east-2", "eu-north-1", "ap-south-1", "sa-east-1", "ca-central-1"];
    let mut free = launched.iter().filter(|region| !used.iter().any(|known| known == *region));
    let Some(region) = free.nth(occasion.number as usize) else { return Ok(None) };
    let mut moved = Vec::new();
    // The deployer and the administrator first, the workload after them.
    for kind in [Kind::CiOidc, Kind::Administrator, Kind::Application] {
        if let Some(index) = occasion.pick(&[kind]) {
            occasion.shift(index, 10_000, Change::Regions(vec![(*region).to_owned()]));
            moved.push(index);
        }
    }
    Ok(Some(occasion.label("new-region", Reason::PeersDoIt, &moved, 7)))
}
