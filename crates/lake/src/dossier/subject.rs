//! Who or what a dossier is about, and which events are counted.

use std::net::IpAddr;

use cloudtrail::{AccessKeyId, KeyKind, Time};
use serde::Serialize;

use crate::Error;
use crate::query::{Engine, Values, cells};

/// What sort of thing a dossier is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An access key id.
    Key,
    /// A principal: its id in the lake, its ARN, the role that its sessions have, or a user's name.
    Principal,
    /// An address.
    Address,
    /// A client family.
    Client,
    /// A resource: an ARN or a name that requests or `resources` tell.
    Resource,
}

impl Kind {
    /// All of them, in the order in which a text is taken for one.
    pub const ALL: [Self; 5] =
        [Self::Key, Self::Address, Self::Principal, Self::Client, Self::Resource];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Principal => "principal",
            Self::Address => "address",
            Self::Client => "client",
            Self::Resource => "resource",
        }
    }
}

/// Who or what a dossier is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// What sort of thing.
    pub kind: Kind,
    /// Its name, as it was given.
    pub name: String,
    /// The column that has the name; several tell principals.
    #[serde(skip)]
    column: &'static str,
}

/// The columns that may name a principal, the most exact first.
const OF_PRINCIPAL: [&str; 4] = ["principal", "arn", "session_issuer_arn", "user_name"];

impl Subject {
    /// What a name stands for in a lake. Keys and addresses are told by their form, the others by
    /// what the lake holds; `None` where nothing in it has the name.
    pub fn find(engine: &Engine, name: &str, kind: Option<Kind>) -> Result<Option<Self>, Error> {
        let subject = |kind, column| Self { kind, name: name.to_owned(), column };
        let is_key = || AccessKeyId::new(name).is_some_and(|key| key.kind() != KeyKind::Other);
        let known = match kind {
            Some(Kind::Key) => Some(subject(Kind::Key, "access_key_id")),
            Some(Kind::Address) => Some(subject(Kind::Address, "address")),
            Some(Kind::Client) => Some(subject(Kind::Client, "user_agent")),
            Some(Kind::Resource) => Some(subject(Kind::Resource, "record")),
            None if is_key() => Some(subject(Kind::Key, "access_key_id")),
            None if name.parse::<IpAddr>().is_ok() => Some(subject(Kind::Address, "address")),
            Some(Kind::Principal) | None => None,
        };
        if known.is_some() {
            return Ok(known);
        }
        for column in OF_PRINCIPAL {
            let principal = subject(Kind::Principal, column);
            if principal.is_there(engine)? {
                return Ok(Some(principal));
            }
        }
        if kind.is_some() {
            return Ok(None);
        }
        for other in [subject(Kind::Client, "user_agent"), subject(Kind::Resource, "record")] {
            if other.is_there(engine)? {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    fn is_there(&self, engine: &Engine) -> Result<bool, Error> {
        let sql = format!("SELECT 1 FROM events WHERE {} LIMIT 1", self.condition());
        let rows = engine.rows(&sql, &Values::new())?;
        Ok(rows.iter().any(|rows| cells(rows).is_ok_and(|cells| !cells.is_empty())))
    }

    /// The condition that its events satisfy, in SQL.
    pub fn condition(&self) -> String {
        let name = quoted(&self.name);
        match self.kind {
            Kind::Client => format!("client(user_agent) = {name}"),
            // Requests name most things that `resources` leaves out.
            Kind::Resource => format!("strpos(record, {name}) > 0"),
            Kind::Key | Kind::Principal | Kind::Address => format!("{} = {name}", self.column),
        }
    }
}

/// Which of a subject's events are counted; all where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// From this moment on.
    pub since: Option<Time>,
    /// Before this moment.
    pub until: Option<Time>,
    /// In this region.
    pub region: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// That ended so: `success`, `denied` or `failed`.
    pub outcome: Option<String>,
}

impl Filter {
    /// A condition with what is said here added to it.
    pub fn narrow(&self, condition: &str) -> String {
        let mut all = vec![condition.to_owned()];
        all.extend(self.since.map(|since| format!("event_time >= '{since}'")));
        all.extend(self.until.map(|until| format!("event_time < '{until}'")));
        let texts =
            [("region", &self.region), ("service", &self.service), ("outcome", &self.outcome)];
        let given = texts.iter().filter_map(|(column, value)| Some((column, value.as_ref()?)));
        all.extend(given.map(|(column, value)| format!("{column} = {}", quoted(value))));
        all.join(" AND ")
    }

    /// Whether an event is counted.
    pub(super) fn admits(&self, time: Time, region: &str, service: &str, outcome: &str) -> bool {
        let is =
            |asked: &Option<String>, value: &str| asked.as_ref().is_none_or(|asked| asked == value);
        self.since.is_none_or(|since| time >= since)
            && self.until.is_none_or(|until| time < until)
            && is(&self.region, region)
            && is(&self.service, service)
            && is(&self.outcome, outcome)
    }
}

/// A text as SQL has it, whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
