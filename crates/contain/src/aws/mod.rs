//! The real account, through the AWS SDK.
//!
//! What makes requests work is the SDK's: credentials, signatures, retries, connections. Its
//! generated clients are not used (`docs/adr/0022-containment.md`): a call is data with AWS's own
//! names, and is sent as it is. Blocking on its outside; inside, requests run on a thread of their
//! own, so nothing here may be called from within another async runtime.

mod access;
mod answer;
mod client;
mod details;
mod fault;
mod password;
mod perform;
mod read;
mod request;
mod service;
mod trail;
mod xml;

use std::fmt;
use std::ops::ControlFlow;

use cloudtrail::Time;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::account::{Account, Caller, Fault, FaultKind, Key, Organisation, Role, Secret, User};
use crate::call::Call;
use crate::thing::{Identity, State, Thing};

pub use access::{Access, Patience, SESSION, Who};
use client::{Reader, Writer};
use read::{text, there};
use request::{Request, decoded};
use service::Service;

/// An account in AWS, asked and changed in somebody's name.
///
/// Only [`Account::perform`] changes anything: everything else goes through a way that sends no
/// operation but those that describe, get, list or look up.
pub struct Aws {
    reader: Reader,
    writer: Writer,
    // The last field: what runs on it is dropped before it is.
    runtime: Runtime,
}

impl fmt::Debug for Aws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Aws").finish_non_exhaustive()
    }
}

impl Aws {
    /// The account that these credentials act in. AWS is asked nothing yet.
    pub fn open(access: &Access) -> Result<Self, Fault> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("aws")
            .enable_all()
            .build()
            .map_err(|error| Fault {
                doing: "make ready to ask AWS".to_owned(),
                kind: FaultKind::Other,
                why: format!("{error}; close some programs"),
            })?;
        let (reader, writer) = client::open(runtime.block_on(access.means()));
        Ok(Self { reader, writer, runtime })
    }

    /// Hands over the raw records that `LookupEvents` of these regions gives between two moments,
    /// the newest of each region first, at most two requests a second. Stops early if told to.
    ///
    /// AWS shows an event there some minutes after it happened, management events only.
    pub fn lookup_events(
        &self,
        regions: &[String],
        since: Time,
        until: Time,
        each: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        self.runtime.block_on(trail::lookup(&self.reader, regions, since, until, each))
    }

    /// All users, groups, roles and policies, as the text that [`iam::Authorization::read`] takes.
    pub fn authorization_details(&self) -> Result<String, Fault> {
        self.runtime.block_on(details::details(&self.reader))
    }

    async fn described(&self, name: &str) -> Result<Option<User>, Fault> {
        let reader = &self.reader;
        let user = there(read::identity(reader, &Identity::User(name.to_owned())).await)?;
        let Some(user) = user else { return Ok(None) };
        let mut keys = Vec::new();
        for key in there(read::keys(reader, name).await)?.unwrap_or_default() {
            let Some(id) = text(&key, "/AccessKeyId") else { continue };
            let request = read::iam("GetAccessKeyLastUsed", &id).with("AccessKeyId", id.as_str());
            // Nobody needs to know when a key was used; whoever may not ask goes on without.
            let last = reader.ask(request).await.unwrap_or_default();
            keys.push(Key {
                id,
                active: text(&key, "/Status").as_deref() == Some("Active"),
                made: moment(&key, "/CreateDate"),
                used: moment(&last, "/AccessKeyLastUsed/LastUsedDate"),
            });
        }
        let password = Thing::LoginProfile { user: name.to_owned() };
        let password = read::state(reader, &password).await?.is_some();
        Ok(Some(User { arn: text(&user, "/Arn").unwrap_or_default(), keys, password }))
    }
}

/// A moment in an answer. Keys that were never used have `N/A` there.
fn moment(value: &Value, place: &str) -> Option<Time> {
    text(value, place)?.parse().ok()
}

fn unclear(doing: String, why: &str) -> Fault {
    Fault { doing, kind: FaultKind::Other, why: why.to_owned() }
}

impl Account for Aws {
    fn caller(&self) -> Result<Option<Caller>, Fault> {
        let request = Request::new(Service::Sts, "GetCallerIdentity", "");
        let doing = request.doing();
        let answer = self.runtime.block_on(self.reader.ask(request))?;
        let account = text(&answer, "/Account").and_then(|account| account.parse().ok());
        let caller = account.zip(text(&answer, "/Arn"));
        let caller = caller.map(|(account, arn)| Caller { account, arn });
        caller.map(Some).ok_or_else(|| unclear(doing, "the answer names no account and ARN"))
    }

    fn read(&self, thing: &Thing) -> Result<State, Fault> {
        self.runtime.block_on(read::state(&self.reader, thing))
    }

    fn user(&self, name: &str) -> Result<Option<User>, Fault> {
        self.runtime.block_on(self.described(name))
    }

    fn role(&self, name: &str) -> Result<Option<Role>, Fault> {
        let role = Identity::Role(name.to_owned());
        let role = there(self.runtime.block_on(read::identity(&self.reader, &role)))?;
        Ok(role.map(|role| Role {
            arn: text(&role, "/Arn").unwrap_or_default(),
            trust: text(&role, "/AssumeRolePolicyDocument")
                .as_deref()
                .map(decoded)
                .unwrap_or_default(),
        }))
    }

    fn organisation(&self) -> Result<Option<Organisation>, Fault> {
        let request = Request::new(Service::Organizations, "DescribeOrganization", "");
        let doing = request.doing();
        let answer = there(self.runtime.block_on(self.reader.ask(request)))?;
        let Some(answer) = answer else { return Ok(None) };
        let management = text(&answer, "/Organization/MasterAccountId");
        let management = management.and_then(|account| account.parse().ok());
        let organisation = management.map(|management| Organisation { management });
        let none = || unclear(doing, "the answer names no management account");
        organisation.map(Some).ok_or_else(none)
    }

    fn clock(&self) -> Option<Time> {
        self.reader.clock()
    }

    fn perform(&self, call: &Call) -> Result<Option<Secret>, Fault> {
        self.runtime.block_on(perform::perform(&self.reader, &self.writer, call))
    }
}
