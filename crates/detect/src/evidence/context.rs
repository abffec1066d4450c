//! Where from, with what, where in AWS, when: values that an owner repeats and a thief must guess.

use cloudtrail::{Event, EventId, Time};
use compact_str::{CompactString, format_compact};
use intel::address::{AddressBook, NetworkClass};
use intel::thief::BenignKind;
use profile::{Crowd, Profile, System, Table, novelty_rate, with_novelty};

use super::{Evidence, Item, Key};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;
use crate::weights::Weights;

/// Weighs all context values of a call; true when one of them says more than before.
pub(crate) fn weigh_context(evidence: &mut Evidence, basis: &Basis<'_>, call: &Call<'_>) -> bool {
    let items = [
        (Key::Network, Some(network(basis, call))),
        (Key::Client, Some(client(basis, call))),
        (Key::Region, region(basis, call)),
        (Key::Account, account(basis, call)),
        (Key::Hour, hour(basis, call)),
    ];
    let mut changed = false;
    for (key, item) in items {
        if let Some(item) = item {
            changed |= evidence.add(key, item);
        }
    }
    changed
}

/// `L = log2( μ + (1 − μ)·A/p )`, clipped; against theft only where the value has earned it.
fn weigh(weights: &Weights, thief: f64, own: f64, earned: bool) -> Bits {
    let (least, most) = weights.context_clip;
    let ratio = weights.mimic + (1.0 - weights.mimic) * thief / own.max(1e-9);
    let bits = Bits::of_ratio(ratio).max(Bits::from_f64(least)).min(Bits::from_f64(most));
    if earned { bits } else { bits.max(Bits::ZERO) }
}

/// The share of one system among all of its class: a thief in a hosting network is in one of many
/// hosters, a thief in AWS is in the one AWS. Orders of magnitude are what matters here.
fn share_of_system(class: NetworkClass) -> f64 {
    match class {
        NetworkClass::Aws | NetworkClass::Tor | NetworkClass::Private => 1.0,
        NetworkClass::Relay | NetworkClass::OtherCloud => 0.25,
        NetworkClass::Vpn => 0.1,
        NetworkClass::Hosting | NetworkClass::Cdn => 0.05,
        NetworkClass::Other | NetworkClass::Known | NetworkClass::Reserved => 1.0 / 300.0,
    }
}

fn network(basis: &Basis<'_>, call: &Call<'_>) -> Item {
    let profile = basis.profile;
    let network = &call.origin.network;
    let class = network.place.class;
    let first = profile.first.unwrap_or(basis.today);
    let crowd = basis.crowd();
    let share = share_of_system(class);
    let thief = basis.thief.network(class) * share;
    let known = profile.systems.get(&network.system);
    let (bits, earned_days) = if let Some(entry) = known {
        let part = basis.share(&profile.systems, entry.days, basis.network_half_life());
        let days = entry.days.count();
        let earned = days >= basis.weights.negative_after_days;
        if let Some(range) = profile.prefixes.get(&network.prefix) {
            // That a thief should sit in this very range has next to no probability.
            let earned = earned && range.days.count() >= basis.weights.negative_after_days;
            let bits = weigh(basis.weights, 0.0, part, earned);
            let floor = Bits::from_f64(basis.weights.known_range);
            (if earned { bits.min(floor) } else { bits }, days)
        } else {
            let own = (profile.prefixes.novelty_days(first), profile.active_days());
            let moves = novelty_rate(own, (0, 0));
            (weigh(basis.weights, thief, moves * part, earned), days)
        }
    } else {
        let own = (profile.systems.novelty_days(first), profile.active_days());
        let novelty = novelty_rate(own, (crowd.system_days, crowd.days));
        let benign = basis.thief.benign_network(basis.benign_kind(), class) * share;
        let parent = benign.max(shared_by(crowd, crowd.with_system(&network.system)));
        let at_home = class == NetworkClass::Known;
        (weigh(basis.weights, thief, with_novelty(0.0, novelty, parent), at_home), 0)
    };
    let mut item = observed(call.event, bits, call.origin.label.clone());
    item.usual = usual(profile, &profile.systems, name_of_system);
    item.peers = peers(crowd, crowd.with_system(&network.system));
    if earned_days > 0 && bits.is_negative() {
        item.usual =
            format_compact!("seen on {earned_days} of {} active days", profile.active_days());
    }
    item
}

fn name_of_system(system: &System) -> CompactString {
    match system {
        System::Number(number) => match AddressBook::as_name(*number) {
            Some(name) => format_compact!("AS{number} {name}"),
            None => format_compact!("AS{number}"),
        },
        System::Provider(name) => name.clone(),
        System::Unlisted(prefix) => format_compact!("{prefix}"),
    }
}

fn client(basis: &Basis<'_>, call: &Call<'_>) -> Item {
    let profile = basis.profile;
    let family = &call.client.family;
    let crowd = basis.crowd();
    let thief = basis.thief.client(family, call.client.kind);
    let bits = if let Some(entry) = profile.clients.get(family) {
        let part = basis.share(&profile.clients, entry.days, basis.weights.half_life);
        let earned = entry.days.count() >= basis.weights.negative_after_days;
        weigh(basis.weights, thief, part, earned)
    } else {
        let first = profile.first.unwrap_or(basis.today);
        let own = (profile.clients.novelty_days(first), profile.active_days());
        let novelty = novelty_rate(own, (crowd.client_days, crowd.days));
        let benign = basis.thief.benign_client(basis.benign_kind(), family, call.client.kind);
        let parent = benign.max(shared_by(crowd, crowd.with_client(family)));
        weigh(basis.weights, thief, novelty * parent, false)
    };
    let label = if call.client.version.is_empty() {
        family.clone()
    } else {
        format_compact!("{family} {}", call.client.version)
    };
    let mut item = observed(call.event, bits, label);
    item.usual = usual(profile, &profile.clients, CompactString::clone);
    item.peers = peers(crowd, crowd.with_client(family));
    item
}

fn region(basis: &Basis<'_>, call: &Call<'_>) -> Option<Item> {
    /// AWS has some thirty regions, and an organisation that grows takes a popular one.
    const ANY_REGION: f64 = 0.05;
    let profile = basis.profile;
    let region = &call.event.region;
    if region.is_empty() {
        return None;
    }
    let crowd = basis.crowd();
    let thief = basis.thief.region(region);
    let bits = if let Some(entry) = profile.regions.get(region) {
        let part = basis.share(&profile.regions, entry.days, basis.weights.half_life);
        let earned = entry.days.count() >= basis.weights.negative_after_days;
        weigh(basis.weights, thief, part, earned)
    } else {
        let first = profile.first.unwrap_or(basis.today);
        let own = (profile.regions.novelty_days(first), profile.active_days());
        let novelty = novelty_rate(own, (crowd.region_days, crowd.days));
        // Owners and thieves begin in the same popular regions.
        let any = if profile.active_days() == 0 { thief } else { ANY_REGION };
        let parent = shared_by(crowd, crowd.with_region(region)).max(any);
        weigh(basis.weights, thief, novelty * parent, false)
    };
    let mut item = observed(call.event, bits, region.clone());
    item.usual = usual(profile, &profile.regions, CompactString::clone);
    item.peers = peers(crowd, crowd.with_region(region));
    Some(item)
}

/// A principal that appears in an account of the organisation where it never was. Moves between
/// accounts are ordinary work, so this says little.
fn account(basis: &Basis<'_>, call: &Call<'_>) -> Option<Item> {
    const MOST: i32 = 2;
    const ANY_ACCOUNT: f64 = 0.2;
    let profile = basis.profile;
    let account = call.event.account?;
    if profile.accounts.get(&account).is_some() || profile.accounts.distinct() == 0 {
        return None;
    }
    let first = profile.first.unwrap_or(basis.today);
    let own = (profile.accounts.novelty_days(first), profile.active_days());
    let novelty = novelty_rate(own, (0, 0));
    let bits = weigh(basis.weights, ANY_ACCOUNT, novelty * ANY_ACCOUNT, false);
    let mut item = observed(call.event, bits.min(Bits::whole(MOST)), format_compact!("{account}"));
    item.usual = usual(profile, &profile.accounts, |account| format_compact!("{account}"));
    Some(item)
}

fn hour(basis: &Basis<'_>, call: &Call<'_>) -> Option<Item> {
    const BINS: f64 = 48.0;
    /// Before a week has passed, the picture of the week is not there.
    const FEWEST_DAYS: u32 = 7;
    let profile = basis.profile;
    if profile.active_days() < FEWEST_DAYS {
        return None;
    }
    let (hour, weekend) = call.event.time.hour_of_day();
    let bin = hour + if weekend { 24 } else { 0 };
    let half_life = basis.weights.half_life;
    let weight = |days: u32| f64::from(days) / 256.0;
    let seen =
        profile.time_bins.get(&bin).map_or(0, |entry| entry.days.weight(basis.today, half_life));
    let total = profile.time_bins.weight(basis.today, half_life);
    let own = (weight(seen) + 0.5) / (weight(total) + 0.5 * BINS);
    let (least, most) = basis.weights.hour_clip;
    let bits = Bits::of_ratio(basis.weights.mimic + (1.0 - basis.weights.mimic) / BINS / own)
        .max(Bits::from_f64(least))
        .min(Bits::from_f64(most));
    let kind = if weekend { "weekend" } else { "weekday" };
    let mut item = observed(call.event, bits, format_compact!("{kind} {hour:02}:00 UTC"));
    let days = profile.time_bins.get(&bin).map_or(0, |entry| entry.days.count());
    item.usual = format_compact!("active at that hour on {days} of {} days", profile.active_days());
    Some(item)
}

fn observed(event: &Event, bits: Bits, what: CompactString) -> Item {
    let (time, id): (Time, &EventId) = (event.time, &event.id);
    Item { observed: what, ..Item::new(bits, time, id) }
}

/// What part of the crowd has a value; too few members say nothing.
fn shared_by(crowd: &Crowd, having: u32) -> f64 {
    const FEWEST: u32 = 3;
    if having < FEWEST { 0.0 } else { f64::from(having) / f64::from(crowd.members.max(1)) }
}

/// The most usual values with the days on which they were seen.
fn usual<V: Ord + Clone>(
    profile: &Profile,
    table: &Table<V>,
    name: impl Fn(&V) -> CompactString,
) -> CompactString {
    const SHOWN: usize = 2;
    let days = profile.active_days();
    if days == 0 {
        return "no history".into();
    }
    let most = table.most_seen();
    let mut texts: Vec<String> = most
        .iter()
        .take(SHOWN)
        .map(|entry| format!("{} on {} of {days} days", name(&entry.value), entry.days.count()))
        .collect();
    if most.len() > SHOWN {
        texts.push(format!("{} more", most.len() - SHOWN));
    }
    CompactString::from(texts.join("; "))
}

fn peers(crowd: &Crowd, having: u32) -> CompactString {
    if crowd.members == 0 {
        return "no peers yet".into();
    }
    format_compact!("{having} of {} peers", crowd.members)
}

/// Which of the benign mixtures applies.
pub(crate) fn benign_kind(kind: crate::Kind) -> BenignKind {
    match kind {
        kind if kind.is_person() => BenignKind::Person,
        crate::Kind::Ci => BenignKind::Ci,
        _ => BenignKind::Workload,
    }
}
