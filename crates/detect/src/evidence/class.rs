//! What kind of resource is asked for: identities, secrets, data, machines, mail, models, logs.

use cloudtrail::Outcome;
use compact_str::{CompactString, format_compact};
use intel::action::ResourceClass;
use intel::client::ClientKind;
use profile::{novelty_rate, with_novelty};

use super::action::fans_out;
use super::{Evidence, Item, Key};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;

/// Weighs the kind of resource of a call; true when it says more than before.
///
/// Only a kind that a principal with a history never asked for says anything, and that little,
/// because the actions on it are new as well and speak for themselves.
pub(crate) fn weigh_class(evidence: &mut Evidence, basis: &Basis<'_>, call: &Call<'_>) -> bool {
    let Some(class) = call.action.known.resource_class else { return false };
    let profile = basis.profile;
    if basis.is_cold() || knows(basis, class) || call.audits() || deploys(basis, call) {
        return false;
    }
    let first = profile.first.unwrap_or(basis.today);
    let own = (profile.classes().novelty_days(first), profile.active_days());
    let crowd = basis.crowd();
    let shared = f64::from(crowd.with_class(class)) / f64::from(crowd.members.max(1));
    let any = 1.0 / ResourceClass::ALL.len() as f64;
    let usual = with_novelty(0.0, novelty_rate(own, (0, 0)), shared.max(any));
    let weights = basis.weights;
    let ratio = weights.mimic + (1.0 - weights.mimic) * basis.thief.class(class) / usual.max(1e-9);
    let bits = Bits::of_ratio(ratio).min(Bits::from_f64(weights.new_class_limit));
    let mut bits = Bits::from_f64(bits.to_f64() * basis.settling(weights.unsettled_action));
    if call.reads() && fans_out(call) {
        bits = bits.scaled(weights.fan_out);
    }
    if !bits.is_positive() || !evidence.wants(&Key::Class, bits) {
        return false;
    }
    let observed = format_compact!("{class} ({})", call.action.name);
    let peers = format_compact!("{} of {} peers", crowd.with_class(class), crowd.members);
    let item = Item::new(bits, call.event.time, &call.event.id).told(
        &observed,
        &usual_classes(basis),
        &peers,
    );
    evidence.add(Key::Class, item)
}

/// Whether it is the infrastructure code that the principal always uses: it sets up whatever the
/// next project needs.
fn deploys(basis: &Basis<'_>, call: &Call<'_>) -> bool {
    let code = matches!(call.client.kind, ClientKind::Iac | ClientKind::Ci);
    code && basis.profile.clients().get(&call.client.family).is_some()
}

const ENDS: [Outcome; 3] = [Outcome::Success, Outcome::Denied, Outcome::Failed];

fn knows(basis: &Basis<'_>, class: ResourceClass) -> bool {
    ENDS.iter().any(|outcome| basis.profile.classes().get(&(class, *outcome)).is_some())
}

fn usual_classes(basis: &Basis<'_>) -> CompactString {
    let known = ResourceClass::ALL.into_iter().filter(|class| knows(basis, *class));
    let names: Vec<&str> = known.map(ResourceClass::as_str).collect();
    let days = basis.profile.active_days();
    format_compact!("in {days} days only {}", names.join(", "))
}
