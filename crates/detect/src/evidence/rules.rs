//! Rules of the user's: a match is one weighted line, never a verdict.

use compact_str::{CompactString, format_compact};
use profile::Crowd;

use super::{Evidence, Item, Key};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;
use crate::rule::Rule;

/// Adds what a rule says that matches a call; true when it changed what counts.
///
/// A rule knows nothing of habits, so these are asked here: what it finds of the same principal
/// day after day is how that principal works. What it finds of a share `p` of the peers or of the
/// organisation can say at most `log2(1/p)`, for no thief is found more often than always.
pub(crate) fn weigh_rule(
    evidence: &mut Evidence,
    basis: &Basis<'_>,
    call: &Call<'_>,
    rule: &Rule,
) -> bool {
    let weights = basis.weights;
    let days = basis.profile.rules().get(&rule.id).map(|entry| entry.days);
    let is_today = |newest| u32::from(newest >= basis.today);
    let earlier = days.map_or(0, |days| days.count() - is_today(days.newest()));
    if earlier >= weights.rule_habit_days {
        return false;
    }
    // The principal itself is in the crowds as soon as its profile knows the rule.
    let itself = u32::from(days.is_some());
    let others = |crowd: &Crowd| crowd.with_rule(&rule.id).saturating_sub(itself);
    let organisation = &basis.crowds.organisation;
    let most = |crowd: &Crowd| match others(crowd) {
        0 => f64::MAX,
        others => libm::log2(f64::from(crowd.members + 1) / f64::from(others)).max(0.0),
    };
    let said = rule.level.bits(weights).to_f64() * basis.settling(weights.unsettled_context);
    let bits = Bits::from_f64(said.min(most(organisation)).min(most(basis.crowd())));
    let others = others(organisation);
    let key = Key::Rule(rule.id.clone());
    if !bits.is_positive() {
        return false;
    }
    let observed = format_compact!("{} from {}", call.action.name, call.event.source);
    let usual = match earlier {
        0 => "did not match this principal on an earlier day".into(),
        1 => "matched this principal on 1 earlier day".into(),
        days => format_compact!("matched this principal on {days} earlier days"),
    };
    let peers = match others {
        0 => CompactString::default(),
        others => format_compact!("matched {others} of {} principals", organisation.members),
    };
    let item = Item::new(bits, call.event.time, &call.event.id).told(&observed, &usual, &peers);
    evidence.add(key, item)
}
