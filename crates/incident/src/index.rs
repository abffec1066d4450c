//! Finds the episodes that may belong together without looking at all of them.

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::AccessKeyId;
use compact_str::CompactString;
use detect::Report;
use serde::{Deserialize, Serialize};

/// Episodes by principal, by credential, by the origin of their sessions, and by an address and range that were new to their
/// principal.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Index {
    principals: BTreeMap<CompactString, BTreeSet<u64>>,
    keys: BTreeMap<AccessKeyId, BTreeSet<u64>>,
    /// By the names of principals and the marks of sessions, which name a principal or a sign-in.
    origins: BTreeMap<CompactString, BTreeSet<u64>>,
    addresses: BTreeMap<CompactString, BTreeSet<u64>>,
    ranges: BTreeMap<CompactString, BTreeSet<u64>>,
}

impl Index {
    /// Enters an episode as it stands; entering it again adds the keys that it has used since.
    pub(crate) fn enter(&mut self, episode: u64, report: &Report) {
        self.principals.entry(report.id.principal.clone()).or_default().insert(episode);
        for key in &report.keys {
            self.keys.entry(key.clone()).or_default().insert(episode);
        }
        if report.new_network {
            for origin in origins(report) {
                self.origins.entry(origin.into()).or_default().insert(episode);
            }
            self.addresses.entry(report.address.clone()).or_default().insert(episode);
            self.ranges.entry(report.range.clone()).or_default().insert(episode);
        }
    }

    /// Takes an episode out.
    pub(crate) fn leave(&mut self, episode: u64, report: &Report) {
        leave(&mut self.principals, &report.id.principal, episode);
        for key in &report.keys {
            leave(&mut self.keys, key, episode);
        }
        for origin in origins(report) {
            leave(&mut self.origins, &origin.into(), episode);
        }
        leave(&mut self.addresses, &report.address, episode);
        leave(&mut self.ranges, &report.range, episode);
    }

    /// Episodes of a principal.
    pub(crate) fn of_principal(&self, principal: &str) -> impl Iterator<Item = u64> {
        self.principals.get(principal).into_iter().flatten().copied()
    }

    /// Episodes that used a key.
    pub(crate) fn with_key(&self, key: &AccessKeyId) -> impl Iterator<Item = u64> {
        self.keys.get(key).into_iter().flatten().copied()
    }

    /// Episodes from a network new to their principal whose sessions have an origin in common with
    /// this one.
    pub(crate) fn of_origin(&self, report: &Report) -> impl Iterator<Item = u64> {
        origins(report).filter_map(|origin| self.origins.get(origin)).flatten().copied()
    }

    /// Whether an episode is on an address range that was new to its principal.
    pub(crate) fn is_on(&self, range: &str) -> bool {
        self.ranges.contains_key(range)
    }

    /// Episodes from an address that was new to their principal.
    pub(crate) fn at_address(&self, address: &str) -> impl Iterator<Item = u64> {
        self.addresses.get(address).into_iter().flatten().copied()
    }
}

/// What the name of a principal ends with: the user, or the session.
pub(crate) fn name_of(principal: &str) -> &str {
    principal.rsplit(['/', ':']).next().unwrap_or(principal)
}

fn origins(report: &Report) -> impl Iterator<Item = &str> {
    let name = name_of(&report.id.principal);
    report.marks.iter().map(CompactString::as_str).chain(std::iter::once(name))
}

fn leave<K: Ord>(table: &mut BTreeMap<K, BTreeSet<u64>>, key: &K, episode: u64) {
    if let Some(episodes) = table.get_mut(key) {
        episodes.remove(&episode);
        if episodes.is_empty() {
            table.remove(key);
        }
    }
}
