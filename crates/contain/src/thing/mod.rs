//! What a step changes: one setting in AWS, with a state that can be read, set and put back.
//!
//! Every state is a text or nothing, and is compared byte by byte: a policy's document, `Active`,
//! the ARN of a boundary, a list of accounts. So repeating, resuming and undoing are the same few
//! lines for everything: read; if it is as wanted, leave it; else make the calls that lead there.

mod access_key;
mod attached_policy;
mod boundary;
mod control_policy;
mod function;
mod group_member;
mod inline_policy;
mod instance_profile;
mod login_profile;
mod new_key;
mod policy_version;
mod share;
mod trust;

use serde::{Deserialize, Serialize};

use crate::call::Call;

/// What a setting is: nothing, or a text that says all of it.
pub type State = Option<String>;

/// Reads a state that may be unknown: left out where it is, `null` where it is known to be nothing.
pub(crate) fn known<'de, D>(deserializer: D) -> Result<Option<State>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    State::deserialize(deserializer).map(Some)
}

/// One setting in AWS.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "thing", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Thing {
    /// Whether an access key works: `Active` or `Inactive`; nothing if there is no such key.
    AccessKey {
        /// Its user.
        user: String,
        /// Its id.
        key: String,
    },
    /// A key beside those that a user has: its id, or nothing.
    NewKey {
        /// The user.
        user: String,
        /// The keys that there were.
        beside: Vec<String>,
    },
    /// Whether a user may sign in with a password: `set`, or nothing.
    LoginProfile {
        /// The user.
        user: String,
    },
    /// A policy that is part of an identity: its document, or nothing.
    InlinePolicy {
        /// Whose.
        of: Identity,
        /// Its name.
        policy: String,
    },
    /// Whether a managed policy is attached to an identity: `attached`, or nothing.
    AttachedPolicy {
        /// To whom.
        to: Identity,
        /// Its ARN.
        policy: String,
    },
    /// The permissions boundary of a user or role: the ARN of a policy, or nothing.
    Boundary {
        /// Whose.
        of: Identity,
    },
    /// Whether a user is in a group: `member`, or nothing.
    GroupMember {
        /// The user.
        user: String,
        /// The group.
        group: String,
    },
    /// Who may assume a role: the document.
    Trust {
        /// The role.
        role: String,
    },
    /// Which version of a managed policy is in force: `v3`.
    PolicyVersion {
        /// The policy's ARN.
        policy: String,
    },
    /// A service control policy: its document, or nothing.
    ControlPolicy {
        /// Its name.
        name: String,
    },
    /// Whether a service control policy is attached to an account: `attached`, or nothing.
    ControlPolicyTarget {
        /// The policy's name.
        name: String,
        /// The account.
        account: String,
    },
    /// Which instance profile a machine has: its ARN, or nothing.
    InstanceProfile {
        /// The region.
        region: String,
        /// The machine.
        instance: String,
    },
    /// Whom a snapshot or an image is given to: accounts and groups, sorted, with spaces between.
    Share {
        /// The region.
        region: String,
        /// `snap-…` or `ami-…`.
        what: String,
    },
    /// How many copies of a function may run at once: a number, or nothing for no own limit.
    Concurrency {
        /// The region.
        region: String,
        /// The function's name.
        function: String,
    },
    /// How a function's address asks who calls, `NONE` or `AWS_IAM`; nothing without an address.
    FunctionUrl {
        /// The region.
        region: String,
        /// The function's name.
        function: String,
    },
}

/// A user, role or group, by its kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// An IAM user.
    User(String),
    /// A role.
    Role(String),
    /// A group.
    Group(String),
}

impl Identity {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Role(name) | Self::Group(name) => name,
        }
    }

    /// `user`, `role` or `group`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Role(_) => "role",
            Self::Group(_) => "group",
        }
    }
}

/// Two states between which no calls lead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} cannot be set to what it was: {why}")]
pub struct NoWay {
    what: String,
    why: &'static str,
}

impl Thing {
    /// The calls that lead from one state to the other; none if they are the same.
    pub fn calls(&self, from: &State, to: &State) -> Result<Vec<Call>, NoWay> {
        if from == to {
            return Ok(Vec::new());
        }
        let (from, to) = (from.as_deref(), to.as_deref());
        let no_way = |why| NoWay { what: self.in_words(), why };
        match self {
            Self::AccessKey { user, key } => access_key::calls(user, key, from, to),
            Self::NewKey { user, .. } => new_key::calls(user, from, to),
            Self::LoginProfile { user } => Ok(login_profile::calls(user, to)),
            Self::InlinePolicy { of, policy } => Ok(inline_policy::calls(of, policy, to)),
            Self::AttachedPolicy { to: whom, policy } => {
                Ok(attached_policy::calls(whom, policy, to))
            }
            Self::Boundary { of } => boundary::calls(of, to),
            Self::GroupMember { user, group } => Ok(group_member::calls(user, group, to)),
            Self::Trust { role } => trust::calls(role, to),
            Self::PolicyVersion { policy } => policy_version::calls(policy, to),
            Self::ControlPolicy { name } => Ok(control_policy::calls(name, from, to)),
            Self::ControlPolicyTarget { name, account } => {
                Ok(control_policy::target_calls(name, account, to))
            }
            Self::InstanceProfile { region, instance } => {
                Ok(instance_profile::calls(region, instance, from, to))
            }
            Self::Share { region, what } => Ok(share::calls(region, what, from, to)),
            Self::Concurrency { region, function } => {
                function::concurrency_calls(region, function, to)
            }
            Self::FunctionUrl { region, function } => {
                Ok(function::url_calls(region, function, from, to))
            }
        }
        .map_err(no_way)
    }

    /// What it is, in words, for the middle of a sentence.
    pub fn in_words(&self) -> String {
        match self {
            Self::AccessKey { user, key } => format!("the access key {key} of {user}"),
            Self::NewKey { user, .. } => format!("a new access key of {user}"),
            Self::LoginProfile { user } => format!("the password of {user}"),
            Self::InlinePolicy { of, policy } => {
                format!("the policy {policy} in the {} {}", of.kind(), of.name())
            }
            Self::AttachedPolicy { to, policy } => {
                format!("the policy {policy} at the {} {}", to.kind(), to.name())
            }
            Self::Boundary { of } => {
                format!("the permissions boundary of the {} {}", of.kind(), of.name())
            }
            Self::GroupMember { user, group } => {
                format!("the membership of {user} in the group {group}")
            }
            Self::Trust { role } => format!("the trust policy of the role {role}"),
            Self::PolicyVersion { policy } => format!("the version in force of {policy}"),
            Self::ControlPolicy { name } => format!("the service control policy {name}"),
            Self::ControlPolicyTarget { name, account } => {
                format!("the service control policy {name} at the account {account}")
            }
            Self::InstanceProfile { instance, .. } => {
                format!("the instance profile of {instance}")
            }
            Self::Share { what, .. } => format!("the accounts that {what} is shared with"),
            Self::Concurrency { function, .. } => {
                format!("the reserved concurrency of the function {function}")
            }
            Self::FunctionUrl { function, .. } => format!("the address of the function {function}"),
        }
    }

    /// The one name that its calls may touch; the same as [`Call::subject`] of each of them.
    pub fn subject(&self) -> &str {
        match self {
            Self::AccessKey { user, .. }
            | Self::NewKey { user, .. }
            | Self::LoginProfile { user }
            | Self::GroupMember { user, .. } => user,
            Self::InlinePolicy { of, .. } | Self::Boundary { of } => of.name(),
            Self::AttachedPolicy { to, .. } => to.name(),
            Self::Trust { role } => role,
            Self::PolicyVersion { policy } => policy,
            Self::ControlPolicy { name } | Self::ControlPolicyTarget { name, .. } => name,
            Self::InstanceProfile { instance, .. } => instance,
            Self::Share { what, .. } => what,
            Self::Concurrency { function, .. } | Self::FunctionUrl { function, .. } => function,
        }
    }

    /// Whether it is set in the organisation's management account, wherever it works.
    pub const fn is_of_organisation(&self) -> bool {
        matches!(self, Self::ControlPolicy { .. } | Self::ControlPolicyTarget { .. })
    }
}

/// Why there is no way to a state: the second half of a sentence.
type Way = Result<Vec<Call>, &'static str>;

#[cfg(test)]
mod tests;
