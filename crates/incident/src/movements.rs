//! Who appeared where, and which machines got another address: what moves are explained by.

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::{EventId, Time};
use compact_str::CompactString;
use detect::{Arrival, Destination, Readdressed};
use serde::{Deserialize, Serialize};

use crate::across::without_account;

/// Arrivals by destination, and changes of addresses by what they name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Movements {
    arrivals: BTreeMap<Destination, Vec<(Time, Arrival)>>,
    /// Where roles of the same name began to work, whatever account they are in: of each name and
    /// range the principals.
    beginnings: BTreeMap<(CompactString, CompactString), BTreeSet<CompactString>>,
    /// By instance id and by address; of each the last.
    readdressed: BTreeMap<CompactString, Change>,
}

/// A change of an address, and the event that made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) time: Time,
    pub(crate) event: EventId,
    pub(crate) what: Readdressed,
}

impl Movements {
    /// Those who arrive together do so within this time.
    pub(crate) const ARRIVAL_HOURS: i64 = 72;
    /// A new address is used within this time; an instance that was launched keeps its own.
    pub(crate) const READDRESSED_HOURS: i64 = 24;

    /// Takes an arrival in.
    pub(crate) fn arrive(&mut self, arrival: Arrival, time: Time) {
        if arrival.newcomer
            && let Destination::Range(range) = &arrival.destination
        {
            let name = without_account(&arrival.principal);
            let begun = self.beginnings.entry((name.into(), range.clone())).or_default();
            begun.insert(arrival.principal.clone());
            return;
        }
        let list = self.arrivals.entry(arrival.destination.clone()).or_default();
        let again = |(_, known): &(Time, Arrival)| known.principal == arrival.principal;
        if list.last().is_none_or(|last| !again(last)) {
            list.push((time, arrival));
        }
    }

    /// Takes a change of addresses in.
    pub(crate) fn readdress(&mut self, what: &Readdressed, time: Time, event: &EventId) {
        for name in what.instances.iter().chain(&what.address) {
            let change = Change { time, event: event.clone(), what: what.clone() };
            self.readdressed.insert(name.clone(), change);
        }
    }

    /// Who arrived at a destination within three days of a time.
    pub(crate) fn around(
        &self,
        destination: &Destination,
        time: Time,
    ) -> impl Iterator<Item = &Arrival> {
        let near = move |(then, _): &&(Time, Arrival)| {
            then.plus_hours(Self::ARRIVAL_HOURS) >= time
                && time.plus_hours(Self::ARRIVAL_HOURS) >= *then
        };
        let list = self.arrivals.get(destination).into_iter().flatten();
        list.filter(near).map(|(_, arrival)| arrival)
    }

    /// In how many accounts a principal's role began to work on a range.
    pub(crate) fn begun(&self, principal: &str, range: &CompactString) -> usize {
        let name = CompactString::from(without_account(principal));
        self.beginnings.get(&(name, range.clone())).map_or(0, BTreeSet::len)
    }

    /// The change that gave an instance or an address its place within a day before a time.
    pub(crate) fn readdressed_before(&self, name: &str, time: Time) -> Option<&Change> {
        let change = self.readdressed.get(name)?;
        let recent = change.time.plus_hours(Self::READDRESSED_HOURS) >= time;
        (change.time <= time && recent).then_some(change)
    }

    /// Forgets what lies too far back, but not who arrived where somebody suspicious did.
    pub(crate) fn forget(&mut self, now: Time, is_suspicious: impl Fn(&Destination) -> bool) {
        self.arrivals.retain(|destination, list| {
            let last = list.last();
            last.is_some_and(|(time, _)| time.plus_hours(Self::ARRIVAL_HOURS) >= now)
                || is_suspicious(destination)
        });
        self.readdressed
            .retain(|_, change| change.time.plus_hours(2 * Self::READDRESSED_HOURS) >= now);
    }
}
