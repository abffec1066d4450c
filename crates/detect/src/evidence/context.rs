//! Where from, with what, where in AWS, when: values that an owner repeats and a thief must guess.

use cloudtrail::AccountId;
use compact_str::{CompactString, format_compact};
use intel::address::{AddressBook, NetworkClass};
use intel::thief::BenignKind;
use profile::{Crowd, Crowds, Legible, Profile, System, Values, novelty_rate, with_novelty};

use super::{Evidence, Item, Key};
use crate::basis::Basis;
use crate::bits::Bits;
use crate::call::Call;
use crate::weights::Weights;

/// Weighs all context values of a call; true when one of them says more than before.
pub(crate) fn weigh_context(evidence: &mut Evidence, basis: &Basis<'_>, call: &Call<'_>) -> bool {
    let weighed = [
        (Key::Network, Some(network(basis, call))),
        (Key::Client, Some(client(basis, call))),
        (Key::Region, region(basis, call)),
        (Key::Account, account(basis, call)),
        (Key::Hour, hour(basis, call)),
    ];
    let mut changed = false;
    for (key, bits) in weighed {
        let Some(mut bits) = bits else { continue };
        if bits.is_positive() {
            bits = Bits::from_f64(bits.to_f64() * basis.settling(basis.weights.unsettled_context));
        }
        if evidence.wants(&key, bits) {
            let item = worded(&key, bits, basis, call);
            changed |= evidence.add(key, item);
        }
    }
    changed
}

/// An observation in words: what was seen, what is usual, what peers do.
fn worded(key: &Key, bits: Bits, basis: &Basis<'_>, call: &Call<'_>) -> Item {
    let profile = basis.profile;
    let crowd = basis.crowd();
    let days = profile.active_days();
    let none = CompactString::default;
    let (observed, usual, peers) = match key {
        Key::Network => {
            let system = &call.origin.network.system;
            let usual = match profile.systems().get(system) {
                Some(entry) if bits.is_negative() => {
                    format_compact!("seen on {} of {days} active days", entry.days.count())
                }
                _ => usual(profile, &profile.systems(), name_of_system),
            };
            (call.origin.label.clone(), usual, peers(crowd, crowd.with_system(system)))
        }
        Key::Client => {
            let client = &call.client;
            let observed = match client.version.as_str() {
                "" => client.family.clone(),
                version => format_compact!("{} {version}", client.family),
            };
            let usual = usual(profile, &profile.clients(), CompactString::clone);
            (observed, usual, peers(crowd, crowd.with_client(&client.family)))
        }
        Key::Region => {
            let region = call.event.region.as_str();
            let usual = usual(profile, &profile.regions(), CompactString::clone);
            (CompactString::new(region), usual, peers(crowd, crowd.with_region(region)))
        }
        Key::Account => {
            let name = |account: Option<AccountId>| {
                account.map(|account| format_compact!("{account}")).unwrap_or_default()
            };
            let usual = usual(profile, &profile.accounts(), |account| name(*account));
            (name(call.event.account), usual, none())
        }
        _ => {
            let bin = time_bin(call);
            let kind = if bin >= 24 { "weekend" } else { "weekday" };
            let observed = format_compact!("{kind} {:02}:00 UTC", bin % 24);
            let seen = profile.time_bins().get(&bin).map_or(0, |entry| entry.days.count());
            (observed, format_compact!("active at that hour on {seen} of {days} days"), none())
        }
    };
    Item::new(bits, call.event.time, &call.event.id).told(&observed, &usual, &peers)
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

fn network(basis: &Basis<'_>, call: &Call<'_>) -> Bits {
    let profile = basis.profile;
    let network = &call.origin.network;
    let class = network.place.class;
    let first = profile.first.unwrap_or(basis.today);
    let share = share_of_system(class);
    let thief = basis.thief.network(class) * share;
    let Some(entry) = profile.systems().get(&network.system) else {
        let crowd = basis.crowd();
        let own = (profile.systems().novelty_days(first), profile.active_days());
        let novelty = novelty_rate(own, (crowd.system_days, crowd.days));
        let benign = basis.thief.benign_network(basis.benign_kind(), class) * share;
        let parent = benign.max(shared_by(crowd, crowd.with_system(&network.system)));
        let at_home = class == NetworkClass::Known;
        return weigh(basis.weights, thief, with_novelty(0.0, novelty, parent), at_home);
    };
    let (total, values) = (basis.totals.systems, profile.systems().distinct());
    let part = basis.share(entry.days, basis.network_half_life(), total, values);
    let earned = entry.days.count() >= basis.weights.negative_after_days;
    let Some(range) = profile.prefixes().get(&network.prefix) else {
        let own = (profile.prefixes().novelty_days(first), profile.active_days());
        return weigh(basis.weights, thief, novelty_rate(own, (0, 0)) * part, earned);
    };
    // That a thief should sit in this very range has next to no probability.
    let earned = earned && range.days.count() >= basis.weights.negative_after_days;
    let bits = weigh(basis.weights, 0.0, part, earned);
    if earned { bits.min(Bits::from_f64(basis.weights.known_range)) } else { bits }
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

fn client(basis: &Basis<'_>, call: &Call<'_>) -> Bits {
    let profile = basis.profile;
    let family = &call.client.family;
    let thief = basis.thief.client(family, call.client.kind);
    if let Some(entry) = profile.clients().get(family) {
        let (total, values) = (basis.totals.clients, profile.clients().distinct());
        let part = basis.share(entry.days, basis.weights.half_life, total, values);
        let earned = entry.days.count() >= basis.weights.negative_after_days;
        return weigh(basis.weights, thief, part, earned);
    }
    let crowd = basis.crowd();
    let first = profile.first.unwrap_or(basis.today);
    let own = (profile.clients().novelty_days(first), profile.active_days());
    let novelty = novelty_rate(own, (crowd.client_days, crowd.days));
    let benign = basis.thief.benign_client(basis.benign_kind(), family, call.client.kind);
    let parent = benign.max(shared_by(crowd, crowd.with_client(family)));
    weigh(basis.weights, thief, novelty * parent, false)
}

/// Services that have one endpoint for the whole world: their region is AWS's choice.
const GLOBAL: [&str; 14] = [
    "iam",
    "signin",
    "organizations",
    "route53",
    "route53domains",
    "cloudfront",
    "support",
    "health",
    "account",
    "billing",
    "budgets",
    "ce",
    "globalaccelerator",
    "sso",
];

fn region(basis: &Basis<'_>, call: &Call<'_>) -> Option<Bits> {
    /// AWS has some thirty regions, and an organisation that grows takes a popular one.
    const ANY_REGION: f64 = 0.05;
    let profile = basis.profile;
    let region = &call.event.region;
    if region.is_empty() || GLOBAL.contains(&call.event.service.as_str()) {
        return None;
    }
    let thief = basis.thief.region(region);
    if let Some(entry) = profile.regions().get(region) {
        let (total, values) = (basis.totals.regions, profile.regions().distinct());
        let part = basis.share(entry.days, basis.weights.half_life, total, values);
        let earned = entry.days.count() >= basis.weights.negative_after_days;
        return Some(weigh(basis.weights, thief, part, earned));
    }
    let crowd = basis.crowd();
    let first = profile.first.unwrap_or(basis.today);
    let own = (profile.regions().novelty_days(first), profile.active_days());
    let novelty = novelty_rate(own, (crowd.region_days, crowd.days));
    // Owners and thieves begin in the same popular regions.
    let any = if profile.active_days() == 0 { thief } else { ANY_REGION };
    let shared = shared_by(crowd, crowd.with_region(region));
    let bits = weigh(basis.weights, thief, novelty * shared.max(any), false);
    let most = Bits::from_f64(basis.weights.shared_region);
    Some(if shared > 0.0 { bits.min(most) } else { bits })
}

/// A principal that appears in an account of the organisation where it never was. Moves between
/// accounts are ordinary work, so this says little.
fn account(basis: &Basis<'_>, call: &Call<'_>) -> Option<Bits> {
    const MOST: i32 = 2;
    const ANY_ACCOUNT: f64 = 0.2;
    let profile = basis.profile;
    let account = call.event.account?;
    if profile.accounts().get(&account).is_some() || profile.accounts().distinct() == 0 {
        return None;
    }
    let first = profile.first.unwrap_or(basis.today);
    let own = (profile.accounts().novelty_days(first), profile.active_days());
    let novelty = novelty_rate(own, (0, 0));
    let bits = weigh(basis.weights, ANY_ACCOUNT, novelty * ANY_ACCOUNT, false);
    Some(bits.min(Bits::whole(MOST)))
}

/// Hour of the day, 24 more on weekends.
fn time_bin(call: &Call<'_>) -> u8 {
    let (hour, weekend) = call.event.time.hour_of_day();
    hour + if weekend { 24 } else { 0 }
}

fn hour(basis: &Basis<'_>, call: &Call<'_>) -> Option<Bits> {
    const BINS: f64 = 48.0;
    /// Before a week has passed, the picture of the week is not there.
    const FEWEST_DAYS: u32 = 7;
    let profile = basis.profile;
    if profile.active_days() < FEWEST_DAYS {
        return None;
    }
    let half_life = basis.weights.half_life;
    let days = |weight: u32| f64::from(weight) / 256.0;
    let entry = profile.time_bins().get(&time_bin(call));
    let seen = entry.map_or(0, |entry| entry.days.weight(basis.today, half_life));
    let own = (days(seen) + 0.5) / (days(basis.totals.time_bins) + 0.5 * BINS);
    let (least, most) = basis.weights.hour_clip;
    let ratio = basis.weights.mimic + (1.0 - basis.weights.mimic) / BINS / own;
    Some(Bits::of_ratio(ratio).max(Bits::from_f64(least)).min(Bits::from_f64(most)))
}

/// What part of the crowd has a value; too few members say nothing.
fn shared_by(crowd: &Crowd, having: u32) -> f64 {
    const FEWEST: u32 = 3;
    if having < FEWEST { 0.0 } else { f64::from(having) / f64::from(crowd.members.max(1)) }
}

/// The most usual values with the days on which they were seen.
fn usual<D: Legible>(
    profile: &Profile,
    values: &Values<'_, D>,
    name: impl Fn(&D::Owned) -> CompactString,
) -> CompactString {
    const SHOWN: usize = 2;
    let days = profile.active_days();
    if days == 0 {
        return "no history".into();
    }
    let most = values.most_seen();
    let mut texts: Vec<String> = most
        .iter()
        .take(SHOWN)
        .map(|(value, entry)| format!("{} on {} of {days} days", name(value), entry.days.count()))
        .collect();
    if most.len() > SHOWN {
        texts.push(format!("{} more", most.len() - SHOWN));
    }
    CompactString::from(texts.join("; "))
}

fn peers(crowd: &Crowd, having: u32) -> CompactString {
    if crowd.members < Crowds::FEWEST {
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
