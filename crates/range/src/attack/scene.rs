//! A theft as it goes on: the clock, the credential in hand, what has been done so far.

use std::collections::BTreeSet;

use crate::attack::{Family, Thief, Victim};
use crate::caller::{Caller, Role, SessionContext, access_key, unique_id};
use crate::catalogue::Catalogue;
use crate::client::{Client, Clients};
use crate::error::Result;
use crate::habits::HOUR;
use crate::network::NetworkKind;
use crate::organisation::Account;
use crate::policy::Policy;
use crate::principal::at;
use crate::record::{Call, Fields, Focus, Outcome, Record};
use crate::seed::{Dice, Seed};
use crate::truth::Theft;

/// The regions that thieves sweep.
const REGIONS: [&str; 16] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "sa-east-1",
    "ca-central-1",
];

/// Somebody whom the thief can act as.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The credential.
    pub caller: Caller,
    /// What it may do.
    pub policy: Policy,
    /// The account that it acts in.
    pub account: Account,
}

/// A theft as it goes on.
pub struct Scene<'a> {
    /// Whose credential it is.
    pub victim: &'a Victim,
    /// Who has it now.
    pub thief: Thief,
    /// The choices of this theft.
    pub dice: Dice,
    time: f64,
    me: Identity,
    region: String,
    fields: Fields,
    focus: Focus,
    records: Vec<Record>,
    others: Vec<Record>,
    keys: Vec<String>,
    principals: Vec<String>,
    addresses: BTreeSet<String>,
    resources: BTreeSet<String>,
    created: BTreeSet<String>,
}

impl<'a> Scene<'a> {
    /// The beginning of a theft, at a time in seconds since 1970.
    pub fn new(victim: &'a Victim, thief: Thief, time: i64, dice: Dice) -> Self {
        let me = Identity {
            caller: victim.caller.clone(),
            policy: victim.policy.clone(),
            account: victim.account.clone(),
        };
        Self {
            thief,
            dice,
            time: time as f64,
            region: victim
                .regions
                .first()
                .cloned()
                .unwrap_or_else(|| victim.account.region.clone()),
            me,
            fields: Fields::default(),
            focus: Focus::default(),
            records: Vec::new(),
            others: Vec::new(),
            keys: vec![victim.caller.access_key.clone()],
            principals: Vec::new(),
            addresses: BTreeSet::new(),
            resources: BTreeSet::new(),
            created: BTreeSet::new(),
            victim,
        }
    }

    /// Makes a call; true if it succeeds.
    pub fn call(&mut self, action: &str) -> Result<bool> {
        self.attempt(action, Outcome::Done)
    }

    /// Makes a call that ends like this if the thief may make it; true if it succeeds.
    pub fn attempt(&mut self, action: &str, outcome: Outcome) -> Result<bool> {
        let action = Catalogue::shipped()?.action(action)?;
        // CloudTrail does not record calls with credentials that have run out.
        if !self.is_valid() {
            return Ok(false);
        }
        let outcome = match outcome {
            _ if self.me.policy.denies(action) => Outcome::Denied,
            _ if !self.me.policy.allows(action) => Outcome::Refused,
            outcome => outcome,
        };
        if self.thief.rotating && self.dice.chance(0.2) {
            self.thief.move_on(&mut self.dice)?;
        }
        if action.data && !self.victim.data_events {
            return Ok(outcome == Outcome::Done);
        }
        let caller = self.voice(&action.source);
        let call = Call {
            action,
            caller: &caller,
            time: at(self.time as i64),
            region: &self.region,
            address: &self.thief.address,
            agent: &self.thief.client.agent(action),
            outcome,
            estate: &self.me.account.estate,
            fields: &self.fields,
            endpoint: None,
            shared: None,
        };
        let record = call.record(&mut self.focus, &mut self.dice);
        if outcome == Outcome::Done {
            self.resources.extend(self.focus.touched().map(str::to_owned));
            self.resources.extend(
                self.fields.things().filter(|name| record.json.contains(name)).map(str::to_owned),
            );
        }
        self.push(record, &caller.access_key);
        Ok(outcome == Outcome::Done)
    }

    /// Who a service sees: the console takes another temporary key for each of them.
    fn voice(&self, source: &str) -> Caller {
        let mut caller = self.me.caller.clone();
        if caller.console {
            let mut dice = Seed::new(0).part(&caller.access_key, 0).part(source, 0).dice();
            let key = access_key("ASIA", &caller.account, &mut dice);
            caller.identity = caller.identity.replace(&caller.access_key, &key);
            caller.access_key = key;
        }
        caller
    }

    /// Adds a record of the theft, and moves the clock so that order is kept.
    fn push(&mut self, record: Record, key: &str) {
        if !key.is_empty() && !self.keys.iter().any(|known| known == key) {
            self.keys.push(key.to_owned());
        }
        if !self.principals.contains(&self.me.caller.arn) {
            self.principals.push(self.me.caller.arn.clone());
        }
        self.addresses.insert(self.thief.address.clone());
        self.records.push(record);
        self.pause(0.6);
    }

    /// Makes several calls, so many seconds apart.
    pub fn calls(&mut self, actions: &[&str], seconds: f64) -> Result<()> {
        for action in actions {
            self.call(action)?;
            self.pause(seconds);
        }
        Ok(())
    }

    /// Waits so many seconds on average.
    pub fn pause(&mut self, seconds: f64) {
        self.time += self.dice.gap(seconds * self.thief.pace);
    }

    /// Waits between so many hours.
    pub fn wait_hours(&mut self, low: i64, high: i64) {
        self.time += self.dice.between(low * HOUR, high * HOUR) as f64;
    }

    /// Whether the credential in hand still works.
    pub fn is_valid(&self) -> bool {
        self.me.caller.access_key != self.victim.caller.access_key
            || (self.time as i64) < self.victim.until
    }

    /// Gives the next calls a value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.fields.set(name, value);
    }

    /// Gives the next calls a value that is JSON text.
    pub fn set_raw(&mut self, name: &str, value: &str) {
        self.fields.set_raw(name, value.to_owned());
    }

    /// Works in a region from now on.
    pub fn region(&mut self, region: &str) {
        region.clone_into(&mut self.region);
    }

    /// The region of the moment.
    pub fn here(&self) -> String {
        self.region.clone()
    }

    /// Some of the regions that thieves sweep, in any order.
    pub fn regions(&mut self, low: i64, high: i64) -> Vec<&'static str> {
        let mut regions = REGIONS.to_vec();
        self.dice.shuffle(&mut regions);
        regions.truncate(self.dice.between(low, high) as usize);
        regions
    }

    /// Takes another address.
    pub fn move_on(&mut self) -> Result<()> {
        self.thief.move_on(&mut self.dice)
    }

    /// Takes an address near the victim and stays there.
    pub fn settle_near(&mut self, kind: NetworkKind) -> Result<()> {
        self.thief.rotating = false;
        self.thief.settle_near(self.victim, kind, &mut self.dice)
    }

    /// Takes another program.
    pub fn program(&mut self, families: &[&str]) -> Result<()> {
        let family = self.dice.pick(families).copied().unwrap_or("boto3");
        self.thief.client = Clients::shipped()?.make(family, &mut self.dice)?;
        Ok(())
    }

    /// Takes this program.
    pub fn with_client(&mut self, client: &Client) {
        self.thief.client = client.clone();
    }

    /// Who the thief is at the moment.
    pub fn me(&self) -> &Identity {
        &self.me
    }

    /// Acts as somebody else from now on.
    pub fn act_as(&mut self, identity: Identity) {
        self.me = identity;
        self.focus = Focus::default();
    }

    /// A name of a kind of thing in the account at hand.
    pub fn thing(&mut self, kind: &str) -> String {
        let mut name = String::new();
        let time = at(self.time as i64);
        self.me.account.estate.thing(kind, &self.region, time, &mut self.dice, &mut name);
        name
    }

    /// Notes that something was made.
    pub fn made(&mut self, name: &str) {
        self.created.insert(name.to_owned());
    }

    /// Makes a user with a policy; none if refused.
    pub fn create_user(&mut self, name: &str, policy: &str) -> Result<Option<(String, String)>> {
        let id = unique_id("AIDA", &mut self.dice);
        self.set("new-user", name);
        self.set("new-user-id", &id);
        if !self.call("iam:CreateUser")? {
            return Ok(None);
        }
        self.made(name);
        self.pause(3.0);
        self.set("policy-arn", &format!("arn:aws:iam::aws:policy/{policy}"));
        self.call("iam:AttachUserPolicy")?;
        Ok(Some((name.to_owned(), id)))
    }

    /// Makes a key for a user, who may then do what `policy` says; none if refused.
    pub fn create_key(
        &mut self,
        user: &(String, String),
        policy: &str,
    ) -> Result<Option<Identity>> {
        let (name, id) = user;
        let account = self.me.account.clone();
        let key = access_key("AKIA", &account.id, &mut self.dice);
        self.set("new-user", name);
        self.set("minted-key", &key);
        if !self.call("iam:CreateAccessKey")? {
            return Ok(None);
        }
        self.made(&key);
        self.keys.push(key.clone());
        let caller = Caller::user(&account.id, name, id, &key);
        Ok(Some(Identity { caller, policy: Policy::shipped(policy)?, account }))
    }

    /// Gives a user a password; false if refused.
    pub fn create_password(&mut self, user: &(String, String)) -> Result<bool> {
        self.set("new-user", &user.0);
        self.call("iam:CreateLoginProfile")
    }

    /// Signs in to the console as a user with a password, and goes on from there.
    pub fn sign_in(&mut self, user: &(String, String), policy: &str) -> Result<()> {
        let account = self.me.account.clone();
        let (name, id) = user;
        let signing = Caller::signing_in(&account.id, Some((name, id)));
        let policy = Policy::shipped(policy)?;
        self.program(&["browser", "firefox"])?;
        self.act_as(Identity { caller: signing, policy: policy.clone(), account: account.clone() });
        self.set("mfa-used", "No");
        // Nobody needs a permission to sign in.
        let allowed = std::mem::replace(&mut self.me.policy, Policy::shipped("administrator")?);
        self.call("signin:ConsoleLogin")?;
        self.me.policy = allowed;
        let key = access_key("ASIA", &account.id, &mut self.dice);
        let context = SessionContext { console: true, ..Default::default() };
        let caller =
            Caller::user_session(&account.id, name, id, &key, at(self.time as i64), &context);
        self.act_as(Identity { caller, policy, account });
        Ok(())
    }

    /// Turns the key of an IAM user into a console session; false if refused.
    pub fn federate(&mut self, name: &str) -> Result<bool> {
        let account = self.me.account.clone();
        let key = access_key("ASIA", &account.id, &mut self.dice);
        self.set("federated-name", name);
        self.set("minted-key", &key);
        if !self.call("sts:GetFederationToken")? {
            return Ok(false);
        }
        self.keys.push(key.clone());
        self.made(&key);
        let maker = (self.me.caller.name.clone(), "AIDAFEDERATIONMAKER00".to_owned());
        let maker_id = self.principal_id().unwrap_or(maker.1);
        let begun = at(self.time as i64);
        let federated = |console| {
            Caller::federated(&account.id, name, &key, begun, (&maker.0, &maker_id), console)
        };
        let policy = self.me.policy.clone();
        self.act_as(Identity {
            caller: federated(false),
            policy: policy.clone(),
            account: account.clone(),
        });
        self.pause(4.0);
        let everything = Policy::shipped("administrator")?;
        self.me.policy = everything;
        self.call("signin:GetSigninToken")?;
        self.program(&["browser", "firefox"])?;
        self.set("mfa-used", "No");
        self.pause(8.0);
        self.call("signin:ConsoleLogin")?;
        self.act_as(Identity { caller: federated(true), policy, account: account.clone() });
        Ok(true)
    }

    /// Assumes a role; none if refused.
    pub fn assume(
        &mut self,
        account: &Account,
        role: &Role,
        policy: &str,
    ) -> Result<Option<Identity>> {
        let key = access_key("ASIA", &account.id, &mut self.dice);
        let session = self.thing("new-user");
        let fields = crate::habits::assumption(role, &session, &key);
        let before = std::mem::replace(&mut self.fields, fields);
        let done = self.call("sts:AssumeRole")?;
        self.fields = before;
        if !done {
            return Ok(None);
        }
        self.keys.push(key.clone());
        self.made(&key);
        let begun = at(self.time as i64);
        let caller = Caller::session(role, &session, &key, begun, &SessionContext::default());
        Ok(Some(Identity { caller, policy: Policy::shipped(policy)?, account: account.clone() }))
    }

    /// `principalId` of the identity at hand.
    fn principal_id(&self) -> Option<String> {
        let identity: serde_json::Value = serde_json::from_str(&self.me.caller.identity).ok()?;
        identity["principalId"].as_str().map(str::to_owned)
    }

    /// A record that goes with the theft but is somebody else's doing, AWS's for one; it is not
    /// labelled as malicious.
    pub fn by_other(
        &mut self,
        action: &str,
        caller: &Caller,
        address: &str,
        agent: &str,
    ) -> Result<()> {
        let action = Catalogue::shipped()?.action(action)?;
        let call = Call {
            action,
            caller,
            time: at(self.time as i64),
            region: &self.region,
            address,
            agent,
            outcome: Outcome::Done,
            estate: &self.me.account.estate,
            fields: &self.fields,
            endpoint: None,
            shared: None,
        };
        let record = call.record(&mut self.focus, &mut self.dice);
        self.others.push(record);
        Ok(())
    }

    /// Attaches AWS's quarantine policy to the victim.
    pub fn quarantine(&mut self) {
        self.me.policy = self.me.policy.clone().quarantined();
    }

    /// The records and the label of the theft as far as it went until a time in seconds since
    /// 1970; none if the trail recorded nothing.
    pub fn finish(mut self, family: &Family, until: i64) -> Option<(Theft, Vec<Record>)> {
        self.records.retain(|record| record.time.as_second() < until);
        self.others.retain(|record| record.time.as_second() < until);
        let first = self.records.first()?;
        let theft = Theft {
            family: family.name.to_owned(),
            style: family.style,
            cold: self.victim.cold,
            rotating: self.thief.rotating,
            recorded: false,
            victim: self.victim.caller.arn.clone(),
            root_access_key_id: self.victim.caller.access_key.clone(),
            access_key_ids: self.keys,
            principals: self.principals,
            first_event_id: first.id.clone(),
            event_ids: self.records.iter().map(|record| record.id.clone()).collect(),
            times: self.records.iter().map(|record| record.time).collect(),
            echo_ids: self.others.iter().map(|record| record.id.clone()).collect(),
            addresses: self.addresses.into_iter().collect(),
            resources: self.resources.into_iter().collect(),
            created: self.created.into_iter().collect(),
        };
        let mut records = self.records;
        records.extend(self.others);
        records.sort_by_key(|record| record.time);
        Some((theft, records))
    }
}
