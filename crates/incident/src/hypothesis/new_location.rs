//! A new office, VPN exit or provider of the organisation; or the owner moved on.

use std::collections::BTreeSet;

use compact_str::format_compact;
use detect::{Destination, Key};
use intel::address::NetworkClass;

use super::{Case, Finding, is_of_place};
use crate::closure::Known;

const NAME: &str = "new-location";
const FEWEST_PRINCIPALS: usize = 3;
const FEWEST_GROUPS: usize = 2;

pub(super) fn test(case: &Case<'_>) -> Finding {
    if !case.any(|known| known.report.new_network) {
        return Finding::contradicted(NAME, "the network is not new: there is nothing to explain");
    }
    // One explained place does not explain another one.
    let moved = || case.members.iter().filter(|known| known.report.new_network);
    let shared: Vec<_> = moved().filter_map(|known| shared_arrival(case, known)).collect();
    if shared.len() == moved().count() {
        let text = shared[0].clone();
        return Finding::supported(NAME, text, case.weights(), "new-location-shared")
            .at_most(case.explained(is_of_place));
    }
    if moved().all(|known| known.report.class == NetworkClass::Known) {
        let text = "the network is one of yours";
        return Finding::supported(NAME, text, case.weights(), "new-location-known")
            .at_most(case.explained(is_of_place));
    }
    if case.has(&Key::Overlap) {
        return Finding::contradicted(
            NAME,
            "the owner was at work from the usual network at the same time",
        );
    }
    // A program of one hoster may well move to another.
    let hidden = |known: &Known| match known.report.class {
        NetworkClass::Vpn | NetworkClass::Tor => true,
        NetworkClass::Hosting => known.report.kind.is_person(),
        _ => false,
    };
    if case.any(hidden) {
        return Finding::contradicted(
            NAME,
            "nobody moves into a VPN or Tor exit for good, nor a person into a hoster",
        );
    }
    Finding::unknown(NAME, "nobody else of the organisation has been seen there")
}

/// Others who appeared on the same address range at about the same time.
fn shared_arrival(case: &Case<'_>, known: &Known) -> Option<compact_str::CompactString> {
    let range = Destination::Range(known.report.range.clone());
    let together: Vec<_> = case.movements.around(&range, known.report.opened).collect();
    let who: BTreeSet<&str> = together.iter().map(|arrival| arrival.principal.as_str()).collect();
    let groups: BTreeSet<&str> = together.iter().map(|arrival| arrival.group.as_str()).collect();
    (who.len() >= FEWEST_PRINCIPALS && groups.len() >= FEWEST_GROUPS).then(|| {
        format_compact!(
            "{} principals of {} groups appeared on {} within three days",
            who.len(),
            groups.len(),
            known.report.range
        )
    })
}
