//! Who called: CloudTrail's `userIdentity`, typed.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::decode::cursor::Cursor;
use crate::decode::typed::{self, Shape, read_fields};
use crate::text::{Flag, Raw as Json, Text};
use crate::{AccessKeyId, AccountId, Arn, Time};

/// The caller of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// What kind of identity this is.
    pub kind: IdentityKind,
    /// The caller's ARN; empty where CloudTrail gives none.
    pub arn: CompactString,
    /// `AIDA…`, `AROA…:session`, an account id or empty.
    pub principal_id: CompactString,
    /// The account that the identity belongs to.
    pub account: Option<AccountId>,
    /// The access key that signed the call.
    pub access_key: Option<AccessKeyId>,
    /// The IAM user's name, or the name that a federation gives.
    pub user_name: CompactString,
    /// The AWS service that made the call on behalf of the identity.
    pub invoked_by: CompactString,
    /// Provider of a SAML or web identity.
    pub identity_provider: CompactString,
    /// The session behind temporary credentials.
    pub session: Option<Session>,
    /// The Identity Center person on whose behalf the call was made.
    pub on_behalf_of: Option<OnBehalfOf>,
}

/// The values of `userIdentity.type`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[allow(missing_docs, reason = "the names are CloudTrail's own")]
pub enum IdentityKind {
    Root,
    IamUser,
    AssumedRole,
    Role,
    FederatedUser,
    Directory,
    AwsAccount,
    AwsService,
    IdentityCenterUser,
    SamlUser,
    WebIdentityUser,
    /// `Unknown`, missing, or a type of the future.
    #[default]
    Unknown,
}

/// What `sessionContext` says of temporary credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    /// The role, user or root that the session was made from.
    pub issuer: Option<Issuer>,
    /// When the session was made.
    pub created: Option<Time>,
    /// Whether the person showed a second factor.
    pub mfa: Option<bool>,
    /// `sourceIdentity`, set by the first assumer and kept along a chain of roles.
    pub source_identity: CompactString,
    /// The provider of a web identity, for example `token.actions.githubusercontent.com`.
    pub web_identity_provider: CompactString,
    /// The version of the instance metadata service that delivered the credentials.
    pub ec2_role_delivery: CompactString,
    /// The sign-in session under which keys rotate.
    pub sign_in_session: CompactString,
}

/// `sessionContext.sessionIssuer`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Issuer {
    /// `Role`, `IAMUser`, `Root`.
    pub kind: CompactString,
    /// The issuer's ARN.
    pub arn: CompactString,
    /// `AROA…` or `AIDA…`.
    pub principal_id: CompactString,
    /// The account of the issuer.
    pub account: Option<AccountId>,
    /// The name of the role or user.
    pub user_name: CompactString,
}

/// `onBehalfOf`: the two parts name a person of Identity Center together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OnBehalfOf {
    /// The person's id in the store.
    pub user_id: CompactString,
    /// The identity store.
    pub store: CompactString,
}

impl Identity {
    /// Reads `userIdentity` from its JSON; whatever is unknown or of the wrong type stays empty.
    pub fn parse(json: &str) -> Self {
        typed::from_str::<Raw<'_>>(json).map(Self::from).unwrap_or_default()
    }

    /// Likewise, by the general parser alone as far as the outermost object goes.
    #[cfg(test)]
    pub(crate) fn parse_by_serde(json: &str) -> Self {
        serde_json::from_str::<Raw<'_>>(json).map(Self::from).unwrap_or_default()
    }

    /// Role name and session name, when the identity is a role session.
    pub fn assumed_role(&self) -> Option<(&str, &str)> {
        Arn::parse(&self.arn).and_then(|arn| arn.assumed_role()).or_else(|| {
            let session = self.principal_id.split_once(':')?.1;
            let issuer = self.session.as_ref()?.issuer.as_ref()?;
            (issuer.kind == "Role").then_some((issuer.user_name.as_str(), session))
        })
    }

    /// What sessions of one origin have in common, whatever roles they became on the way:
    /// `sourceIdentity`, which the first assumer sets and a chain of roles keeps, and the sign-in
    /// session under which keys rotate.
    pub fn marks(&self) -> impl Iterator<Item = &CompactString> {
        let session = self.session.iter();
        let marks = session.flat_map(|session| [&session.source_identity, &session.sign_in_session]);
        marks.filter(|mark| !mark.is_empty())
    }

    /// Whether the role is one that only an AWS service can assume.
    pub fn is_service_linked(&self) -> bool {
        let issuer = self.session.as_ref().and_then(|session| session.issuer.as_ref());
        issuer.is_some_and(|issuer| issuer.arn.contains(":role/aws-service-role/"))
            || self.assumed_role().is_some_and(|(role, _)| role.starts_with("AWSServiceRoleFor"))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "principalId")]
    principal_id: Text<'a>,
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow, rename = "accountId")]
    account: Text<'a>,
    #[serde(borrow, rename = "accessKeyId")]
    access_key: Text<'a>,
    #[serde(borrow, rename = "userName")]
    user_name: Text<'a>,
    #[serde(borrow, rename = "invokedBy")]
    invoked_by: Text<'a>,
    #[serde(borrow, rename = "identityProvider")]
    identity_provider: Text<'a>,
    #[serde(borrow, rename = "sessionContext")]
    session: Option<Json<'a>>,
    #[serde(borrow, rename = "onBehalfOf")]
    on_behalf_of: Option<Json<'a>>,
}

impl<'a> Shape<'a> for Raw<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut identity = Self::default();
        read_fields!(cursor, identity {
            b"type" => kind.text(),
            b"principalId" => principal_id.text(),
            b"arn" => arn.text(),
            b"accountId" => account.text(),
            b"accessKeyId" => access_key.text(),
            b"userName" => user_name.text(),
            b"invokedBy" => invoked_by.text(),
            b"identityProvider" => identity_provider.text(),
            b"sessionContext" => session.raw(),
            b"onBehalfOf" => on_behalf_of.raw(),
        })?;
        Some(identity)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawSession<'a> {
    #[serde(borrow, rename = "sessionIssuer")]
    issuer: Option<Json<'a>>,
    #[serde(borrow)]
    attributes: Option<Json<'a>>,
    #[serde(borrow, rename = "webIdFederationData")]
    web_identity: Option<Json<'a>>,
    #[serde(borrow, rename = "sourceIdentity")]
    source_identity: Text<'a>,
    #[serde(borrow, rename = "ec2RoleDelivery")]
    ec2_role_delivery: Text<'a>,
    #[serde(borrow, rename = "signInSessionArn")]
    sign_in_session: Text<'a>,
}

impl<'a> Shape<'a> for RawSession<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut session = Self::default();
        read_fields!(cursor, session {
            b"sessionIssuer" => issuer.raw(),
            b"attributes" => attributes.raw(),
            b"webIdFederationData" => web_identity.raw(),
            b"sourceIdentity" => source_identity.text(),
            b"ec2RoleDelivery" => ec2_role_delivery.text(),
            b"signInSessionArn" => sign_in_session.text(),
        })?;
        Some(session)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawIssuer<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow, rename = "principalId")]
    principal_id: Text<'a>,
    #[serde(borrow, rename = "accountId")]
    account: Text<'a>,
    #[serde(borrow, rename = "userName")]
    user_name: Text<'a>,
}

impl<'a> Shape<'a> for RawIssuer<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut issuer = Self::default();
        read_fields!(cursor, issuer {
            b"type" => kind.text(),
            b"arn" => arn.text(),
            b"principalId" => principal_id.text(),
            b"accountId" => account.text(),
            b"userName" => user_name.text(),
        })?;
        Some(issuer)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawAttributes<'a> {
    #[serde(borrow, rename = "creationDate")]
    created: Text<'a>,
    #[serde(rename = "mfaAuthenticated")]
    mfa: Flag,
}

impl<'a> Shape<'a> for RawAttributes<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut attributes = Self::default();
        read_fields!(cursor, attributes {
            b"creationDate" => created.text(),
            b"mfaAuthenticated" => mfa.flag(),
        })?;
        Some(attributes)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawWebIdentity<'a> {
    #[serde(borrow, rename = "federatedProvider")]
    provider: Text<'a>,
}

impl<'a> Shape<'a> for RawWebIdentity<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut federation = Self::default();
        read_fields!(cursor, federation {
            b"federatedProvider" => provider.text(),
        })?;
        Some(federation)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawOnBehalfOf<'a> {
    #[serde(borrow, rename = "userId")]
    user_id: Text<'a>,
    #[serde(borrow, rename = "identityStoreArn")]
    store: Text<'a>,
}

impl<'a> Shape<'a> for RawOnBehalfOf<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut person = Self::default();
        read_fields!(cursor, person {
            b"userId" => user_id.text(),
            b"identityStoreArn" => store.text(),
        })?;
        Some(person)
    }
}

/// Reads a part of the identity that may be missing or of the wrong type.
fn part<'a, T: Shape<'a>>(raw: Option<Json<'a>>) -> T {
    raw.and_then(|raw| typed::from_str(raw.0).ok()).unwrap_or_default()
}

fn compact(text: &str) -> CompactString {
    CompactString::new(text)
}

impl From<Raw<'_>> for Identity {
    fn from(raw: Raw<'_>) -> Self {
        let arn_account = Arn::parse(&raw.arn).and_then(|arn| arn.account);
        let mut identity = Self {
            kind: IdentityKind::from_text(&raw.kind),
            arn: compact(&raw.arn),
            principal_id: compact(&raw.principal_id),
            account: raw.account.parse().ok().or(arn_account),
            access_key: AccessKeyId::new(&raw.access_key),
            user_name: compact(&raw.user_name),
            invoked_by: compact(&raw.invoked_by),
            identity_provider: compact(&raw.identity_provider),
            session: raw.session.map(session),
            on_behalf_of: raw.on_behalf_of.map(|raw| {
                let person: RawOnBehalfOf<'_> = part(Some(raw));
                OnBehalfOf { user_id: compact(&person.user_id), store: compact(&person.store) }
            }),
        };
        if identity.kind == IdentityKind::Unknown {
            identity.kind = IdentityKind::guess(&identity);
        }
        identity
    }
}

fn session(raw: Json<'_>) -> Session {
    let raw: RawSession<'_> = part(Some(raw));
    let attributes: RawAttributes<'_> = part(raw.attributes);
    let web_identity: RawWebIdentity<'_> = part(raw.web_identity);
    Session {
        issuer: raw.issuer.and_then(issuer),
        created: attributes.created.parse().ok(),
        mfa: attributes.mfa.0,
        source_identity: compact(&raw.source_identity),
        web_identity_provider: compact(&web_identity.provider),
        ec2_role_delivery: compact(&raw.ec2_role_delivery),
        sign_in_session: compact(&raw.sign_in_session),
    }
}

fn issuer(raw: Json<'_>) -> Option<Issuer> {
    let raw: RawIssuer<'_> = part(Some(raw));
    // The console writes an empty object for users who signed in without a role.
    if raw.arn.is_empty() && raw.principal_id.is_empty() && raw.user_name.is_empty() {
        return None;
    }
    let arn_account = Arn::parse(&raw.arn).and_then(|arn| arn.account);
    Some(Issuer {
        kind: compact(&raw.kind),
        arn: compact(&raw.arn),
        principal_id: compact(&raw.principal_id),
        account: raw.account.parse().ok().or(arn_account),
        user_name: compact(&raw.user_name),
    })
}

impl IdentityKind {
    fn from_text(text: &str) -> Self {
        match text {
            "Root" => Self::Root,
            "IAMUser" => Self::IamUser,
            "AssumedRole" => Self::AssumedRole,
            "Role" => Self::Role,
            "FederatedUser" => Self::FederatedUser,
            "Directory" => Self::Directory,
            "AWSAccount" => Self::AwsAccount,
            "AWSService" => Self::AwsService,
            "IdentityCenterUser" => Self::IdentityCenterUser,
            "SAMLUser" => Self::SamlUser,
            "WebIdentityUser" => Self::WebIdentityUser,
            _ => Self::Unknown,
        }
    }

    /// The kind that the other fields tell when `type` is missing: some services leave it out.
    fn guess(identity: &Identity) -> Self {
        let resource = Arn::parse(&identity.arn).map_or("", |arn| arn.resource);
        match resource.split('/').next().unwrap_or_default() {
            "root" => Self::Root,
            "user" => Self::IamUser,
            "assumed-role" => Self::AssumedRole,
            "federated-user" => Self::FederatedUser,
            "role" => Self::Role,
            _ if identity.on_behalf_of.is_some() => Self::IdentityCenterUser,
            _ if !identity.invoked_by.is_empty() && identity.access_key.is_none() => {
                Self::AwsService
            }
            _ if identity.principal_id.starts_with("AIDA") => Self::IamUser,
            _ if identity.principal_id.starts_with("AROA") => Self::AssumedRole,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Identity, IdentityKind};

    #[test]
    fn a_role_session() {
        let identity = Identity::parse(
            r#"{"type":"AssumedRole","principalId":"AROAX:i-0abc","arn":"arn:aws:sts::123456789012:assumed-role/App/i-0abc",
            "accountId":"123456789012","accessKeyId":"ASIAX","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::123456789012:role/path/App","userName":"App"},
            "attributes":{"creationDate":"2026-01-01T00:00:00Z","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}}"#,
        );
        assert_eq!(identity.assumed_role(), Some(("App", "i-0abc")));
        let session = identity.session.unwrap();
        assert_eq!((session.mfa, session.ec2_role_delivery.as_str()), (Some(false), "2.0"));
    }

    #[test]
    fn a_missing_type_is_guessed_and_wrong_types_do_no_harm() {
        let user =
            Identity::parse(r#"{"arn":"arn:aws:iam::123456789012:user/a/b","sessionContext":7}"#);
        assert_eq!(user.kind, IdentityKind::IamUser);
        assert_eq!(user.account.unwrap().to_string(), "123456789012");
        let service =
            Identity::parse(r#"{"invokedBy":"ec2.amazonaws.com","accountId":12,"userName":[1]}"#);
        assert_eq!(service.kind, IdentityKind::AwsService);
        assert_eq!(Identity::parse("[]").kind, IdentityKind::Unknown);
    }
}
