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
        for event in round?.events() {
            uses.see(event, book);
        }
    }
    Ok(uses.impact(from, until))
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
        let Some(parsed) = Arn::parse(arn) else { return self.arns.push(arn.to_owned()) };
        let role = parsed.resource.starts_with("role/").then(|| parsed.name());
        let role = parsed.assumed_role().map(|(role, _)| role).or(role);
        match (role, parsed.account) {
            (Some(role), Some(account)) => {
                let partition = parsed.partition;
                self.roles.push(format!("arn:{partition}:sts::{account}:assumed-role/{role}/"));
            }
            _ => self.arns.push(arn.to_owned()),
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
pub(crate) struct Uses {
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

/// Calls of one day to one service, by one principal or key, from one network, with one client.
pub(crate) struct Calls {
    pub(crate) who: String,
    pub(crate) network: String,
    pub(crate) client: String,
    pub(crate) service: String,
    pub(crate) number: u64,
    pub(crate) first: Time,
    pub(crate) last: Time,
}

impl Uses {
    fn see(&mut self, event: &Event, book: &AddressBook) {
        let key = event.identity.access_key.as_ref();
        let long_term = key.filter(|key| key.kind() == KeyKind::LongTerm);
        let arn = || event.identity.arn.to_string();
        let source = event.source.to_string();
        self.add(Calls {
            who: long_term.map_or_else(arn, |key| key.as_str().to_owned()),
            network: source.parse().map_or(source, |address| book.lookup(address).in_words()),
            client: intel::client::parse(&event.user_agent).family.to_string(),
            service: event.service.to_string(),
            number: 1,
            first: event.time,
            last: event.time,
        });
    }

    /// Counts some calls.
    pub(crate) fn add(&mut self, calls: Calls) {
        let Calls { who, network, client, service, number, first, last } = calls;
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
        let count = self.counted.entry((who, network, client)).or_default();
        count.calls += number;
        count.days.insert(first.day());
        *count.services.entry(service).or_default() += number;
        count.last = count.last.max(Some(last));
    }

    /// What will be missed, of the uses between two moments.
    pub(crate) fn impact(self, from: Time, until: Time) -> Impact {
        // From the first event on there would have been one, had there been any.
        let looked = (self.first.unwrap_or(from), until);
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
        Impact::of(Some(looked), self.counted.into_iter().map(told).collect())
    }
}
