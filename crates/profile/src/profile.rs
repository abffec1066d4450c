//! The profile of one principal, and how it learns.

use cloudtrail::{AccountId, Region};
use compact_str::CompactString;

use crate::days::{Day, Days};
use crate::network::{Network, Place, Prefix, System};
use crate::table::Table;

/// What one event shows of its principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The day.
    pub day: Day,
    /// Hour of the day, 0–23, and 24–47 for weekends.
    pub time_bin: u8,
    /// Where from.
    pub network: Network,
    /// The client family.
    pub client: CompactString,
    /// What the client runs on: an operating system, a runtime, the console.
    pub platform: CompactString,
    /// Where in AWS.
    pub region: Region,
    /// In which account.
    pub account: Option<AccountId>,
    /// What, as `service:Name`.
    pub action: CompactString,
    /// Whether it was refused.
    pub refused: bool,
}

/// What is normal for one principal.
///
/// Merging two profiles is exact, associative and commutative; only [`Profile::bound`] forgets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The days on which it was active.
    pub days: Option<Days>,
    /// The first of them, however long ago.
    pub first: Option<Day>,
    /// Address ranges.
    pub prefixes: Table<Prefix>,
    /// Autonomous systems.
    pub systems: Table<System>,
    /// Kinds of network and countries.
    pub places: Table<Place>,
    /// Client families.
    pub clients: Table<CompactString>,
    /// What the clients run on.
    pub platforms: Table<CompactString>,
    /// Regions.
    pub regions: Table<Region>,
    /// Accounts.
    pub accounts: Table<AccountId>,
    /// Actions.
    pub actions: Table<CompactString>,
    /// Hours of the day, weekends apart.
    pub time_bins: Table<u8>,
    /// Rules of the user's that matched, by their ids.
    pub rules: Table<CompactString>,
    /// Distinct (hour, action) pairs, and how many of them were refused.
    pub calls: u32,
    /// The refused ones among [`Profile::calls`].
    pub refusals: u32,
}

/// What a profile had not seen before it learned: the news that its crowds hear.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fresh {
    /// Whether the principal itself is new.
    pub principal: bool,
    /// Active days that are new.
    pub days: u32,
    /// Days of those on which a system, client or region was new to a settled principal.
    pub system_days: u32,
    /// Likewise for clients.
    pub client_days: u32,
    /// Likewise for regions.
    pub region_days: u32,
    /// New autonomous systems.
    pub systems: Vec<System>,
    /// New client families.
    pub clients: Vec<CompactString>,
    /// New regions.
    pub regions: Vec<Region>,
    /// New actions.
    pub actions: Vec<CompactString>,
    /// Rules that matched for the first time.
    pub rules: Vec<CompactString>,
}

/// So many values of each dimension are kept (shared/detection.md, section 3).
mod room {
    pub(super) const PREFIXES: usize = 64;
    pub(super) const SYSTEMS: usize = 32;
    pub(super) const PLACES: usize = 32;
    pub(super) const CLIENTS: usize = 16;
    pub(super) const PLATFORMS: usize = 16;
    pub(super) const REGIONS: usize = 24;
    pub(super) const ACCOUNTS: usize = 16;
    pub(super) const ACTIONS: usize = 256;
    pub(super) const RULES: usize = 64;
}

impl Profile {
    /// Notes what one event shows. Seeing the same thing again on the same day changes nothing,
    /// refusals aside, which the caller hands over once an hour.
    pub fn see(&mut self, sighting: &Sighting) {
        let day = sighting.day;
        self.first = Some(self.first.map_or(day, |first| first.min(day)));
        self.days.get_or_insert(Days::one(day)).add(day);
        self.prefixes.see(&sighting.network.prefix, day);
        self.systems.see(&sighting.network.system, day);
        self.places.see(&sighting.network.place, day);
        self.clients.see(&sighting.client, day);
        self.platforms.see(&sighting.platform, day);
        self.regions.see(&sighting.region, day);
        if let Some(account) = &sighting.account {
            self.accounts.see(account, day);
        }
        self.actions.see(&sighting.action, day);
        self.time_bins.see(&sighting.time_bin, day);
        self.calls = self.calls.saturating_add(1);
        self.refusals = self.refusals.saturating_add(u32::from(sighting.refused));
    }

    /// On how many of the last 128 days the principal was active.
    pub fn active_days(&self) -> u32 {
        self.days.map_or(0, |days| days.count())
    }

    /// Adds everything that another profile of the same principal has seen.
    pub fn merge(&mut self, other: &Self) -> Fresh {
        let before = self.days;
        let mut fresh = Fresh { principal: self.first.is_none(), ..Fresh::default() };
        let (systems, clients, regions, actions) =
            (&mut fresh.systems, &mut fresh.clients, &mut fresh.regions, &mut fresh.actions);
        let rules = &mut fresh.rules;
        self.prefixes.merge(&other.prefixes, |_| {});
        self.systems.merge(&other.systems, |value| systems.push(value.clone()));
        self.places.merge(&other.places, |_| {});
        self.clients.merge(&other.clients, |value| clients.push(value.clone()));
        self.regions.merge(&other.regions, |value| regions.push(value.clone()));
        self.platforms.merge(&other.platforms, |_| {});
        self.accounts.merge(&other.accounts, |_| {});
        self.actions.merge(&other.actions, |value| actions.push(value.clone()));
        self.time_bins.merge(&other.time_bins, |_| {});
        self.rules.merge(&other.rules, |value| rules.push(value.clone()));
        self.calls = self.calls.saturating_add(other.calls);
        self.refusals = self.refusals.saturating_add(other.refusals);
        if let Some(days) = other.days {
            self.days.get_or_insert(days).merge(days);
        }
        self.first = [self.first, other.first].into_iter().flatten().min();
        // The window of remembered days is full one day; new days still come.
        let newest = |days: Option<Days>| days.map(|days| days.newest());
        fresh.days = u32::from(newest(other.days) > newest(before));
        let settled = u32::from(before.is_some());
        fresh.system_days = settled * u32::from(!fresh.systems.is_empty());
        fresh.client_days = settled * u32::from(!fresh.clients.is_empty());
        fresh.region_days = settled * u32::from(!fresh.regions.is_empty());
        fresh
    }

    /// Forgets the weakest values beyond the room that each dimension has.
    pub fn bound(&mut self) {
        self.prefixes.bound(room::PREFIXES);
        self.systems.bound(room::SYSTEMS);
        self.places.bound(room::PLACES);
        self.clients.bound(room::CLIENTS);
        self.platforms.bound(room::PLATFORMS);
        self.regions.bound(room::REGIONS);
        self.accounts.bound(room::ACCOUNTS);
        self.actions.bound(room::ACTIONS);
        self.rules.bound(room::RULES);
    }
}

#[cfg(test)]
mod tests;
