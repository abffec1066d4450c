//! Quiet history: what the owner of a credential did in the weeks before a given record.
//!
//! The record gives the identity, the account and the end of the history; everything else is the
//! owner's own: a usual network and program, working hours or a steady rhythm, ordinary calls.

use serde_json::{Value, json};

use crate::caller::{Caller, access_key, unique_id};
use crate::catalogue::{Action, Catalogue};
use crate::client::{Client, Clients};
use crate::error::{Error, Result};
use crate::estate::Estate;
use crate::habits::{Burst, DAY, HOUR, Rhythm, Routines, Schedule, Who};
use crate::network::Networks;
use crate::principal::at;
use crate::record::{Call, Fields, Focus, Outcome, Record};
use crate::seed::{Dice, HEX, Seed};

/// What kind of owner the identity of a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A person at the command line, with a long-term key or a federated one.
    Person,
    /// A person in the console.
    Console,
    /// The root user, once a week in the console.
    Root,
    /// An instance.
    Instance,
    /// A program that assumes a role, under another session name each time.
    Program,
}

impl Owner {
    /// Reads the owner off a record.
    pub fn of(record: &Value) -> Self {
        let identity = &record["userIdentity"];
        let arn = identity["arn"].as_str().unwrap_or_default();
        let session = arn.rsplit('/').next().unwrap_or_default();
        let console = record["eventName"] == "ConsoleLogin"
            || record["sessionCredentialFromConsole"] == "true";
        match identity["type"].as_str() {
            Some("Root") => Self::Root,
            _ if console => Self::Console,
            Some("AssumedRole") if session.starts_with("i-") => Self::Instance,
            Some("AssumedRole") if arn.contains("AWSReservedSSO_") => Self::Console,
            Some("AssumedRole") if session.bytes().any(|byte| byte.is_ascii_digit()) => {
                Self::Program
            }
            _ => Self::Person,
        }
    }

    /// What such an owner does and when.
    fn duties(self) -> Vec<(&'static str, Schedule)> {
        fn work(per_hour: f64) -> Schedule {
            Schedule::Steady { per_hour, rhythm: Rhythm::Work }
        }
        fn steady(per_hour: f64) -> Schedule {
            Schedule::Steady { per_hour, rhythm: Rhythm::Day }
        }
        match self {
            Self::Person => vec![("cli-look", work(0.35)), ("cli-debug", work(0.2))],
            Self::Console => vec![
                ("console-home", work(0.1)),
                ("console-ec2", work(0.15)),
                ("console-logs", work(0.25)),
                ("console-lambda", work(0.1)),
            ],
            Self::Root => vec![("break-glass", Schedule::Weekly { day: 1, hour: 10 })],
            Self::Instance => {
                vec![
                    ("upload-app", steady(0.8)),
                    ("instance-agent", Schedule::Every { minutes: 120 }),
                ]
            }
            Self::Program => vec![("queue-worker", steady(0.7))],
        }
    }

    fn network(self) -> &'static str {
        match self {
            Self::Person | Self::Console | Self::Root => "telekom-de",
            Self::Program => "hetzner",
            Self::Instance => "aws-eu-central-1",
        }
    }
}

/// The records of the owner of `template`'s credential in the given number of weeks, ending an hour
/// before it, in order of time. Long-term keys stay the same; temporary ones are renewed as their
/// kind is, each renewal recorded where the owner's account records it.
pub fn quiet_history(template: &Value, weeks: u32, seed: u64) -> Result<Vec<Record>> {
    let seed = Seed::new(seed);
    let history = History::new(template, seed)?;
    let end: jiff::Timestamp = template["eventTime"]
        .as_str()
        .and_then(|time| time.parse().ok())
        .ok_or(Error::Record("eventTime"))?;
    let end = end.as_second() - HOUR;
    let start = end - i64::from(weeks) * 7 * DAY;
    let routines = Routines::shipped()?;
    let mut records = Vec::new();
    for (index, (routine, schedule)) in history.owner.duties().into_iter().enumerate() {
        let routine = routines.named(routine)?;
        let own = seed.part("duty", index as u64);
        for hour in (start.div_euclid(HOUR) * HOUR..end).step_by(HOUR as usize) {
            let mut dice = own.part("hour", hour as u64).dice();
            for time in schedule.starts(hour, 1, own, &mut dice) {
                // A burst takes some minutes; none reaches into what follows.
                if (start..end - HOUR).contains(&time) {
                    history.burst(routine, time, &mut dice, &mut records)?;
                }
            }
        }
    }
    records.sort_by(|a: &Record, b: &Record| (a.time, &a.id).cmp(&(b.time, &b.id)));
    Ok(records)
}

/// What all bursts of a history share.
struct History<'a> {
    template: &'a Value,
    owner: Owner,
    estate: Estate,
    region: String,
    address: String,
    /// The address of a second place, for people: home beside the office.
    second: String,
    clients: Vec<Client>,
    seed: Seed,
}

impl<'a> History<'a> {
    fn new(template: &'a Value, seed: Seed) -> Result<Self> {
        let owner = Owner::of(template);
        let identity = &template["userIdentity"];
        let account = identity["accountId"]
            .as_str()
            .or(template["recipientAccountId"].as_str())
            .ok_or(Error::Record("accountId"))?;
        let mut dice = seed.part("owner", 0).dice();
        let networks = Networks::shipped()?;
        let (tables, mut clients) = (Clients::shipped()?, Vec::new());
        for family in ["browser", "aws-cli", "boto3", "sdk-php", "ssm-agent"] {
            clients.push(tables.make(family, &mut dice)?);
        }
        let second = if owner == Owner::Person { "colt-eu" } else { owner.network() };
        let address = networks.named(owner.network())?.address(&mut dice).to_string();
        Ok(Self {
            template,
            owner,
            estate: Estate::new("acme", account, seed)?,
            region: template["awsRegion"].as_str().ok_or(Error::Record("awsRegion"))?.to_owned(),
            second: match owner {
                Owner::Person | Owner::Console => {
                    networks.named(second)?.address(&mut dice).to_string()
                }
                _ => address.clone(),
            },
            address,
            clients,
            seed,
        })
    }

    /// Plays one burst, with the sign-in that it needs.
    fn burst(
        &self,
        routine: &crate::habits::Routine,
        time: i64,
        dice: &mut Dice,
        records: &mut Vec<Record>,
    ) -> Result<()> {
        let known = |client: &&Client| routine.clients.contains(&client.family);
        let client = self.clients.iter().find(known).unwrap_or(&self.clients[1]);
        let day = self.seed.part("place", time.div_euclid(DAY) as u64);
        let address = if day.dice().chance(0.35) { &self.second } else { &self.address };
        let (begun, caller) = self.caller(time, "");
        if time - begun < HOUR && matches!(self.owner, Owner::Console | Owner::Root) {
            records.push(self.sign_in(time - 20, address, &client.agent, dice)?);
        }
        let make = |source: &str| self.caller(time, source).1;
        let burst = Burst {
            routine,
            start: at(time),
            who: match self.owner {
                Owner::Console | Owner::Root => Who::Console(&make),
                _ => Who::One(&caller),
            },
            address,
            client,
            regions: std::slice::from_ref(&self.region),
            estate: &self.estate,
            endpoint: None,
            data_events: false,
        };
        burst.play(dice, records);
        Ok(())
    }

    /// The owner's identity at a time, with the beginning of its session; in the console every
    /// service sees another key.
    fn caller(&self, time: i64, source: &str) -> (i64, Caller) {
        let mut identity = self.template["userIdentity"].clone();
        let account = &*self.estate.account;
        let kind = identity["type"].as_str().unwrap_or_default().to_owned();
        let known = identity["accessKeyId"].as_str().unwrap_or_default();
        let console = matches!(self.owner, Owner::Console | Owner::Root);
        let lasting = known.starts_with("AKIA") && !console;
        // Temporary credentials are renewed every six hours, people's once a working day.
        let life = if console || self.owner == Owner::Person { 12 * HOUR } else { 6 * HOUR };
        let begun = time - time.rem_euclid(life);
        let mut dice = self.seed.part("session", begun as u64).part(source, 0).dice();
        let key = if lasting { known.to_owned() } else { access_key("ASIA", account, &mut dice) };
        if !lasting {
            identity["accessKeyId"] = json!(key);
            let date =
                json!({ "creationDate": at(begun).to_string(), "mfaAuthenticated": "false" });
            identity["sessionContext"]["attributes"] = date;
        }
        if self.owner == Owner::Program && kind == "AssumedRole" {
            rename(&mut identity, &mut self.seed.part("name", begun as u64).dice());
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let arn = text(&identity["arn"]);
        let caller = Caller {
            name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
            arn,
            account: account.to_owned(),
            access_key: key,
            service: None,
            console,
            identity: identity.to_string(),
        };
        (begun, caller)
    }

    fn sign_in(&self, time: i64, address: &str, agent: &str, dice: &mut Dice) -> Result<Record> {
        let identity = &self.template["userIdentity"];
        let caller = match identity["type"].as_str() {
            Some("IAMUser") => {
                let name = identity["userName"].as_str().unwrap_or_default();
                let id = identity["principalId"]
                    .as_str()
                    .map_or_else(|| unique_id("AIDA", dice), str::to_owned);
                Caller::signing_in(&self.estate.account, Some((name, &id)))
            }
            Some("Root") => Caller::signing_in(&self.estate.account, None),
            _ => self.caller(time, "signin").1,
        };
        let action: &Action = Catalogue::shipped()?.action("signin:ConsoleLogin")?;
        let call = Call {
            action,
            caller: &caller,
            time: at(time),
            region: &self.region,
            address,
            agent,
            outcome: Outcome::Done,
            estate: &self.estate,
            fields: &Fields::default(),
            endpoint: None,
            shared: None,
        };
        Ok(call.record(&mut Focus::default(), dice))
    }
}

/// Gives a session whose name changes every time another one: its digits are drawn anew.
fn rename(identity: &mut Value, dice: &mut Dice) {
    let arn = identity["arn"].as_str().unwrap_or_default().to_owned();
    let Some((before, session)) = arn.rsplit_once('/') else { return };
    let fresh: String = session
        .chars()
        .map(|letter| match letter {
            '0'..='9' => char::from(HEX[dice.below(10) as usize]),
            other => other,
        })
        .collect();
    if let Some((id, _)) = identity["principalId"].as_str().and_then(|id| id.split_once(':')) {
        identity["principalId"] = json!(format!("{id}:{fresh}"));
    }
    identity["arn"] = json!(format!("{before}/{fresh}"));
}

#[cfg(test)]
mod tests;
