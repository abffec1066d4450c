//! What was done: each action against the principal's own habits, its peers' and everybody's.

use compact_str::{CompactString, format_compact};
use intel::action::{Access, Tactic};
use intel::client::ClientKind;
use profile::{Crowd, Crowds, back_off};

use super::{Evidence, Item, Key, Limit};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;

/// A habit that is also a thief's favourite says at most this.
const KNOWN_MOST: i32 = 2;

/// Weighs an action; true when it says more than before.
///
/// `p` is a Witten–Bell chain: principal → peers → organisation → shipped popularity.
pub(crate) fn weigh_action(evidence: &mut Evidence, basis: &Basis<'_>, call: &Call<'_>) -> bool {
    let weights = basis.weights;
    let action = &call.action.known;
    let own = basis.profile.actions().get(&call.action.base);
    let usual = chance(basis, &call.action.base, action.popularity);
    let thief = call.action.thief;
    let ratio = weights.mimic + (1.0 - weights.mimic) * thief / usual.max(1e-12);
    let mut bits = Bits::of_ratio(ratio);
    // Audit programs ask for everything, what is hot as well; but not for the secrets themselves.
    let audits = call.audits();
    let hot = action.hot && (!audits || action.tactics.contains(Tactic::CredentialAccess));
    let reads = call.reads() && !hot;
    let most = match own {
        Some(_) => Bits::whole(KNOWN_MOST),
        None if basis.is_cold() && !hot => Bits::from_f64(weights.cold_clip),
        None if reads => Bits::from_f64(weights.read_clip),
        None => Bits::from_f64(weights.write_clip),
    };
    bits = bits.min(most);
    if bits.is_positive() {
        let least = if hot { weights.unsettled_hot } else { weights.unsettled_action };
        bits = Bits::from_f64(bits.to_f64() * basis.settling(least));
    }
    if reads && fans_out(call) {
        bits = bits.scaled(weights.fan_out);
    }
    let key = Key::Action(call.action.base.clone());
    if !bits.is_positive() || !evidence.wants(&key, bits) {
        return false;
    }
    let observed = match call.event.error.as_str() {
        "" => call.action.name.clone(),
        error => format_compact!("{} ({error})", call.action.name),
    };
    let peers = peers_text(basis.crowd(), &call.action.base);
    let mut item = Item::new(bits, call.event.time, &call.event.id).told(
        &observed,
        &usual_text(basis, call),
        &peers,
    );
    item.limit = match (basis.is_cold(), reads, hot) {
        (false, ..) | (_, _, true) => Limit::Free,
        (true, true, _) => Limit::ColdRead,
        (true, false, _) => Limit::ColdWrite,
    };
    // Without a history every action is new; only what is rare for everybody makes a stage then.
    let new = own.is_none() && (!basis.is_cold() || hot);
    item.tactic = new.then(|| stage(call)).flatten();
    evidence.add(key, item)
}

/// Whether one click or one command makes dozens of such calls.
pub(super) fn fans_out(call: &Call<'_>) -> bool {
    let kind = call.client.kind;
    call.event.from_console
        || call.audits()
        || matches!(kind, ClientKind::Console | ClientKind::Browser | ClientKind::Iac)
}

fn chance(basis: &Basis<'_>, action: &CompactString, popularity: f64) -> f64 {
    let crowd_chance = |crowd: &Crowd, parent: f64| {
        let (total, distinct) = crowd.action_totals();
        let having = f64::from(crowd.with_action(action));
        back_off(having, total as f64, f64::from(distinct), parent)
    };
    let mut parent = crowd_chance(&basis.crowds.organisation, popularity);
    if let Some(peers) = basis.peers() {
        parent = crowd_chance(peers, parent);
    }
    let actions = basis.profile.actions();
    let half_life = basis.weights.half_life;
    let days = |weight: u32| f64::from(weight) / 256.0;
    let seen = actions.get(action).map_or(0, |entry| entry.days.weight(basis.today, half_life));
    back_off(days(seen), days(basis.totals.actions), actions.distinct() as f64, parent)
}

/// The stage of an attack that a new action belongs to. Discovery is every action's second
/// meaning, so another tactic goes before it.
fn stage(call: &Call<'_>) -> Option<Tactic> {
    let known = &call.action.known;
    let other = known.tactics.iter().find(|tactic| *tactic != Tactic::Discovery);
    match known.access {
        Access::List => Some(Tactic::Discovery),
        Access::Read if !known.hot => {
            other.filter(|t| *t == Tactic::Collection).or(Some(Tactic::Discovery))
        }
        _ => other.or_else(|| known.tactics.iter().next()),
    }
}

fn usual_text(basis: &Basis<'_>, call: &Call<'_>) -> CompactString {
    let days = basis.profile.active_days();
    match basis.profile.actions().get(&call.action.base) {
        Some(entry) => format_compact!("called on {} of {days} days", entry.days.count()),
        None if days == 0 => "no history".into(),
        None => format_compact!(
            "never in {days} days, among {} actions",
            basis.profile.actions().distinct()
        ),
    }
}

fn peers_text(crowd: &Crowd, action: &str) -> CompactString {
    if crowd.members < Crowds::FEWEST {
        return "no peers yet".into();
    }
    format_compact!("{} of {} peers call it", crowd.with_action(action), crowd.members)
}
