//! From the user's configuration to what the judge reads.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use detect::Weights;
use incident::Incident;
use intel::address::AddressBook;
use intel::thief::Thief;

use super::Request;
use crate::config::Settings;

/// The judge's settings.
pub(super) fn judged_by(request: &Request) -> Result<detect::Settings> {
    let settings = &request.settings;
    let weights = weights(settings)?;
    let mut judged_by = detect::Settings {
        accounts: settings.accounts.iter().map(|account| account.id).collect(),
        canary_keys: settings.canary_keys.iter().cloned().collect(),
        scanners: settings.scanners.clone(),
        break_glass: settings.break_glass.clone(),
        announced_tests: settings
            .announced_tests
            .iter()
            .map(|test| detect::AnnouncedTest {
                from: test.from,
                until: test.until,
                sources: test.sources.clone(),
                reason: test.reason.clone(),
            })
            .collect(),
        alert_by_kind: settings.thresholds.by_kind.clone(),
        lessons: BTreeMap::new(),
        rules: request.rules.as_ref().map_or_else(Arc::default, |rules| Arc::clone(&rules.named)),
        hard_only: settings.judge.hard_only,
        weights,
    };
    request.feedback.inform(&mut judged_by);
    Ok(judged_by)
}

/// What the results of a scan depend on beside its files. Snapshots of a scan with another one are
/// of no use.
pub(super) fn fingerprint(request: &Request) -> Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    hasher.update(format!("{:?}", request.settings).as_bytes());
    hasher.update(format!("{:?}", judged_by(request)?).as_bytes());
    hasher.update(format!("{:?}", request.paths).as_bytes());
    // What was handed over before a lake was named is not in it.
    if let Some(lake) = &request.lake {
        hasher.update(lake.as_bytes());
    }
    let lists = &request.settings.lists;
    for path in [&lists.tor, &lists.vpn, &lists.threat, &lists.aws_ranges, &lists.mmdb]
        .into_iter()
        .flatten()
    {
        let bytes = std::fs::read(path)
            .with_context(|| format!("cannot read the list {}", path.display()))?;
        hasher.update(blake3::hash(&bytes).as_bytes());
    }
    Ok(hasher.finalize())
}

/// The weights in force: the shipped ones, what the user's files change, and the thresholds.
pub(crate) fn weights(settings: &Settings) -> Result<Weights> {
    let mut weights = Weights::shipped().clone();
    for path in &settings.judge.weights {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the weights {}", path.display()))?;
        weights =
            weights.changed(&text).with_context(|| format!("in the weights {}", path.display()))?;
    }
    weights.watch = settings.thresholds.watch;
    weights.alert = settings.thresholds.alert;
    weights.page = settings.thresholds.page;
    // One theft in N key-weeks puts even odds at log2(N) bits.
    weights.even_odds = (settings.key_weeks_per_theft.max(2) as f64).log2();
    Ok(weights)
}

/// What thieves do, as shipped or as the user says.
pub(super) fn thief(settings: &Settings) -> Result<Cow<'static, Thief>> {
    let Some(path) = settings.judge.thief.last() else {
        return Ok(Cow::Borrowed(Thief::shipped()));
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read what thieves do from {}", path.display()))?;
    let thief =
        Thief::from_json(&text).with_context(|| format!("in the file {}", path.display()))?;
    Ok(Cow::Owned(thief))
}

/// The shipped tables and what the user adds to them.
pub(crate) fn address_book(settings: &Settings) -> Result<AddressBook> {
    let networks: Vec<(String, &str)> = settings
        .networks
        .iter()
        .map(|network| (network.cidr.to_string(), network.name.as_str()))
        .collect();
    let mut book = AddressBook::new()
        .with_known_networks(networks.iter().map(|(cidr, name)| (cidr.as_str(), *name)))?;
    let lists = &settings.lists;
    for (paths, add) in [
        (&lists.tor, AddressBook::with_tor_list as fn(AddressBook, &str) -> _),
        (&lists.vpn, AddressBook::with_vpn_list),
        (&lists.threat, AddressBook::with_threat_list),
        (&lists.aws_ranges, AddressBook::with_aws_ranges),
    ] {
        for path in paths {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the list {}", path.display()))?;
            book = add(book, &text).with_context(|| format!("in the list {}", path.display()))?;
        }
    }
    for path in &lists.mmdb {
        let bytes = std::fs::read(path)
            .with_context(|| format!("cannot read the database {}", path.display()))?;
        book = book
            .with_mmdb(bytes)
            .with_context(|| format!("{} is no MMDB database", path.display()))?;
    }
    Ok(book)
}

/// Whether every event of an incident is covered by an exception of the user's.
pub(super) fn is_excepted(incident: &Incident, settings: &Settings) -> bool {
    !incident.timeline.is_empty()
        && incident.timeline.iter().all(|act| {
            settings.exceptions.iter().any(|exception| {
                exception.covers(
                    act.time,
                    &act.principal,
                    act.source.parse().ok(),
                    &act.client,
                    &act.action,
                )
            })
        })
}
