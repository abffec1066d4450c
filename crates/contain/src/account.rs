//! An AWS account as containment sees it: settings that are read, and calls that are made.

use std::collections::BTreeMap;
use std::fmt;

use cloudtrail::{AccountId, Time};

use crate::call::Call;
use crate::thing::{State, Thing};

/// An AWS account that can be read and, where it is the real one, changed.
///
/// [`crate::offline`] answers from files, `aws` (feature of that name) asks AWS.
pub trait Account {
    /// Who asks. From files, nobody.
    fn caller(&self) -> Result<Option<Caller>, Fault>;

    /// How a setting is now. Nothing if it is not there; a fault if nobody can tell.
    fn read(&self, thing: &Thing) -> Result<State, Fault>;

    /// A user with what hangs on it; nothing if there is none.
    fn user(&self, name: &str) -> Result<Option<User>, Fault>;

    /// A role; nothing if there is none.
    fn role(&self, name: &str) -> Result<Option<Role>, Fault>;

    /// The organisation that the account belongs to; nothing if it belongs to none.
    fn organisation(&self) -> Result<Option<Organisation>, Fault>;

    /// What time it is there, as the last answer told; nothing where nobody can tell.
    ///
    /// Sessions are issued by this clock: a denial of older ones by another that is behind it leaves
    /// the youngest alive.
    fn clock(&self) -> Option<Time> {
        None
    }

    /// Makes a call. A secret in the answer is returned and kept nowhere.
    fn perform(&self, call: &Call) -> Result<Option<Secret>, Fault>;
}

/// The accounts that can be reached, by their ids.
pub type Accounts<'a> = BTreeMap<AccountId, &'a dyn Account>;

/// Who makes the calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account in which they act.
    pub account: AccountId,
    /// As an ARN.
    pub arn: String,
}

/// An IAM user with what hangs on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User {
    /// Its ARN.
    pub arn: String,
    /// Its access keys.
    pub keys: Vec<Key>,
    /// Whether it may sign in with a password.
    pub password: bool,
}

/// An access key of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Whether it works.
    pub active: bool,
    /// When it was made.
    pub made: Option<Time>,
    /// When it was last used, as far as IAM knows.
    pub used: Option<Time>,
}

/// A role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Who may assume it: the document.
    pub trust: String,
}

/// The organisation that an account belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The account to whose principals no service control policy applies.
    pub management: AccountId,
}

/// Something that must not be seen: shown nowhere, written to one file.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it belongs to, for example the id of a key. Not secret.
    pub of: String,
    /// The secret itself.
    pub text: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secret").field("of", &self.of).finish_non_exhaustive()
    }
}

/// What AWS, or the way to it, said no with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{doing}: {why}")]
pub struct Fault {
    /// What was attempted, for example `iam:PutUserPolicy on sam`.
    pub doing: String,
    /// What sort of no it is.
    pub kind: FaultKind,
    /// What was said, with AWS's error code.
    pub why: String,
}

/// What sort of no it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The caller may not do this.
    Denied,
    /// Too many calls; it was tried again in vain.
    Throttled,
    /// What it is about is not there, or not any more.
    Gone,
    /// A limit of AWS: two keys per user, the size of policies, five control policies at a target.
    Limit,
    /// Somebody else changed it at the same time.
    Conflict,
    /// The call or a value in it is not allowed.
    Invalid,
    /// No answer came: whether it was done is not known, and is read before anything else.
    Unanswered,
    /// The files do not tell.
    Unknown,
    /// Anything else.
    Other,
}

impl FaultKind {
    /// What to do about it, as one piece of advice.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Denied => {
                "give the responder the policy that `keyhound contain policy` prints, then apply again"
            }
            Self::Throttled | Self::Unanswered => {
                "apply again: it goes on where it stopped, after looking at what is there"
            }
            Self::Gone => "it is gone; plan again, or leave the step out with --without",
            Self::Limit => {
                "make room (two keys per user, 2,048 characters of policies in a user, five \
                 policies at an account), or leave the step out with --without"
            }
            Self::Conflict => "somebody else is changing it: look, then apply again",
            Self::Invalid | Self::Other => {
                "look at the call in the journal; leave the step out with --without to go on"
            }
            Self::Unknown => "ask AWS instead: give --profile or --role",
        }
    }
}
