//! Who appeared where, and which machines got another address: what moves are explained by.

use std::collections::BTreeMap;

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
    /// range the principals, and when.
    beginnings: BTreeMap<(CompactString, CompactString), BTreeMap<CompactString, Time>>,
    /// By instance id and by address; of each the last.
    readdressed: BTreeMap<CompactString, Change>,
}

/// A change of an address, and the event that made it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) time: Time,
    pub(crate) event: EventId,
    /// `service:Name` of the call.
    pub(crate) action: CompactString,
    /// Who made it.
    pub(crate) principal: CompactString,
}

impl Movements {
    /// Those who arrive together do so within this time.
    pub(crate) const ARRIVAL_HOURS: i64 = 72;
    /// A new address is used within this time.
    pub(crate) const READDRESSED_HOURS: i64 = 24;
    /// Incidents are told for so long, and what explains them with them.
    const KEPT_HOURS: i64 = 30 * 24;

    /// Takes an arrival in.
    pub(crate) fn arrive(&mut self, arrival: Arrival, time: Time) {
        if arrival.newcomer
            && let Destination::Range(range) = &arrival.destination
        {
            let name = without_account(&arrival.principal);
            let begun = self.beginnings.entry((name.into(), range.clone())).or_default();
            begun.entry(arrival.principal.clone()).or_insert(time);
            return;
        }
        let list = self.arrivals.entry(arrival.destination.clone()).or_default();
        let recent = |(then, _): &&(Time, Arrival)| then.plus_hours(Self::ARRIVAL_HOURS) >= time;
        let mut lately = list.iter().rev().take_while(recent);
        if lately.all(|(_, known)| known.principal != arrival.principal) {
            list.push((time, arrival));
        }
    }

    /// Takes a change of addresses in.
    pub(crate) fn readdress(&mut self, what: &Readdressed, time: Time, event: &EventId) {
        for name in what.instances.iter().chain(&what.address) {
            let (action, principal) = (what.action.clone(), what.principal.clone());
            let change = Change { time, event: event.clone(), action, principal };
            self.readdressed.insert(name.clone(), change);
        }
    }

    /// Who arrived at a destination within three days of a time.
    pub(crate) fn around(
        &self,
        destination: &Destination,
        time: Time,
    ) -> impl Iterator<Item = &Arrival> {
        let near = move |(then, _): &&(Time, Arrival)| together(*then, time);
        let list = self.arrivals.get(destination).into_iter().flatten();
        list.filter(near).map(|(_, arrival)| arrival)
    }

    /// In how many accounts a principal's role began to work on a range within three days of when
    /// this one did.
    pub(crate) fn begun(&self, principal: &str, range: &CompactString) -> usize {
        let name = CompactString::from(without_account(principal));
        let Some(begun) = self.beginnings.get(&(name, range.clone())) else { return 0 };
        let Some(own) = begun.get(principal) else { return 0 };
        begun.values().filter(|time| together(**time, *own)).count()
    }

    /// The change that gave an instance or an address its place within a day before a time.
    pub(crate) fn readdressed_before(&self, name: &str, time: Time) -> Option<&Change> {
        let change = self.readdressed.get(name)?;
        let recent = change.time.plus_hours(Self::READDRESSED_HOURS) >= time;
        (change.time <= time && recent).then_some(change)
    }

    /// Forgets what lies too far back; who arrived where somebody suspicious did, only with them.
    pub(crate) fn forget(&mut self, now: Time, is_suspicious: impl Fn(&Destination) -> bool) {
        let within = |time: Time, hours: i64| time.plus_hours(hours) >= now;
        self.arrivals.retain(|destination, list| {
            let hours =
                if is_suspicious(destination) { Self::KEPT_HOURS } else { Self::ARRIVAL_HOURS };
            list.retain(|(time, _)| within(*time, hours));
            !list.is_empty()
        });
        self.beginnings.retain(|_, begun| {
            begun.retain(|_, time| within(*time, Self::KEPT_HOURS));
            !begun.is_empty()
        });
        self.readdressed.retain(|_, change| within(change.time, Self::KEPT_HOURS));
    }
}

/// Whether two arrivals count as one: neither is more than three days after the other.
fn together(one: Time, other: Time) -> bool {
    let hours = Movements::ARRIVAL_HOURS;
    one.plus_hours(hours) >= other && other.plus_hours(hours) >= one
}
