//! Which events make or end a credential, and which credential that is.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::decode::cursor::Cursor;
use crate::decode::typed::{self, Shape, read_fields};
use crate::text::Text;
use crate::{AccessKeyId, Event, Outcome, Time};

/// A credential that an event made or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Until when a session works, as the answer says.
    pub until: Option<Time>,
}

/// Kinds of credential, by what makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

impl Grant {
    /// Whether events of this name make or end credentials.
    pub(crate) fn is_in(name: &str) -> bool {
        find(name).is_some()
    }

    /// What a successful event made or ended.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let (kind, mut ends) = find(&event.name)?;
        if event.outcome != Outcome::Success {
            return None;
        }
        let request: Request<'_> = parse(event.request.as_deref());
        let response: Response<'_> = parse(event.response.as_deref());
        if event.name == "UpdateAccessKey" {
            ends = &*request.status == "Inactive";
        }
        let key = match kind {
            GrantKind::RoleSession | GrantKind::SessionToken | GrantKind::FederationToken => {
                response.credentials.access_key
            }
            GrantKind::AccessKey if event.name == "CreateAccessKey" => {
                response.access_key.access_key
            }
            GrantKind::AccessKey => request.access_key,
            _ => Text::default(),
        };
        let owner = match kind {
            GrantKind::RoleSession => first_of(&response.role_session.arn, &request.role_arn),
            GrantKind::FederationToken => compact(&response.federated_user.arn),
            GrantKind::SessionToken => CompactString::default(),
            GrantKind::Console => event.identity.arn.clone(),
            GrantKind::Trust => compact(&request.role_name),
            _ => first_of(&request.user_name, &response.access_key.user_name),
        };
        // AWS masks the name of whoever failed to sign in.
        if owner == "HIDDEN_DUE_TO_SECURITY_REASONS" {
            return None;
        }
        let until = Time::of_answer(&response.credentials.expiration);
        Some(Self { kind, ends, key: AccessKeyId::new(&key), owner, until })
    }
}

/// What events of this name make or end, and whether it is an end.
fn find(name: &str) -> Option<(GrantKind, bool)> {
    Some(match name {
        "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity" | "AssumeRoot" => {
            (GrantKind::RoleSession, false)
        }
        "ConsoleLogin" | "GetSigninToken" => (GrantKind::Console, false),
        "CreateAccessKey" => (GrantKind::AccessKey, false),
        "CreateLoginProfile" | "UpdateLoginProfile" => (GrantKind::Password, false),
        "CreateRole" | "UpdateAssumeRolePolicy" => (GrantKind::Trust, false),
        "CreateServiceSpecificCredential" => (GrantKind::ServiceCredential, false),
        "CreateUser" => (GrantKind::User, false),
        "DeleteAccessKey" | "UpdateAccessKey" => (GrantKind::AccessKey, true),
        "DeleteLoginProfile" => (GrantKind::Password, true),
        "DeleteServiceSpecificCredential" => (GrantKind::ServiceCredential, true),
        "DeleteUser" => (GrantKind::User, true),
        "GetFederationToken" => (GrantKind::FederationToken, false),
        "GetSessionToken" => (GrantKind::SessionToken, false),
        _ => return None,
    })
}

/// The request parameters that name what is made or ended.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow)]
    user_name: Text<'a>,
    #[serde(borrow)]
    role_name: Text<'a>,
    #[serde(borrow)]
    role_arn: Text<'a>,
    #[serde(borrow, rename = "accessKeyId")]
    access_key: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
}

impl<'a> Shape<'a> for Request<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut request = Self::default();
        read_fields!(cursor, request {
            b"userName" => user_name.text(),
            b"roleName" => role_name.text(),
            b"roleArn" => role_arn.text(),
            b"accessKeyId" => access_key.text(),
            b"status" => status.text(),
        })?;
        Some(request)
    }
}

/// The response elements that tell which credential it became.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Response<'a> {
    #[serde(borrow)]
    credentials: Part<'a>,
    #[serde(borrow, rename = "assumedRoleUser")]
    role_session: Part<'a>,
    #[serde(borrow)]
    federated_user: Part<'a>,
    #[serde(borrow)]
    access_key: Part<'a>,
}

impl<'a> Shape<'a> for Response<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut response = Self::default();
        read_fields!(cursor, response {
            b"credentials" => credentials.object(),
            b"assumedRoleUser" => role_session.object(),
            b"federatedUser" => federated_user.object(),
            b"accessKey" => access_key.object(),
        })?;
        Some(response)
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow, rename = "accessKeyId")]
    access_key: Text<'a>,
    #[serde(borrow)]
    user_name: Text<'a>,
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow)]
    expiration: Text<'a>,
}

impl<'a> Shape<'a> for Part<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut part = Self::default();
        read_fields!(cursor, part {
            b"accessKeyId" => access_key.text(),
            b"userName" => user_name.text(),
            b"arn" => arn.text(),
            b"expiration" => expiration.text(),
        })?;
        Some(part)
    }
}

/// A part that is missing or of another shape is empty.
fn parse<'a, T: Shape<'a>>(json: Option<&'a str>) -> T {
    json.and_then(|json| typed::from_str(json).ok()).unwrap_or_default()
}

fn compact(text: &str) -> CompactString {
    CompactString::new(text)
}

fn first_of(first: &str, second: &str) -> CompactString {
    compact(if first.is_empty() { second } else { first })
}
