//! Which events make or end a credential, and which credential that is.

use compact_str::CompactString;
use serde_json::Value;

use crate::{AccessKeyId, Event, Outcome};

/// A credential that an event made or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What was made or ended.
    pub kind: GrantKind,
    /// Whether this is an end rather than a beginning.
    pub ends: bool,
    /// The key id, where the record tells it.
    pub key: Option<AccessKeyId>,
    /// Whom the credential lets in: a user name, a role-session ARN, a federated user's ARN; empty
    /// when it is the caller.
    pub owner: CompactString,
}

/// Kinds of credential, by what makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantKind {
    /// `AssumeRole` and its kin: a role session.
    RoleSession,
    /// `GetSessionToken`: a session with the user's own rights.
    SessionToken,
    /// `GetFederationToken`: a session that outlives the key's deactivation.
    FederationToken,
    /// `GetSigninToken`, `ConsoleLogin`: a console session.
    Console,
    /// `CreateAccessKey`, `UpdateAccessKey`, `DeleteAccessKey`.
    AccessKey,
    /// `CreateLoginProfile` and its kin: a console password.
    Password,
    /// `CreateServiceSpecificCredential`, for example a Bedrock API key.
    ServiceCredential,
    /// `CreateUser`, `DeleteUser`.
    User,
    /// `CreateRole`, `UpdateAssumeRolePolicy`: who may become the role.
    Trust,
}

/// Event name, kind, whether it ends something. One sorted table, so that a look-up is a search.
const EVENTS: [(&str, GrantKind, bool); 20] = [
    ("AssumeRole", GrantKind::RoleSession, false),
    ("AssumeRoleWithSAML", GrantKind::RoleSession, false),
    ("AssumeRoleWithWebIdentity", GrantKind::RoleSession, false),
    ("AssumeRoot", GrantKind::RoleSession, false),
    ("ConsoleLogin", GrantKind::Console, false),
    ("CreateAccessKey", GrantKind::AccessKey, false),
    ("CreateLoginProfile", GrantKind::Password, false),
    ("CreateRole", GrantKind::Trust, false),
    ("CreateServiceSpecificCredential", GrantKind::ServiceCredential, false),
    ("CreateUser", GrantKind::User, false),
    ("DeleteAccessKey", GrantKind::AccessKey, true),
    ("DeleteLoginProfile", GrantKind::Password, true),
    ("DeleteServiceSpecificCredential", GrantKind::ServiceCredential, true),
    ("DeleteUser", GrantKind::User, true),
    ("GetFederationToken", GrantKind::FederationToken, false),
    ("GetSessionToken", GrantKind::SessionToken, false),
    ("GetSigninToken", GrantKind::Console, false),
    ("UpdateAccessKey", GrantKind::AccessKey, true),
    ("UpdateAssumeRolePolicy", GrantKind::Trust, false),
    ("UpdateLoginProfile", GrantKind::Password, false),
];

impl Grant {
    /// Whether events of this name make or end credentials.
    pub(crate) fn is_in(name: &str) -> bool {
        find(name).is_some()
    }

    /// What a successful event made or ended.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let (_, kind, mut ends) = *find(&event.name)?;
        if event.outcome != Outcome::Success {
            return None;
        }
        let request = parse(event.request.as_deref());
        let response = parse(event.response.as_deref());
        let text = |value: &Value, path: &str| {
            CompactString::new(value.pointer(path).and_then(Value::as_str).unwrap_or_default())
        };
        if event.name == "UpdateAccessKey" {
            ends = text(&request, "/status") == "Inactive";
        }
        let key = match kind {
            GrantKind::RoleSession | GrantKind::SessionToken | GrantKind::FederationToken => {
                text(&response, "/credentials/accessKeyId")
            }
            GrantKind::AccessKey if event.name == "CreateAccessKey" => {
                text(&response, "/accessKey/accessKeyId")
            }
            GrantKind::AccessKey => text(&request, "/accessKeyId"),
            _ => CompactString::default(),
        };
        let owner = match kind {
            GrantKind::RoleSession => {
                first_of([text(&response, "/assumedRoleUser/arn"), text(&request, "/roleArn")])
            }
            GrantKind::FederationToken => text(&response, "/federatedUser/arn"),
            GrantKind::SessionToken => CompactString::default(),
            GrantKind::Console => event.identity.arn.clone(),
            GrantKind::Trust => text(&request, "/roleName"),
            _ => first_of([text(&request, "/userName"), text(&response, "/accessKey/userName")]),
        };
        // AWS masks the name of whoever failed to sign in.
        if owner == "HIDDEN_DUE_TO_SECURITY_REASONS" {
            return None;
        }
        Some(Self { kind, ends, key: AccessKeyId::new(&key), owner })
    }
}

fn find(name: &str) -> Option<&'static (&'static str, GrantKind, bool)> {
    EVENTS.binary_search_by(|(event, ..)| event.cmp(&name)).ok().map(|index| &EVENTS[index])
}

fn parse(json: Option<&str>) -> Value {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

fn first_of(texts: [CompactString; 2]) -> CompactString {
    let [first, second] = texts;
    if first.is_empty() { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::EVENTS;

    #[test]
    fn the_table_is_sorted() {
        assert!(EVENTS.is_sorted_by_key(|(name, ..)| *name));
    }
}
