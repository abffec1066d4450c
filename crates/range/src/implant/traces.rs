//! What a history tells of those who hold credentials in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::attack::Victim;
use crate::caller::Caller;
use crate::catalogue::{Action, Catalogue};
use crate::client::Client;
use crate::error::Result;
use crate::estate::Estate;
use crate::habits::DAY;
use crate::implant::Candidate;
use crate::network::{NetworkKind, Networks};
use crate::organisation::Account;
use crate::policy::Policy;
use crate::principal::Kind;
use crate::record::Record;
use crate::seed::Seed;

/// What is gathered while a history is read.
#[derive(Default)]
pub(super) struct Traces {
    owners: BTreeMap<String, Owner>,
    accounts: BTreeMap<String, Estate>,
    regions: BTreeSet<String>,
    data_events: bool,
    /// The time of the last record, in seconds since 1970.
    pub(super) last: i64,
}

/// Whoever holds credentials: a user, or a role in all its sessions.
#[derive(Default)]
struct Owner {
    /// Long-term keys, and the last temporary one.
    keys: BTreeMap<String, Use>,
    latest: String,
    permissions: BTreeSet<String>,
    familiar: BTreeMap<String, &'static Action>,
    regions: BTreeMap<String, u32>,
    addresses: BTreeMap<String, u32>,
    agents: BTreeMap<String, u32>,
    days: BTreeSet<i64>,
    first: i64,
    last: i64,
}

/// One credential in use.
struct Use {
    identity: Value,
    first: i64,
    last: i64,
}

impl Traces {
    /// Notes what a record tells.
    pub(super) fn add(&mut self, record: &Record) -> Result<()> {
        let value: Value = serde_json::from_str(&record.json)?;
        let time = record.time.as_second();
        self.last = self.last.max(time);
        self.data_events |= value["managementEvent"] == false;
        let identity = &value["userIdentity"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (key, account) = (text(&identity["accessKeyId"]), text(&identity["accountId"]));
        if key.len() < 16 || !identity["invokedBy"].is_null() || account != record.account {
            return Ok(());
        }
        if !self.accounts.contains_key(&account) {
            self.accounts.insert(account.clone(), Estate::new("org", &account, Seed::new(0))?);
        }
        if let Some(estate) = self.accounts.get_mut(&account) {
            furnish(estate, &value);
        }
        let issuer = &identity["sessionContext"]["sessionIssuer"]["arn"];
        let name = issuer.as_str().map_or_else(|| text(&identity["arn"]), str::to_owned);
        let owner =
            self.owners.entry(name).or_insert_with(|| Owner { first: time, ..Owner::default() });
        owner.note_use(&key, identity, time);
        let region = text(&value["awsRegion"]);
        self.regions.insert(region.clone());
        *owner.regions.entry(region).or_default() += 1;
        *owner.addresses.entry(text(&value["sourceIPAddress"])).or_default() += 1;
        *owner.agents.entry(text(&value["userAgent"])).or_default() += 1;
        let known = Catalogue::shipped()?
            .recorded(&text(&value["eventSource"]), &text(&value["eventName"]));
        if let Some(action) = known.filter(|_| value["errorCode"].is_null()) {
            owner.permissions.insert(action.permission.clone());
            owner.familiar.insert(action.name.clone(), action);
        }
        Ok(())
    }

    /// Owners times the weeks from their first to their last record.
    pub(super) fn key_weeks(&self) -> f64 {
        let days = self.owners.values().map(|owner| (owner.last - owner.first).max(DAY));
        days.sum::<i64>() as f64 / (7 * DAY) as f64
    }

    /// Whoever could be robbed.
    pub(super) fn candidates(self) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::new();
        for owner in self.owners.values() {
            for (key, used) in &owner.keys {
                candidates.push(self.candidate(owner, key, used)?);
            }
        }
        Ok(candidates)
    }

    fn candidate(&self, owner: &Owner, key: &str, used: &Use) -> Result<Candidate> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (arn, id) = (text(&used.identity["arn"]), text(&used.identity["accountId"]));
        let (home, address) = (most(&owner.regions), most(&owner.addresses));
        let agent = most(&owner.agents);
        let networks = Networks::shipped()?;
        let network = address.parse().ok().and_then(|address| networks.find(address));
        let mut regions = vec![home.clone()];
        regions.extend(self.regions.iter().filter(|region| **region != home).cloned());
        let estate = match self.accounts.get(&id) {
            Some(estate) => estate.clone(),
            None => Estate::new("org", &id, Seed::new(0))?,
        };
        let others = estate.known("user").iter().filter(|user| !arn.ends_with(user.as_str()));
        let users = others.take(12).enumerate();
        let victim = Victim {
            kind: kind_of(&arn, &agent, network.map(|network| network.kind)),
            policy: Policy::observed(owner.permissions.iter().map(String::as_str)),
            users: users.map(|(n, user)| (user.clone(), format!("AIDA{n:0>17}"))).collect(),
            account: Account { id: id.clone(), name: String::new(), region: home, estate },
            caller: Caller {
                identity: used.identity.to_string(),
                name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
                access_key: key.to_owned(),
                account: id,
                service: None,
                console: false,
                arn,
            },
            regions,
            network: network.map(|network| network.name.clone()),
            address,
            client: Client::known(&agent),
            familiar: owner.familiar.values().copied().collect(),
            roles: Vec::new(),
            until: if key.starts_with("AKIA") { i64::MAX } else { used.last + 3_600 },
            cold: owner.days.len() < 5,
            data_events: self.data_events,
        };
        Ok(Candidate { victim, used: (used.first, used.last), days: owner.days.clone() })
    }
}

impl Owner {
    fn note_use(&mut self, key: &str, identity: &Value, time: i64) {
        self.last = time;
        self.days.insert(time.div_euclid(DAY));
        if let Some(used) = self.keys.get_mut(key) {
            used.last = time;
            return;
        }
        if !key.starts_with("AKIA") {
            self.keys.remove(&self.latest);
            key.clone_into(&mut self.latest);
        }
        let used = Use { identity: identity.clone(), first: time, last: time };
        self.keys.insert(key.to_owned(), used);
    }
}

/// What was counted most often.
fn most(counts: &BTreeMap<String, u32>) -> String {
    let most = counts.iter().max_by_key(|(_, count)| **count);
    most.map_or(String::new(), |(name, _)| name.clone())
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
