//! Access levels.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an action does, in the terms of IAM's own documentation.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Access {
    /// Not known, not even from the verb.
    #[default]
    Unknown = 0,
    /// Lists what there is.
    List = 1,
    /// Reads one thing's content or attributes.
    Read = 2,
    /// Creates, changes, deletes, starts or uses something.
    Write = 3,
    /// Changes who may do what.
    Permissions = 4,
    /// Changes tags only.
    Tagging = 5,
}

impl Access {
    /// All levels in the order of their codes.
    pub const ALL: [Self; 6] =
        [Self::Unknown, Self::List, Self::Read, Self::Write, Self::Permissions, Self::Tagging];

    /// Stable number of the level, for compact storage.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The level with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The level with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.as_str() == name)
    }

    /// Lower-case name, as in output and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::List => "list",
            Self::Read => "read",
            Self::Write => "write",
            Self::Permissions => "permissions",
            Self::Tagging => "tagging",
        }
    }

    /// Whether nothing is changed.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::List | Self::Read)
    }

    /// A guess from the verb of an action that stands in no table; CloudTrail's `readOnly` overrules it
    /// where the two disagree.
    pub(super) fn guess(name: &str, read_only: Option<bool>) -> Self {
        const LIST: [&str; 3] = ["List", "Search", "Describe"];
        const READ: [&str; 19] = [
            "Get", "Head", "BatchGet", "Query", "Scan", "Lookup", "Read", "View", "Check",
            "Validate", "Verify", "Test", "Estimate", "Preview", "Detect", "Download", "Select",
            "Poll", "Simulate",
        ];
        const TAGGING: [&str; 4] = ["TagResource", "UntagResource", "AddTags", "RemoveTags"];
        let starts = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
        let guess = if starts(&TAGGING) {
            Self::Tagging
        } else if starts(&LIST) {
            Self::List
        } else if starts(&READ) {
            Self::Read
        } else if ["Policy", "Permission", "Acl", "Grant"].iter().any(|word| name.contains(word)) {
            Self::Permissions
        } else if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            Self::Write
        } else {
            Self::Unknown
        };
        match read_only {
            Some(true) if !guess.is_read() => Self::Read,
            Some(false) if guess.is_read() || guess == Self::Unknown => Self::Write,
            _ => guess,
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
