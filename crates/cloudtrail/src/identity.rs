//! Who called: CloudTrail's `userIdentity`, typed.

mod json;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::decode::typed;
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
        typed::from_str::<json::Caller<'_>>(json).map(Self::from).unwrap_or_default()
    }

    /// Likewise, by the general parser alone as far as the outermost object goes.
    #[cfg(test)]
    pub(crate) fn parse_by_serde(json: &str) -> Self {
        serde_json::from_str::<json::Caller<'_>>(json).map(Self::from).unwrap_or_default()
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
        let marks =
            session.flat_map(|session| [&session.source_identity, &session.sign_in_session]);
        marks.filter(|mark| !mark.is_empty())
    }

    /// Whether the role is one that only an AWS service can assume.
    pub fn is_service_linked(&self) -> bool {
        let issuer = self.session.as_ref().and_then(|session| session.issuer.as_ref());
        issuer.is_some_and(|issuer| issuer.arn.contains(":role/aws-service-role/"))
            || self.assumed_role().is_some_and(|(role, _)| role.starts_with("AWSServiceRoleFor"))
    }
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

    /// CloudTrail's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "Root",
            Self::IamUser => "IAMUser",
            Self::AssumedRole => "AssumedRole",
            Self::Role => "Role",
            Self::FederatedUser => "FederatedUser",
            Self::Directory => "Directory",
            Self::AwsAccount => "AWSAccount",
            Self::AwsService => "AWSService",
            Self::IdentityCenterUser => "IdentityCenterUser",
            Self::SamlUser => "SAMLUser",
            Self::WebIdentityUser => "WebIdentityUser",
            Self::Unknown => "Unknown",
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
