//! Whose success would prove that somebody is still inside.

use cloudtrail::Time;
use serde::{Deserialize, Serialize};

use super::Stops;

/// Who is watched after the containment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Credentials, each with the step that would stop it.
    pub credentials: Vec<Watched>,
    /// Addresses that the thief came from.
    pub addresses: Vec<String>,
    /// Regions in which the thief was.
    pub regions: Vec<String>,
}

/// A credential, user or session that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// A key id, or the ARN of a user, role or session.
    pub who: String,
    /// What it is: `access-key`, `session-token`, `federation-token`, `role-session`, `user`, `role`.
    pub kind: String,
    /// Whether everything that it does counts, or only what comes from the thief's addresses: the
    /// owner of a role goes on working with new sessions.
    pub only_from_addresses: bool,
    /// Until when it works at the longest, where that is known.
    pub until: Option<Time>,
    /// What must be stopped, for finding the step.
    pub stopped_by: Stops,
    /// The steps that stop it, the surest first.
    pub steps: Vec<String>,
}
