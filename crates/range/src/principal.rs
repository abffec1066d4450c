//! Somebody or something that calls AWS, with its credentials at any time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Role};
use crate::client::Client;
use crate::habits::Duty;
use crate::network::NetworkKind;
use crate::seed::Seed;

/// A principal of a generated organisation.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its name: a person's, a job's, an application's.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How it gets its credentials.
    pub login: Login,
    /// The account that it belongs to, by its place in the organisation.
    pub account: usize,
    /// What it may do, a name in `data/range/policies.toml`.
    pub policy: String,
    /// Hours east of Greenwich.
    pub offset: i64,
    /// Where it calls from, the usual place first.
    pub places: Vec<Place>,
    /// What it calls with; a routine takes the first of a family that it knows.
    pub clients: Vec<Client>,
    /// Where it works, the usual region first.
    pub regions: Vec<String>,
    /// What it does.
    pub duties: Vec<Duty>,
    /// What is different for some time.
    pub shifts: Vec<Shift>,
    /// Since when it exists, in seconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// The root of its choices.
    pub seed: Seed,
}

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A person with Identity Center.
    SsoPerson,
    /// A person who administers, with Identity Center.
    Administrator,
    /// A person with an IAM user.
    UserPerson,
    /// CI with OIDC.
    CiOidc,
    /// CI with a long-term key.
    CiKey,
    /// An application with a long-term key, on a hoster.
    Application,
    /// A role of instances.
    Instance,
    /// A role of containers.
    Container,
    /// A role of a function.
    Function,
    /// A vendor's or one's own scanner.
    Scanner,
    /// A backup product.
    Backup,
    /// Somebody who audits.
    Auditor,
    /// An AWS service.
    Service,
    /// The root user.
    Root,
}

/// How a principal gets its credentials.
#[derive(Debug, Clone)]
pub enum Login {
    /// An IAM user's long-term keys.
    User {
        /// `AIDA…`.
        id: String,
        /// The keys, each with its time; two at once during a rotation.
        keys: Vec<Key>,
    },
    /// Identity Center: a role in every account that the person may enter.
    Person {
        /// The roles, by the account's place.
        roles: Vec<(usize, Role)>,
        /// The name that the person signs in with, which is the session's name.
        email: String,
    },
    /// A role whose credentials the runtime hands out and renews.
    Runtime {
        /// The role.
        role: Role,
        /// What runs it.
        runtime: Runtime,
        /// The session names: instance ids, task ids or the function's name.
        hosts: Vec<Host>,
        /// How long a set of credentials is used, in hours.
        life: i64,
    },
    /// A CI system's tokens, one session a job.
    Oidc {
        /// The role.
        role: Role,
        /// The provider's ARN.
        provider: String,
        /// The subject, `repo:acme/shop:ref:refs/heads/main`.
        subject: String,
    },
    /// A role that another account assumes, one session a burst.
    Vendor {
        /// The roles, by the account's place.
        roles: Vec<(usize, Role)>,
        /// The vendor's account.
        account: String,
        /// The vendor's own role id and session.
        principal: String,
        /// The session's name here.
        session: String,
    },
    /// An AWS service, by itself or with its service-linked role.
    Service {
        /// `config.amazonaws.com`.
        service: String,
        /// The service-linked role with the session's name.
        role: Option<(Role, String)>,
    },
    /// The root user at the console.
    Root,
}

/// A long-term key with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `AKIA…`.
    pub id: String,
    /// From when it is used, in seconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
}

/// What runs a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// EC2: the session is the instance.
    Instance,
    /// ECS: the session is the task.
    Task,
    /// EKS: the pod's service account asks with a web identity.
    Pod,
    /// Lambda: the session is the function.
    Function,
}

impl Runtime {
    /// The service that assumes the role; none for pods, which ask themselves.
    pub fn service(self) -> Option<&'static str> {
        match self {
            Self::Instance => Some("ec2.amazonaws.com"),
            Self::Task => Some("ecs-tasks.amazonaws.com"),
            Self::Function => Some("lambda.amazonaws.com"),
            Self::Pod => None,
        }
    }
}

/// A host of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The session's name.
    pub session: String,
    /// The address that it calls from.
    pub address: String,
    /// The VPC endpoint that it calls through, if any.
    pub endpoint: Option<String>,
}

/// Where a principal calls from.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What stands behind the address.
    pub kind: NetworkKind,
    /// The network's name in `data/range/networks.toml`; empty for one from a real record.
    pub network: String,
    /// The address; empty if it is another one each time.
    pub address: String,
    /// How often, against the other places.
    pub weight: f64,
}

/// Something that is different for some time.
#[derive(Debug, Clone)]
pub struct Shift {
    /// From when, in seconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// What.
    pub change: Change,
}

/// What is different.
#[derive(Debug, Clone)]
pub enum Change {
    /// It calls from elsewhere.
    Places(Vec<Place>),
    /// It calls with another version or another program.
    Clients(Vec<Client>),
    /// It works in another region.
    Regions(Vec<String>),
    /// It is not there.
    Away,
}

impl Principal {
    /// Whether it exists and works at a time.
    pub fn is_active(&self, time: i64) -> bool {
        (self.from..self.until).contains(&time)
            && !self.changes(time).any(|change| matches!(change, Change::Away))
    }

    /// Where it calls from at a time.
    pub fn places(&self, time: i64) -> &[Place] {
        self.changes(time)
            .filter_map(|change| match change {
                Change::Places(places) => Some(places.as_slice()),
                _ => None,
            })
            .last()
            .unwrap_or(&self.places)
    }

    /// What it calls with at a time.
    pub fn clients(&self, time: i64) -> &[Client] {
        self.changes(time)
            .filter_map(|change| match change {
                Change::Clients(clients) => Some(clients.as_slice()),
                _ => None,
            })
            .last()
            .unwrap_or(&self.clients)
    }

    /// Where it works at a time.
    pub fn regions(&self, time: i64) -> &[String] {
        self.changes(time)
            .filter_map(|change| match change {
                Change::Regions(regions) => Some(regions.as_slice()),
                _ => None,
            })
            .last()
            .unwrap_or(&self.regions)
    }

    /// The ARNs that it is known by: the user's, or the sessions' (of a role with many sessions,
    /// how they all begin).
    pub fn arns(&self, account: &str) -> Vec<String> {
        let begins =
            |role: &Role| format!("arn:aws:sts::{}:assumed-role/{}/", role.account, role.name);
        match &self.login {
            Login::User { .. } => vec![format!("arn:aws:iam::{account}:user/{}", self.name)],
            Login::Person { roles, email } => {
                roles.iter().map(|(_, role)| role.session_arn(email)).collect()
            }
            Login::Runtime { role, .. } | Login::Oidc { role, .. } => vec![begins(role)],
            Login::Vendor { roles, .. } => roles.iter().map(|(_, role)| begins(role)).collect(),
            Login::Service { role, .. } => role.iter().map(|(role, _)| begins(role)).collect(),
            Login::Root => vec![format!("arn:aws:iam::{account}:root")],
        }
    }

    fn changes(&self, time: i64) -> impl Iterator<Item = &Change> {
        self.shifts
            .iter()
            .filter(move |shift| (shift.from..shift.until).contains(&time))
            .map(|shift| &shift.change)
    }
}

/// A credential in use: who calls with it and since when.
#[derive(Debug, Clone)]
pub struct Session {
    /// The caller.
    pub caller: Caller,
    /// Since when, in seconds since 1970.
    pub begun: i64,
}

/// A time in seconds since 1970.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
