//! Implanting thefts into a history that was not generated: the user's own trail.
//!
//! Victims are read off the history: whoever holds a key, with the regions, addresses, programs,
//! resources and rights that the records show. The thief then does what its family does, and only
//! what such a victim may do succeeds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::attack::{Family, Victim, play};
use crate::caller::Caller;
use crate::catalogue::{Action, Catalogue};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::estate::Estate;
use crate::habits::DAY;
use crate::network::{NetworkKind, Networks};
use crate::organisation::Account;
use crate::policy::Policy;
use crate::principal::Kind;
use crate::record::Record;
use crate::seed::Seed;
use crate::truth::Theft;

/// How thefts are implanted.
#[derive(Debug, Clone)]
pub struct Implant {
    /// What thieves call from: names of networks, with weights.
    pub networks: BTreeMap<String, f64>,
    /// The share of thieves whose address changes on the way.
    pub rotating: f64,
    /// The root of choices.
    pub seed: u64,
}

impl Default for Implant {
    fn default() -> Self {
        let networks = [
            ("hetzner", 2.0),
            ("digitalocean", 2.0),
            ("vultr", 1.5),
            ("m247", 1.5),
            ("datacamp", 1.0),
            ("vnpt-vn", 0.8),
            ("telkom-id", 0.6),
            ("azure-us", 0.6),
            ("aws-us-east-1", 1.0),
            ("tor-exits", 0.3),
        ];
        Self {
            networks: networks.map(|(name, weight)| (name.to_owned(), weight)).into(),
            rotating: 0.28,
            seed: 1,
        }
    }
}

/// A history that thefts can be implanted into: who could be robbed in it, and when it ends.
pub struct Trail {
    candidates: Vec<Candidate>,
    taken: BTreeSet<String>,
    last: i64,
}

impl Trail {
    /// Reads a history, which is in order of time.
    pub fn read(history: &[Record]) -> Result<Self> {
        let last = history.last().map_or(0, |record| record.time.as_second());
        Ok(Self { candidates: candidates(history)?, taken: BTreeSet::new(), last })
    }

    /// Implants one theft of a family: the label, and the records to put beside the history. Every
    /// victim is robbed once.
    pub fn implant(&mut self, family: &Family, options: &Implant) -> Result<(Theft, Vec<Record>)> {
        let seed = Seed::new(options.seed).part(family.name, self.taken.len() as u64);
        let mut dice = seed.dice();
        let free = |candidate: &&Candidate| {
            (family.suits)(&candidate.victim)
                && !self.taken.contains(&candidate.victim.caller.access_key)
        };
        let suited: Vec<&Candidate> = self.candidates.iter().filter(free).collect();
        let none = || Error::NoVictim(family.name.to_owned());
        let candidate = dice.pick(&suited).ok_or_else(none)?;
        // A temporary credential is stolen while it is in use, a long-term one in the last third.
        let time = if candidate.victim.has_key() {
            let from = candidate.first + (self.last - candidate.first) * 2 / 3;
            dice.between(from, (self.last - DAY).max(from))
        } else {
            candidate.last
        };
        let mut victim = candidate.victim.clone();
        victim.cold = candidate.days.range(..time.div_euclid(DAY)).count() < 5;
        self.taken.insert(victim.caller.access_key.clone());
        let rotating = dice.chance(options.rotating);
        let own = seed.part("play", 0);
        play(family, &victim, &options.networks, rotating, (time, i64::MAX), own)?.ok_or_else(none)
    }
}

/// A victim with what its records tell beside.
struct Candidate {
    victim: Victim,
    first: i64,
    last: i64,
    days: BTreeSet<i64>,
}

/// What is gathered of one credential.
#[derive(Default)]
struct Traces {
    identity: Value,
    permissions: BTreeSet<String>,
    familiar: BTreeMap<String, &'static Action>,
    regions: BTreeMap<String, u32>,
    addresses: BTreeMap<String, u32>,
    agents: BTreeMap<String, u32>,
    days: BTreeSet<i64>,
    first: i64,
    last: i64,
    data_events: bool,
}

/// Whoever holds a credential in a history, by access key.
fn candidates(history: &[Record]) -> Result<Vec<Candidate>> {
    let catalogue = Catalogue::shipped()?;
    let by_event: BTreeMap<(&str, &str), &'static Action> = catalogue
        .actions()
        .map(|action| ((action.source.as_str(), action.event.as_str()), action))
        .collect();
    let mut traces: BTreeMap<String, Traces> = BTreeMap::new();
    let mut estates: BTreeMap<String, Estate> = BTreeMap::new();
    for record in history {
        let value: Value = serde_json::from_str(&record.json)?;
        let identity = &value["userIdentity"];
        let (Some(key), Some(account)) =
            (identity["accessKeyId"].as_str(), identity["accountId"].as_str())
        else {
            continue;
        };
        if key.len() < 16 || !identity["invokedBy"].is_null() || account != record.account {
            continue;
        }
        if !estates.contains_key(account) {
            estates.insert(account.to_owned(), Estate::new("org", account, Seed::new(0))?);
        }
        if let Some(estate) = estates.get_mut(account) {
            furnish(estate, &value);
        }
        let time = record.time.as_second();
        let trace = traces.entry(key.to_owned()).or_default();
        if trace.identity.is_null() {
            trace.identity = identity.clone();
            trace.first = time;
        }
        trace.last = time;
        trace.days.insert(time.div_euclid(DAY));
        trace.data_events |= value["managementEvent"] == false;
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        for (map, field) in [
            (&mut trace.regions, "awsRegion"),
            (&mut trace.addresses, "sourceIPAddress"),
            (&mut trace.agents, "userAgent"),
        ] {
            *map.entry(text(field)).or_default() += 1;
        }
        let (source, event) = (text("eventSource"), text("eventName"));
        if let Some(action) = by_event.get(&(source.as_str(), event.as_str()))
            && value["errorCode"].is_null()
        {
            trace.permissions.insert(action.permission.clone());
            trace.familiar.insert(action.name.clone(), action);
        }
    }
    let all_regions: BTreeSet<String> =
        traces.values().flat_map(|trace| trace.regions.keys().cloned()).collect();
    traces.into_iter().map(|(key, trace)| candidate(&key, trace, &estates, &all_regions)).collect()
}

/// Notes the things that a record names as parts of the account.
fn furnish(estate: &mut Estate, value: &Value) {
    let request = &value["requestParameters"];
    for (field, kind) in [
        ("bucketName", "bucket"),
        ("secretId", "secret"),
        ("functionName", "function"),
        ("instanceId", "instance"),
        ("roleName", "role"),
        ("userName", "user"),
        ("tableName", "table"),
        ("dBInstanceIdentifier", "database"),
        ("repositoryName", "repository"),
    ] {
        if let Some(name) = request[field].as_str().filter(|name| safe(name))
            && estate.known(kind).len() < 200
        {
            estate.add(kind, name);
        }
    }
}

/// Whether a name can stand in JSON text as it is.
fn safe(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '"' || c == '\\' || c.is_control())
}

fn candidate(
    key: &str,
    trace: Traces,
    estates: &BTreeMap<String, Estate>,
    all_regions: &BTreeSet<String>,
) -> Result<Candidate> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (arn, account) = (text(&trace.identity["arn"]), text(&trace.identity["accountId"]));
    let most = |counts: &BTreeMap<String, u32>| {
        counts
            .iter()
            .max_by_key(|(_, count)| **count)
            .map_or(String::new(), |(name, _)| name.clone())
    };
    let (home, address, agent) =
        (most(&trace.regions), most(&trace.addresses), most(&trace.agents));
    let networks = Networks::shipped()?;
    let network = address.parse().ok().and_then(|address| networks.find(address));
    let kind = kind_of(&arn, &agent, network.map(|network| network.kind));
    let mut regions = vec![home.clone()];
    regions.extend(all_regions.iter().filter(|region| **region != home).cloned());
    let estate = match estates.get(&account) {
        Some(estate) => estate.clone(),
        None => Estate::new("org", &account, Seed::new(0))?,
    };
    let users = estate.known("user").iter().filter(|user| !arn.ends_with(user.as_str())).take(12);
    let victim = Victim {
        caller: Caller {
            identity: trace.identity.to_string(),
            name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
            access_key: key.to_owned(),
            account: account.clone(),
            service: None,
            console: false,
            arn: arn.clone(),
        },
        kind,
        policy: Policy::observed(trace.permissions.iter().map(String::as_str)),
        users: users.map(|user| (user.clone(), format!("AIDA{:0>17}", user.len()))).collect(),
        account: Account { id: account, name: String::new(), region: home, estate },
        regions,
        network: network.map(|network| network.name.clone()),
        address,
        client: Client::known(&agent),
        familiar: trace.familiar.into_values().collect(),
        roles: Vec::new(),
        until: if key.starts_with("AKIA") { i64::MAX } else { trace.last + 3_600 },
        cold: trace.days.len() < 5,
        data_events: trace.data_events,
    };
    Ok(Candidate { victim, first: trace.first, last: trace.last, days: trace.days })
}

/// What a principal most likely is.
fn kind_of(arn: &str, agent: &str, network: Option<NetworkKind>) -> Kind {
    let session = arn.rsplit('/').next().unwrap_or_default();
    let server =
        matches!(network, Some(NetworkKind::Hosting | NetworkKind::Cloud | NetworkKind::Aws));
    match () {
        () if arn.contains("AWSReservedSSO_") => Kind::SsoPerson,
        () if arn.contains(":assumed-role/") && session.starts_with("i-") => Kind::Instance,
        () if agent.contains("AWS_Lambda") => Kind::Function,
        () if agent.contains("configure-aws-credentials") => Kind::CiOidc,
        () if arn.contains(":assumed-role/") => Kind::Container,
        () if server => Kind::Application,
        () => Kind::UserPerson,
    }
}

#[cfg(test)]
mod tests;
