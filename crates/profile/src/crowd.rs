//! What peers and the organisation do: how many principals have a value, never how often.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use cloudtrail::{AccountId, Region};
use compact_str::CompactString;

use crate::days::Day;
use crate::network::System;
use crate::profile::Fresh;

type Count<V> = std::collections::HashMap<V, u32, foldhash::fast::FixedState>;

/// A set of principals and the number of them that have each value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Crowd {
    /// How many principals belong to it.
    pub members: u32,
    /// Active days of all of them.
    pub days: u64,
    /// Days on which one of them showed a new system.
    pub system_days: u64,
    /// Days on which one of them showed a new client.
    pub client_days: u64,
    /// Days on which one of them showed a new region.
    pub region_days: u64,
    systems: Count<System>,
    clients: Count<CompactString>,
    regions: Count<Region>,
    actions: Count<CompactString>,
    rules: Count<CompactString>,
    action_total: u64,
}

impl Crowd {
    /// Hears what a member had not shown before.
    pub fn hear(&mut self, fresh: &Fresh) {
        self.members += u32::from(fresh.principal);
        self.days += u64::from(fresh.days);
        self.system_days += u64::from(fresh.system_days);
        self.client_days += u64::from(fresh.client_days);
        self.region_days += u64::from(fresh.region_days);
        count(&mut self.systems, &fresh.systems);
        count(&mut self.clients, &fresh.clients);
        count(&mut self.regions, &fresh.regions);
        count(&mut self.actions, &fresh.actions);
        count(&mut self.rules, &fresh.rules);
        self.action_total += fresh.actions.len() as u64;
    }

    /// How many principals use a system.
    pub fn with_system(&self, system: &System) -> u32 {
        self.systems.get(system).copied().unwrap_or(0)
    }

    /// How many principals use a client family.
    pub fn with_client(&self, client: &str) -> u32 {
        self.clients.get(client).copied().unwrap_or(0)
    }

    /// How many principals work in a region.
    pub fn with_region(&self, region: &str) -> u32 {
        self.regions.get(region).copied().unwrap_or(0)
    }

    /// How many principals call an action.
    pub fn with_action(&self, action: &str) -> u32 {
        self.actions.get(action).copied().unwrap_or(0)
    }

    /// For how many principals a rule of the user's matches.
    pub fn with_rule(&self, rule: &str) -> u32 {
        self.rules.get(rule).copied().unwrap_or(0)
    }

    /// (principal, action) pairs, and distinct actions: `n` and `T` of the back-off.
    pub fn action_totals(&self) -> (u64, usize) {
        (self.action_total, self.actions.len())
    }
}

fn count<V: Hash + Eq + Clone>(counts: &mut Count<V>, values: &[V]) {
    for value in values {
        *counts.entry(value.clone()).or_default() += 1;
    }
}

/// Which principals are compared with each other: kind, account and dominant client, as text.
pub type Group = CompactString;

/// All crowds as they stood at the beginning of a UTC day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Crowds {
    /// Accounts whose trails are read: the organisation's own.
    pub accounts: BTreeSet<AccountId>,
    /// The first day of anybody's history.
    pub first: Option<Day>,
    /// Everybody.
    pub organisation: Crowd,
    /// Everybody of one kind.
    pub kinds: BTreeMap<Group, Crowd>,
    /// Everybody of one peer group.
    pub groups: BTreeMap<Group, Crowd>,
}

impl Crowds {
    /// A peer group of fewer members tells nothing; the kind stands in for it.
    pub const FEWEST: u32 = 5;

    /// A day begins; the first one is remembered.
    pub fn begin(&mut self, day: Day) {
        self.first.get_or_insert(day);
    }

    /// Hears the news of a principal of this kind and group.
    pub fn hear(&mut self, kind: &Group, group: &Group, fresh: &Fresh) {
        self.organisation.hear(fresh);
        self.kinds.entry(kind.clone()).or_default().hear(fresh);
        self.groups.entry(group.clone()).or_default().hear(fresh);
    }

    /// The peers of a principal, `None` when there are too few of any sort.
    pub fn peers(&self, kind: &str, group: &str) -> Option<&Crowd> {
        let enough = |crowd: &&Crowd| crowd.members >= Self::FEWEST;
        self.groups.get(group).filter(enough).or_else(|| self.kinds.get(kind).filter(enough))
    }
}

#[cfg(test)]
mod tests {
    use super::Crowds;
    use crate::Fresh;

    #[test]
    fn principals_are_counted_not_events() {
        let mut crowds = Crowds::default();
        let fresh =
            Fresh { principal: true, actions: vec!["s3:GetObject".into()], ..Fresh::default() };
        let again = Fresh { days: 3, ..Fresh::default() };
        for _ in 0..5 {
            crowds.hear(&"ci".into(), &"ci/1".into(), &fresh);
            crowds.hear(&"ci".into(), &"ci/1".into(), &again);
        }
        assert_eq!(crowds.organisation.with_action("s3:GetObject"), 5);
        assert_eq!(crowds.organisation.days, 15);
        assert!(crowds.peers("ci", "ci/1").is_some());
        assert!(crowds.peers("function", "function/1").is_none());
    }
}
