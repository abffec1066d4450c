//! Static points: every rule has its points, a principal's day has the sum of the rules that hit.
//!
//! The rules are those that public rule sets have in common, without a look at what is usual.

use std::collections::{BTreeSet, HashMap};

use cloudtrail::IdentityKind;
use compact_str::{CompactString, format_compact};
use foldhash::fast::FixedState;
use intel::action::{Access, Tactic};
use intel::address::NetworkClass;
use intel::client::ClientKind;

use super::call::Call;

/// The rules that hit each principal today.
#[derive(Default)]
pub(super) struct Points {
    today: i64,
    hits: HashMap<CompactString, Day, FixedState>,
}

#[derive(Default)]
struct Day {
    rules: BTreeSet<CompactString>,
    refused: BTreeSet<CompactString>,
    sum: f64,
}

impl Points {
    /// The principal's points today, if the call adds to them.
    pub(super) fn see(&mut self, call: &Call<'_>) -> f64 {
        if self.today != call.day {
            self.today = call.day;
            self.hits.clear();
        }
        let day = self.hits.entry(call.principal.clone()).or_default();
        let before = day.sum;
        for (rule, points) in rules(call) {
            if day.rules.insert(rule) {
                day.sum += points;
            }
        }
        if call.denied && day.refused.insert(call.action.clone()) {
            day.sum += match day.refused.len() {
                1 => 1.0,
                3 | 10 => 3.0,
                _ => 0.0,
            };
        }
        if day.sum > before { day.sum } else { 0.0 }
    }
}

/// The rules that a call hits, with their points. A rule about actions hits once for each action.
fn rules(call: &Call<'_>) -> impl Iterator<Item = (CompactString, f64)> {
    let known = &call.known;
    let writes = matches!(known.access, Access::Write | Access::Permissions);
    let by_root = call.event.identity.kind == IdentityKind::Root;
    let signs_in = call.event.service == "signin" && call.event.name == "ConsoleLogin";
    let tampers = writes && known.tactics.contains(Tactic::DefenseEvasion);
    let often_by_thieves = known.incidents >= 5;
    let of_call = [
        ("root", by_root, 5.0),
        ("tor", call.class == NetworkClass::Tor, 6.0),
        ("vpn", matches!(call.class, NetworkClass::Vpn | NetworkClass::Relay), 3.0),
        ("hoster", call.class == NetworkClass::Hosting, 2.0),
        ("attack tool", call.kind == ClientKind::Offensive, 8.0),
        ("secret scanner", call.kind == ClientKind::SecretScanner, 8.0),
        ("login without second factor", signs_in && call.event.mfa_used == Some(false), 3.0),
    ];
    let of_action = [
        ("permissions", known.access == Access::Permissions, 3.0),
        ("tampering", tampers, 6.0),
        ("hot read", known.hot, 2.0),
        ("seen in incidents", often_by_thieves, 2.0),
        ("persistence", writes && known.tactics.contains(Tactic::Persistence), 2.0),
        ("impact", writes && known.tactics.contains(Tactic::Impact), 2.0),
    ];
    let of_call = of_call.into_iter().filter(|(_, hit, _)| *hit);
    let of_call = of_call.map(|(rule, _, points)| (CompactString::const_new(rule), points));
    let of_action = of_action.into_iter().filter(|(_, hit, _)| *hit);
    let of_action =
        of_action.map(|(rule, _, points)| (format_compact!("{rule} {}", call.action), points));
    of_call.chain(of_action)
}
