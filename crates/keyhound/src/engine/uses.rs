//! Who else used the credentials of an incident before it: another reading, of the weeks before the
//! first suspicious call.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use cloudtrail::{AccessKeyId, Arn, Event, KeyKind, Time};
use contain::impact::{Impact, Use};
use incident::Incident;
use ingest::{Places, Rounds, Source, Trust};
use intel::address::AddressBook;

use super::order::trusting;
use super::{Request, pool, route};

/// What containing an incident breaks, as far as the logs tell.
pub(crate) fn impact(
    places: &Places,
    request: &Request,
    incident: &Incident,
    book: &AddressBook,
) -> Result<Impact> {
    pool(request)?.install(|| trusting(|trust| counted(places, request, incident, book, trust)))
}

fn counted(
    places: &Places,
    request: &Request,
    incident: &Incident,
    book: &AddressBook,
    trust: Trust,
) -> Result<Impact> {
    let until = incident.first_seen;
    let from = until.plus_hours(-24 * i64::from(Impact::DAYS));
    let stolen = Stolen::of(incident);
    let wanted = |event: &Event| {
        (from..until).contains(&event.time) && stolen.holds(event) && request.wants(event)
    };
    let rounds = Rounds::new(places, places.list()?, route).trust(trust).keep(wanted).since(from);
    let mut uses = Uses::default();
    for round in rounds {
        for event in round?.lanes.iter().flat_map(|lane| lane.late.iter().chain(&lane.events)) {
            uses.see(event, book);
        }
    }
    // From the first event on there would have been one, had there been any.
    let looked = uses.first.map(|first| (first, until));
    Ok(Impact::of(looked.or(Some((from, until))), uses.told()))
}

/// What was stolen: keys, principals, and of sessions the whole role, since its sessions are denied
/// together.
#[derive(Debug, Default)]
pub(crate) struct Stolen {
    /// Access keys.
    pub(crate) keys: Vec<AccessKeyId>,
    /// ARNs of users and others.
    pub(crate) arns: Vec<String>,
    /// What the ARNs of a role's sessions begin with.
    pub(crate) roles: Vec<String>,
}

impl Stolen {
    /// What an incident's thief has.
    pub(crate) fn of(incident: &Incident) -> Self {
        let mut stolen = Self { keys: incident.access_key_ids.clone(), ..Self::default() };
        incident.principals.iter().for_each(|arn| stolen.add(arn));
        stolen
    }

    /// Adds a principal.
    pub(crate) fn add(&mut self, arn: &str) {
        let session = Arn::parse(arn).and_then(|parsed| parsed.assumed_role());
        match session {
            Some((_, session)) => {
                self.roles.extend(arn.strip_suffix(session).map(str::to_owned));
            }
            None => self.arns.push(arn.to_owned()),
        }
    }

    fn holds(&self, event: &Event) -> bool {
        let arn = event.identity.arn.as_str();
        let key = event.identity.access_key.as_ref();
        key.is_some_and(|key| self.keys.contains(key))
            || self.arns.iter().any(|own| own == arn)
            || self.roles.iter().any(|role| arn.starts_with(role.as_str()))
    }
}

/// Uses as they are counted, by who, network and client.
#[derive(Default)]
struct Uses {
    first: Option<Time>,
    counted: BTreeMap<(String, String, String), Count>,
}

#[derive(Default)]
struct Count {
    calls: u64,
    days: BTreeSet<i64>,
    services: BTreeMap<String, u64>,
    last: Option<Time>,
}

impl Uses {
    fn see(&mut self, event: &Event, book: &AddressBook) {
        self.first = Some(self.first.map_or(event.time, |first| first.min(event.time)));
        let key = event.identity.access_key.as_ref();
        let long_term = key.filter(|key| key.kind() == KeyKind::LongTerm);
        let who =
            long_term.map_or_else(|| event.identity.arn.to_string(), |key| key.as_str().to_owned());
        let source = event.source.to_string();
        let network = source.parse().map_or(source, |address| book.lookup(address).in_words());
        let client = intel::client::parse(&event.user_agent).family.to_string();
        let count = self.counted.entry((who, network, client)).or_default();
        count.calls += 1;
        count.days.insert(event.time.day());
        *count.services.entry(event.service.to_string()).or_default() += 1;
        count.last = count.last.max(Some(event.time));
    }

    fn told(self) -> Vec<Use> {
        let told = |((who, network, client), count): ((String, String, String), Count)| {
            let mut services: Vec<(String, u64)> = count.services.into_iter().collect();
            services.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            Use {
                who,
                network,
                client,
                calls: count.calls,
                days: count.days.len() as u32,
                services: services.into_iter().take(5).map(|(name, _)| name).collect(),
                last: count.last.unwrap_or_default(),
            }
        };
        self.counted.into_iter().map(told).collect()
    }
}
