//! Refused calls: an owner knows what is allowed, a thief finds out.

use cloudtrail::Outcome;
use compact_str::format_compact;

use super::Item;
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;

/// What the refusals of an episode say, from the number of refusals of each refused action.
///
/// One refused action says `log2( 0.3 / d )` with `d` the principal's own rate, estimated as
/// `(refused + 0.5) / (all + 12.5)` from its hourly calls, or from the days on which it asked for
/// this kind of resource, whichever is more; each further action half of the one before; an action refused
/// again counts half once more at 3, 10 and 30.
pub(crate) fn weigh_refusals(basis: &Basis<'_>, call: &Call<'_>, refused: &[u32]) -> Option<Item> {
    let weights = basis.weights;
    let (refused_prior, granted_prior) = weights.refusal_prior;
    let rate = |refused: u32, all: u32| {
        (f64::from(refused) + refused_prior) / (f64::from(all) + refused_prior + granted_prior)
    };
    let (refusals_here, days_here) = of_class(basis, call);
    let own = rate(basis.profile.refusals, basis.profile.calls).max(rate(refusals_here, days_here));
    let one = Bits::of_ratio(basis.thief.denied() / own);
    let one = one.min(Bits::from_f64(weights.refusal_clip));
    if !one.is_positive() || refused.is_empty() {
        return None;
    }
    let mut bits = Bits::ZERO;
    let mut part = one;
    for _ in refused {
        bits += part;
        part = part.scaled(128);
    }
    let most = refused.iter().copied().max().unwrap_or(0);
    let steps = weights.refusal_steps.iter().filter(|step| most >= **step).count();
    bits += one.scaled(128 * steps as i32);
    let settling = basis.settling(weights.unsettled_action);
    bits = Bits::from_f64(bits.to_f64() * settling);
    if call.audits() {
        bits = bits.scaled(weights.fan_out);
    }
    let bits = bits.min(Bits::from_f64(weights.refusal_limit));
    let total: u32 = refused.iter().sum();
    let observed = format_compact!("{total} refusals of {} actions", refused.len());
    let usual = match basis.profile.calls {
        0 => "no history".into(),
        calls => format_compact!("{} of {calls} hourly calls refused", basis.profile.refusals),
    };
    Some(Item::new(bits, call.event.time, &call.event.id).told(&observed, &usual, ""))
}

/// On how many days the principal was refused this kind of resource, and on how many it asked for
/// it with any end.
fn of_class(basis: &Basis<'_>, call: &Call<'_>) -> (u32, u32) {
    let Some(class) = call.action.known.resource_class else { return (0, 0) };
    let days = |outcome| {
        let known = basis.profile.classes().get(&(class, outcome));
        known.map_or(0, |entry| entry.days.count())
    };
    let refused = days(Outcome::Denied);
    (refused, refused + days(Outcome::Success) + days(Outcome::Failed))
}
