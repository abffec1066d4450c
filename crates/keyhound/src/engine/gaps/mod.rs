//! What is missing in the input: accounts and regions without a trail, hours without records, trails
//! that were stopped.
//!
//! Memory is bounded: an hour is a bit, and what is beyond a limit is given up as a whole, so that
//! what is told depends on the input only, not on the order in which it is met.

mod hours;
mod places;
mod trails;

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::{AccountId, Category, Event, EventId, Region, Time};
use compact_str::CompactString;
use incident::Incident;
use serde::{Deserialize, Serialize};

use crate::config::Account;
use hours::Hours;
use trails::Change;

/// So many pairs of account and region are told apart, with so many days in all.
const PLACES: usize = 8_192;
const DAYS: usize = 2_000_000;
/// So many accounts that only call are named.
const CALLERS: usize = 4_096;
/// So many changes of trails are kept, the earliest.
const CHANGES: usize = 256;

/// Where and when something was recorded.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Gaps {
    places: BTreeMap<(AccountId, Region), Place>,
    /// Accounts of callers, whether or not their own events are in the input.
    callers: BTreeSet<AccountId>,
    changes: BTreeMap<(Time, EventId), Change>,
    /// Whether a limit was passed: then nothing is said of places and hours.
    too_many: bool,
    /// Of the event before: most events come in bursts.
    #[serde(skip)]
    before: Option<Before>,
}

/// Account, region, hour and service of an event, and whether it was on data.
type Before = (AccountId, Region, i64, CompactString, bool);

/// What is known of one region of one account.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    hours: Hours,
    /// Whether there were events of services that are at home in the region.
    regional: bool,
    /// Whether there were events of services that are nowhere at home.
    global: bool,
    /// Whether there were data events.
    data: bool,
}

/// One thing that the input cannot show, and whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    text: String,
    /// The accounts concerned; all when empty.
    accounts: Vec<AccountId>,
    /// Whether the accounts are named behind the text, those that the reader asks about only.
    named: bool,
    /// From when until when; always where not given.
    span: Option<(Time, Time)>,
}

/// Services whose events CloudTrail records in one region, wherever they are called from.
const GLOBAL: [&str; 16] = [
    "iam",
    "sts",
    "cloudfront",
    "route53",
    "organizations",
    "signin",
    "support",
    "account",
    "health",
    "trustedadvisor",
    "shield",
    "waf",
    "ce",
    "billing",
    "globalaccelerator",
    "budgets",
];

impl Gaps {
    /// Takes an event in.
    pub(super) fn see(&mut self, event: &Event) {
        if let Some(change) = Change::of(event) {
            self.changes.insert((event.time, event.id.clone()), change);
            self.bound();
        }
        if let Some(caller) = event.identity.account
            && event.account != Some(caller)
            && !self.callers.contains(&caller)
        {
            self.callers.insert(caller);
            self.bound();
        }
        let Some(account) = event.account else { return };
        let hour = event.time.hour();
        let data = event.category == Category::Data;
        let is_known = self.before.as_ref().is_some_and(|(of, region, at, service, was_data)| {
            (*of, *at, *was_data) == (account, hour, data)
                && (region, service) == (&event.region, &event.service)
        });
        if is_known {
            return;
        }
        self.before = Some((account, event.region.clone(), hour, event.service.clone(), data));
        let global = GLOBAL.contains(&event.service.as_str());
        let place = self.places.entry((account, event.region.clone())).or_default();
        place.hours.see(hour);
        place.global |= global;
        place.regional |= !global;
        place.data |= data;
    }

    /// Joins what another thread saw.
    pub(super) fn merge(&mut self, other: Self) {
        self.too_many |= other.too_many;
        self.callers.extend(other.callers);
        self.changes.extend(other.changes);
        for (key, place) in other.places {
            let own = self.places.entry(key).or_default();
            own.hours.merge(place.hours);
            own.regional |= place.regional;
            own.global |= place.global;
            own.data |= place.data;
        }
        self.bound();
    }

    /// Keeps to the limits. Of what is a list the first in order are kept, whatever came first.
    fn bound(&mut self) {
        while self.callers.len() > CALLERS {
            self.callers.pop_last();
        }
        while self.changes.len() > CHANGES {
            self.changes.pop_last();
        }
        let days = || self.places.values().map(|place| place.hours.days()).sum::<usize>();
        if self.too_many || self.places.len() > PLACES || days() > DAYS {
            self.too_many = true;
            self.places.clear();
        }
    }

    /// Everything that is known to be missing, what concerns most first.
    pub(super) fn told(&self, configured: &[Account]) -> Vec<Gap> {
        let mut told = Vec::new();
        if self.too_many {
            let text = format!(
                "more than {PLACES} accounts and regions: which of them lack records was not checked"
            );
            told.push(Gap::always(text, Vec::new()));
        }
        told.extend(trails::told(self));
        told.extend(hours::told(self));
        told.extend(places::told(self, configured));
        told
    }

    /// The accounts whose own events are in the input.
    fn accounts(&self) -> BTreeSet<AccountId> {
        self.places.keys().map(|(account, _)| *account).collect()
    }
}

impl Gap {
    fn always(text: String, accounts: Vec<AccountId>) -> Self {
        Self { text, accounts, named: false, span: None }
    }

    fn during(text: String, accounts: Vec<AccountId>, from: Time, until: Time) -> Self {
        Self { text, accounts, named: false, span: Some((from, until)) }
    }

    /// A sentence about all accounts that it concerns, or about those of an incident.
    pub(super) fn in_words(&self, of: Option<&Incident>) -> String {
        if !self.named {
            return self.text.clone();
        }
        let asked = |account: &&AccountId| of.is_none_or(|one| one.account_ids.contains(account));
        let accounts: Vec<AccountId> = self.accounts.iter().filter(asked).copied().collect();
        let unit = if accounts.len() == 1 { "account" } else { "accounts" };
        format!("{}: {unit} {}", self.text, few(&accounts))
    }

    /// Whether it may hide something of an incident: it is about one of its accounts, and in the
    /// day before it or the week after.
    pub(super) fn concerns(&self, incident: &Incident) -> bool {
        const BEFORE_HOURS: i64 = 24;
        const AFTER_HOURS: i64 = 7 * 24;
        let account = self.accounts.is_empty()
            || self.accounts.iter().any(|one| incident.account_ids.contains(one));
        let time = self.span.is_none_or(|(from, until)| {
            until >= incident.first_seen.plus_hours(-BEFORE_HOURS)
                && from <= incident.last_seen.plus_hours(AFTER_HOURS)
        });
        account && time
    }
}

/// The first few of some names, and how many there are besides.
fn few<T: ToString>(names: &[T]) -> String {
    const MOST: usize = 5;
    let (shown, further) = report::words::first_few(names, MOST);
    let mut texts: Vec<String> = shown.iter().map(ToString::to_string).collect();
    if further > 0 {
        texts.push(format!("{further} more"));
    }
    texts.join(", ")
}

#[cfg(test)]
mod tests;
