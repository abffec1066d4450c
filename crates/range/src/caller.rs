//! Who calls: `userIdentity`, for every type that CloudTrail knows.

use std::fmt::Write;

use jiff::Timestamp;

use crate::seed::{BASE32, Dice};

/// A caller, with its `userIdentity` already written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `userIdentity`, as JSON text.
    pub identity: String,
    /// `userIdentity.arn`; empty for AWS services.
    pub arn: String,
    /// The account that the credential belongs to, twelve digits; empty for AWS services.
    pub account: String,
    /// `userIdentity.accessKeyId`; empty where there is none.
    pub access_key: String,
    /// The name in the ARN after the last slash: user, session or federated user.
    pub name: String,
    /// The service that calls by itself, which also stands as address and user agent.
    pub service: Option<String>,
    /// Whether the credential comes from a console session.
    pub console: bool,
}

/// A role, as the issuer of sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The account that it is in.
    pub account: String,
    /// The path, with both slashes: `/` or `/aws-reserved/sso.amazonaws.com/eu-west-1/`.
    pub path: String,
    /// The name.
    pub name: String,
    /// The unique id, `AROA…`.
    pub id: String,
}

impl Role {
    /// A role at the root path.
    pub fn new(account: &str, name: &str, dice: &mut Dice) -> Self {
        Self::at("/", account, name, dice)
    }

    /// A role at a path.
    pub fn at(path: &str, account: &str, name: &str, dice: &mut Dice) -> Self {
        Self {
            account: account.to_owned(),
            path: path.to_owned(),
            name: name.to_owned(),
            id: unique_id("AROA", dice),
        }
    }

    /// The role's ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, self.path, self.name)
    }

    /// The ARN of a session of it.
    pub fn session_arn(&self, session: &str) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{session}", self.account, self.name)
    }
}

/// What a role session carries beside its name and key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionContext<'a> {
    /// Whether MFA was given.
    pub mfa: bool,
    /// `sourceIdentity`.
    pub source_identity: Option<&'a str>,
    /// `webIdFederationData.federatedProvider`.
    pub provider: Option<&'a str>,
    /// `ec2RoleDelivery`: the metadata service's version, for an instance.
    pub ec2_role_delivery: Option<&'a str>,
    /// `inScopeOf`: the kind and ARN of what the credential was issued to (a Lambda function).
    pub in_scope_of: Option<(&'a str, &'a str)>,
    /// `onBehalfOf`: user id and identity store ARN of the person, for Identity Center.
    pub on_behalf_of: Option<(&'a str, &'a str)>,
    /// `invokedBy`: the AWS service that calls with this session.
    pub invoked_by: Option<&'a str>,
    /// Whether the session is one of the console.
    pub console: bool,
}

impl Caller {
    /// An IAM user with a long-term key.
    pub fn user(account: &str, name: &str, id: &str, access_key: &str) -> Self {
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        let identity = format!(
            r#"{{"type":"IAMUser","principalId":"{id}","arn":"{arn}","accountId":"{account}","accessKeyId":"{access_key}","userName":"{name}"}}"#
        );
        Self::new(identity, arn, account, access_key, name)
    }

    /// An IAM user's session: from `GetSessionToken`, or in the console.
    pub fn user_session(
        account: &str,
        name: &str,
        id: &str,
        access_key: &str,
        begun: Timestamp,
        context: &SessionContext<'_>,
    ) -> Self {
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        let mut identity = format!(
            r#"{{"type":"IAMUser","principalId":"{id}","arn":"{arn}","accountId":"{account}","accessKeyId":"{access_key}","userName":"{name}","sessionContext":{{"#
        );
        attributes(&mut identity, begun, context);
        identity.push_str("}}");
        Self { console: context.console, ..Self::new(identity, arn, account, access_key, name) }
    }

    /// An IAM user or the root user at the sign-in page, where there is no key.
    pub fn signing_in(account: &str, name: Option<(&str, &str)>) -> Self {
        let Some((name, id)) = name else {
            let arn = format!("arn:aws:iam::{account}:root");
            let identity = format!(
                r#"{{"type":"Root","principalId":"{account}","arn":"{arn}","accountId":"{account}","accessKeyId":""}}"#
            );
            return Self::new(identity, arn, account, "", "root");
        };
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        let identity = format!(
            r#"{{"type":"IAMUser","principalId":"{id}","arn":"{arn}","accountId":"{account}","userName":"{name}"}}"#
        );
        Self::new(identity, arn, account, "", name)
    }

    /// The root user, in the console or with a key of its own.
    pub fn root(account: &str, access_key: &str, begun: Option<Timestamp>) -> Self {
        let arn = format!("arn:aws:iam::{account}:root");
        let mut identity = format!(
            r#"{{"type":"Root","principalId":"{account}","arn":"{arn}","accountId":"{account}","accessKeyId":"{access_key}""#
        );
        if let Some(begun) = begun {
            identity.push_str(r#","sessionContext":{"#);
            attributes(&mut identity, begun, &SessionContext { mfa: true, ..Default::default() });
            identity.push('}');
        }
        identity.push('}');
        Self { console: begun.is_some(), ..Self::new(identity, arn, account, access_key, "root") }
    }

    /// A session of a role.
    pub fn session(
        role: &Role,
        session: &str,
        access_key: &str,
        begun: Timestamp,
        context: &SessionContext<'_>,
    ) -> Self {
        let arn = role.session_arn(session);
        let mut identity = format!(
            r#"{{"type":"AssumedRole","principalId":"{id}:{session}","arn":"{arn}","accountId":"{account}","accessKeyId":"{access_key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"{id}","arn":"{issuer}","accountId":"{account}","userName":"{name}"}},"#,
            id = role.id,
            account = role.account,
            issuer = role.arn(),
            name = role.name,
        );
        if let Some(provider) = context.provider {
            let _ = write!(
                identity,
                r#""webIdFederationData":{{"federatedProvider":"{provider}","attributes":{{}}}},"#
            );
        }
        attributes(&mut identity, begun, context);
        identity.push('}');
        if let Some((user, store)) = context.on_behalf_of {
            let _ = write!(
                identity,
                r#","onBehalfOf":{{"userId":"{user}","identityStoreArn":"{store}"}}"#
            );
        }
        if let Some((kind, issued_to)) = context.in_scope_of {
            let _ = write!(
                identity,
                r#","inScopeOf":{{"issuerType":"{kind}","credentialsIssuedTo":"{issued_to}"}}"#
            );
        }
        if let Some(service) = context.invoked_by {
            let _ = write!(identity, r#","invokedBy":"{service}""#);
        }
        identity.push('}');
        Self {
            service: context.invoked_by.map(str::to_owned),
            console: context.console,
            ..Self::new(identity, arn, &role.account, access_key, session)
        }
    }

    /// A federated user, from `GetFederationToken` by an IAM user.
    pub fn federated(
        account: &str,
        name: &str,
        access_key: &str,
        begun: Timestamp,
        maker: (&str, &str),
        console: bool,
    ) -> Self {
        let (maker, maker_id) = maker;
        let arn = format!("arn:aws:sts::{account}:federated-user/{name}");
        let mut identity = format!(
            r#"{{"type":"FederatedUser","principalId":"{account}:{name}","arn":"{arn}","accountId":"{account}","accessKeyId":"{access_key}","sessionContext":{{"sessionIssuer":{{"type":"IAMUser","principalId":"{maker_id}","arn":"arn:aws:iam::{account}:user/{maker}","accountId":"{account}","userName":"{maker}"}},"#
        );
        attributes(&mut identity, begun, &SessionContext::default());
        identity.push_str("}}");
        Self { console, ..Self::new(identity, arn, account, access_key, name) }
    }

    /// An OIDC subject asking for a role.
    pub fn web_identity(provider: &str, subject: &str) -> Self {
        let identity = format!(
            r#"{{"type":"WebIdentityUser","principalId":"{provider}:sts.amazonaws.com:{subject}","userName":"{subject}","identityProvider":"{provider}"}}"#
        );
        Self::new(identity, String::new(), "", "", subject)
    }

    /// A SAML subject asking for a role; Identity Center signs people in this way.
    pub fn saml(subject: &str, hash: &str) -> Self {
        let identity = format!(
            r#"{{"type":"SAMLUser","principalId":"{hash}=:{subject}","userName":"{subject}","identityProvider":"{hash}="}}"#
        );
        Self::new(identity, String::new(), "", "", subject)
    }

    /// A person at the Identity Center portal.
    pub fn identity_center(account: &str, user: &str, store: &str, credential: &str) -> Self {
        let identity = format!(
            r#"{{"type":"IdentityCenterUser","accountId":"{account}","onBehalfOf":{{"userId":"{user}","identityStoreArn":"{store}"}},"credentialId":"{credential}"}}"#
        );
        Self::new(identity, String::new(), account, "", user)
    }

    /// A caller from another account, as the account that it enters records it.
    pub fn foreign(account: &str, principal_id: &str) -> Self {
        let identity = format!(
            r#"{{"type":"AWSAccount","principalId":"{principal_id}","accountId":"{account}"}}"#
        );
        Self::new(identity, String::new(), account, "", principal_id)
    }

    /// An AWS service calling by itself.
    pub fn service(service: &str) -> Self {
        let identity = format!(r#"{{"type":"AWSService","invokedBy":"{service}"}}"#);
        Self {
            service: Some(service.to_owned()),
            ..Self::new(identity, String::new(), "", "", service)
        }
    }

    fn new(identity: String, arn: String, account: &str, access_key: &str, name: &str) -> Self {
        Self {
            identity,
            arn,
            account: account.to_owned(),
            access_key: access_key.to_owned(),
            name: name.to_owned(),
            service: None,
            console: false,
        }
    }
}

/// Appends `attributes` and what stands beside them in a session context.
fn attributes(identity: &mut String, begun: Timestamp, context: &SessionContext<'_>) {
    let _ = write!(
        identity,
        r#""attributes":{{"creationDate":"{begun}","mfaAuthenticated":"{}"}}"#,
        context.mfa
    );
    if let Some(source) = context.source_identity {
        let _ = write!(identity, r#","sourceIdentity":"{source}""#);
    }
    if let Some(delivery) = context.ec2_role_delivery {
        let _ = write!(identity, r#","ec2RoleDelivery":"{delivery}""#);
    }
}

/// A unique id of IAM: four letters that tell the kind, and 17 more.
pub fn unique_id(prefix: &str, dice: &mut Dice) -> String {
    let mut id = prefix.to_owned();
    dice.push(&mut id, BASE32, 17);
    id
}

/// An access key id that names its account, as AWS has made them since 2019: the first 48 of its
/// 80 bits are a one, the account's number and seven bits of something else.
pub fn access_key(prefix: &str, account: &str, dice: &mut Dice) -> String {
    let number: u64 = account.parse().unwrap_or_default();
    let first = (1 << 47) | (number << 7) | dice.below(128);
    let bits = (u128::from(first) << 32) | u128::from(dice.below(1 << 32));
    let digits = (0..16).rev().map(|place| char::from(BASE32[(bits >> (place * 5)) as usize & 31]));
    prefix.chars().chain(digits).collect()
}

#[cfg(test)]
mod tests;
