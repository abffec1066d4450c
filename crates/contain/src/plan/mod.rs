//! A plan: ordered steps against one incident, with everything in them that is needed to take them.
//!
//! A plan is a file that people read, sign off and keep. It holds a digest of itself: what was
//! signed off is what is applied.

mod build;
mod step;
mod watch;

use cloudtrail::{AccountId, EventId, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::impact::Impact;
use crate::target::Target;

pub(crate) use build::is_at_once;
pub use build::{Setting, plan, plan_for};
pub use step::{Action, Change, Phase, Place, Reversible, Step, Stops, Wanted, When};
pub use watch::Watch;

/// The version of the shape of plans.
pub const SCHEMA: u32 = 1;

/// What will be done about an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: u32,
    /// `plan-` and the first twelve digits of the digest.
    pub id: String,
    /// SHA-256 of everything else in the plan, hexadecimal.
    pub digest: String,
    /// When it was made.
    pub made: Time,
    /// What it is against.
    pub against: Against,
    /// Who is shut out.
    pub targets: Vec<Target>,
    /// What is done, in this order.
    pub steps: Vec<Step>,
    /// Who else uses the credential, and what will break.
    pub impact: Impact,
    /// Whose success would prove that somebody is still inside.
    pub watch: Watch,
    /// What was left behind and is for people to look at.
    pub leftovers: Vec<Leftover>,
    /// Generated snippets that keep the thief's addresses out.
    pub blocks: Vec<Block>,
    /// What could not be known or is not done, one sentence each.
    pub notes: Vec<String>,
}

/// What a plan is against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// The incident's id; empty for a credential that somebody named.
    pub incident: String,
    /// The incident's title, or what was named.
    pub title: String,
    /// `alert` or `watch`: how sure the judge is; nothing for a credential that somebody named.
    pub status: Option<String>,
    /// `low` to `critical`: how bad it is if it is true, likewise.
    pub severity: Option<String>,
    /// The first and the last suspicious event, likewise.
    pub seen: Option<(Time, Time)>,
    /// Which of the playbook's four cases applies: `read-and-write`, `public-read`, `write`,
    /// `unknown`.
    pub case: String,
    /// Why.
    pub because: String,
    /// The key or name that a responder confirms before anything is changed.
    pub confirm: String,
    /// The account that a responder confirms.
    pub account: Option<AccountId>,
}

/// Something that the thief made or changed, for people to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leftover {
    /// What it is: `user`, `instance`, `snapshot` …
    pub kind: String,
    /// Its ARN or name.
    pub name: String,
    /// In which account.
    pub account: Option<AccountId>,
    /// In which region.
    pub region: String,
    /// Whether the lineage made it; otherwise it changed it.
    pub made: bool,
    /// Which action made or changed it.
    pub action: String,
    /// When.
    pub time: Time,
    /// Whether it is still there, as far as the records tell: `stands`, `gone` or `unknown`.
    pub standing: String,
    /// The command that deletes it or puts it back; nothing where the values are not AWS's.
    pub command: Option<String>,
    /// The steps of the plan that take its power away.
    pub steps: Vec<String>,
    /// The event.
    pub event_ids: Vec<EventId>,
}

/// A snippet that keeps addresses out of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// `waf`, `network-acl`, `security-group` or `control-policy`.
    pub what: String,
    /// What it keeps out, and what it does not.
    pub text: String,
    /// The snippet: JSON or commands.
    pub snippet: String,
}

/// Why a plan's file is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// It is no plan.
    #[error("this is no plan: {0}")]
    Shape(#[from] serde_json::Error),
    /// It was made by another version.
    #[error("the plan has the shape {found}, and this version of keyhound knows {SCHEMA}")]
    Version {
        /// Its version.
        found: u32,
    },
    /// Somebody changed it.
    #[error("the plan was changed since it was made: its digest is {found}, not {told}")]
    Changed {
        /// The digest of what it says.
        found: String,
        /// The digest that it tells.
        told: String,
    },
}

impl Plan {
    /// Reads a plan, and refuses one that was changed.
    pub fn read(text: &str) -> Result<Self, PlanError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let Version { schema } = serde_json::from_str(text)?;
        if schema != SCHEMA {
            return Err(PlanError::Version { found: schema });
        }
        let plan: Self = serde_json::from_str(text)?;
        let found = plan.digest_of();
        if found != plan.digest {
            return Err(PlanError::Changed { found, told: plan.digest });
        }
        Ok(plan)
    }

    /// The plan as a file.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The same plan with its digest and id.
    #[must_use]
    pub(crate) fn sealed(mut self) -> Self {
        self.digest = self.digest_of();
        self.id = format!("plan-{}", &self.digest[..12]);
        self
    }

    fn digest_of(&self) -> String {
        let bare = Self { id: String::new(), digest: String::new(), ..self.clone() };
        // A plan holds nothing that JSON cannot.
        let bytes = serde_json::to_vec(&bare).unwrap_or_default();
        hex(&Sha256::digest(bytes))
    }

    /// The step of this name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A value's word in a contract.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
