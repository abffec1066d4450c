//! Whose profile an event belongs to (shared/detection.md, section 2).

use cloudtrail::{AccountId, Arn, Event, Identity, IdentityKind};
use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};

/// Somebody or something that has a profile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// What the profile is kept under. Sessions of one person, one machine or one job share it.
    pub id: CompactString,
    /// What the identity's type and name say; behaviour may say more.
    pub kind: Kind,
    /// The account it belongs to.
    pub account: Option<AccountId>,
}

/// What a principal is; decides priors, pinning and thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The root of an account.
    Root,
    /// An IAM user; a person until behaviour says otherwise.
    UserHuman,
    /// An IAM user that a program uses.
    UserWorkload,
    /// A person of Identity Center, across permission sets.
    SsoPerson,
    /// A person who assumed a role by another way.
    RolePerson,
    /// A build or deployment job.
    Ci,
    /// An EC2 instance.
    Instance,
    /// A task of ECS or a pod of EKS.
    Container,
    /// A Lambda function.
    Function,
    /// Another program behind a role.
    Role,
    /// A caller from another account.
    Vendor,
    /// AWS itself.
    AwsService,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Root,
        Self::UserHuman,
        Self::UserWorkload,
        Self::SsoPerson,
        Self::RolePerson,
        Self::Ci,
        Self::Instance,
        Self::Container,
        Self::Function,
        Self::Role,
        Self::Vendor,
        Self::AwsService,
    ];

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Its name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::UserHuman => "user-human",
            Self::UserWorkload => "user-workload",
            Self::SsoPerson => "sso-person",
            Self::RolePerson => "role-person",
            Self::Ci => "ci",
            Self::Instance => "instance",
            Self::Container => "container",
            Self::Function => "function",
            Self::Role => "role",
            Self::Vendor => "vendor",
            Self::AwsService => "aws-service",
        }
    }

    /// Whether a person sits behind it.
    pub const fn is_person(self) -> bool {
        matches!(self, Self::Root | Self::UserHuman | Self::SsoPerson | Self::RolePerson)
    }

    /// Whether the credential is made for one place and never leaves it.
    pub const fn has_runtime(self) -> bool {
        matches!(self, Self::Instance | Self::Container | Self::Function)
    }
}

/// Who called, as an identity tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The principal.
    pub principal: Principal,
    /// Whether it is a role that only an AWS service can assume.
    pub service_linked: bool,
}

impl Caller {
    /// The caller of an event; `None` when nobody can be named.
    pub fn of(event: &Event) -> Option<Self> {
        let principal = Principal::of(event)?;
        Some(Self { principal, service_linked: event.identity.is_service_linked() })
    }
}

impl Principal {
    /// The principal of an event; `None` when nobody can be named (anonymous calls).
    pub fn of(event: &Event) -> Option<Self> {
        let identity = &*event.identity;
        let account = identity.account.or(event.account);
        let found = match identity.kind {
            IdentityKind::Root => (iam_id(account, "root", ""), Kind::Root),
            IdentityKind::IamUser => {
                (iam_id(account, "user/", user_name(identity)?), Kind::UserHuman)
            }
            IdentityKind::AssumedRole | IdentityKind::Role => role_session(identity, account)?,
            IdentityKind::FederatedUser => (identity.arn.clone(), Kind::UserHuman),
            IdentityKind::IdentityCenterUser => sso_user(identity)?,
            IdentityKind::SamlUser | IdentityKind::WebIdentityUser => federated(identity)?,
            IdentityKind::AwsAccount => (cross_account(identity)?, Kind::Vendor),
            IdentityKind::AwsService => (service(identity)?, Kind::AwsService),
            IdentityKind::Directory | IdentityKind::Unknown => {
                let name = first_of(&[&identity.arn, &identity.principal_id, &identity.user_name])?;
                (CompactString::from(name), Kind::Vendor)
            }
        };
        let (id, kind) = found;
        (!id.is_empty()).then_some(Self { id, kind, account })
    }

    /// The shard that owns the principal, the same on every machine.
    pub fn shard(&self) -> u8 {
        use std::hash::BuildHasher;
        (foldhash::quality::FixedState::with_seed(0).hash_one(self.id.as_str()) >> 56) as u8
    }
}

fn first_of<'a>(texts: &[&'a str]) -> Option<&'a str> {
    texts.iter().copied().find(|text| !text.is_empty())
}

fn iam_id(account: Option<AccountId>, kind: &str, name: &str) -> CompactString {
    match account {
        Some(account) => format_compact!("arn:aws:iam::{account}:{kind}{name}"),
        None => format_compact!("arn:aws:iam:::{kind}{name}"),
    }
}

fn user_name(identity: &Identity) -> Option<&str> {
    let from_arn = Arn::parse(&identity.arn).map_or("", |arn| arn.name());
    first_of(&[&identity.user_name, from_arn, &identity.principal_id])
}

fn role_session(identity: &Identity, account: Option<AccountId>) -> Option<(CompactString, Kind)> {
    let issuer = identity.session.as_ref().and_then(|session| session.issuer.as_ref());
    let Some((role, session)) = identity.assumed_role() else {
        let name = first_of(&[&identity.arn, &identity.principal_id])?;
        return Some((CompactString::from(name), Kind::Role));
    };
    if role.starts_with("AWSReservedSSO_") {
        return Some((format_compact!("sso:{}", session.to_ascii_lowercase()), Kind::SsoPerson));
    }
    let role_arn = issuer.filter(|issuer| !issuer.arn.is_empty()).map(|issuer| issuer.arn.clone());
    let role_arn = role_arn.unwrap_or_else(|| iam_id(account, "role/", role));
    let kind = session_kind(identity, session);
    let class = if matches!(kind, Kind::Instance | Kind::RolePerson) {
        CompactString::from(session)
    } else {
        session_pattern(session)
    };
    Some((format_compact!("{role_arn}/{class}"), kind))
}

/// What a session's name and context say of who made it.
fn session_kind(identity: &Identity, session: &str) -> Kind {
    let context = identity.session.as_ref();
    let provider = context.map_or("", |context| context.web_identity_provider.as_str());
    let from_ec2 = context.is_some_and(|context| !context.ec2_role_delivery.is_empty());
    if is_instance_id(session) || from_ec2 {
        return Kind::Instance;
    }
    if identity.is_service_linked() {
        return Kind::AwsService;
    }
    if provider.contains("githubusercontent")
        || provider.contains("gitlab")
        || provider.contains("circleci")
    {
        return Kind::Ci;
    }
    if provider.contains("oidc.eks") || session.starts_with("eks-") || is_hex(session, 32) {
        return Kind::Container;
    }
    if session.contains('@') {
        return Kind::RolePerson;
    }
    Kind::Role
}

fn is_instance_id(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|id| is_hex(id, 8) || is_hex(id, 17))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A session name with the parts that change every time folded into `*`: UUIDs, numbers of four
/// digits and more, and words of eight letters and more that hold digits.
fn session_pattern(session: &str) -> CompactString {
    let mut pattern = CompactString::default();
    let mut word = String::new();
    for character in without_uuids(session).chars().chain(['\0']) {
        if character.is_ascii_alphanumeric() {
            word.push(character);
            continue;
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let letters = word.len() - digits;
        let changes =
            digits >= 4 && (letters == 0 || word.len() >= 8) || digits >= 2 && word.len() >= 8;
        pattern.push_str(if changes { "*" } else { &word });
        word.clear();
        if character != '\0' {
            pattern.push(character);
        }
    }
    pattern
}

/// A text with every UUID in it folded into `*`.
fn without_uuids(text: &str) -> String {
    const LENGTH: usize = 36;
    let bytes = text.as_bytes();
    let is_uuid = |part: &[u8]| {
        part.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let mut folded = String::new();
    let mut from = 0;
    let mut index = 0;
    while index + LENGTH <= bytes.len() {
        if is_uuid(&bytes[index..index + LENGTH]) {
            folded.push_str(&text[from..index]);
            folded.push('*');
            index += LENGTH;
            from = index;
        } else {
            index += 1;
        }
    }
    folded.push_str(&text[from..]);
    folded
}

fn sso_user(identity: &Identity) -> Option<(CompactString, Kind)> {
    let person = identity.on_behalf_of.as_ref();
    let id = person.map(|person| format_compact!("sso-user:{}/{}", person.store, person.user_id));
    let name = || first_of(&[&identity.user_name, &identity.principal_id]).map(CompactString::from);
    Some((id.or_else(name)?, Kind::SsoPerson))
}

fn federated(identity: &Identity) -> Option<(CompactString, Kind)> {
    let name = first_of(&[&identity.user_name, &identity.principal_id])?;
    let provider = &identity.identity_provider;
    let kind = if provider.contains("oidc.eks") {
        Kind::Container
    } else if provider.contains("githubusercontent") || provider.contains("gitlab") {
        Kind::Ci
    } else {
        Kind::RolePerson
    };
    Some((format_compact!("{provider}:{name}"), kind))
}

fn cross_account(identity: &Identity) -> Option<CompactString> {
    let account = identity.account.map(|account| account.to_string()).unwrap_or_default();
    let name = identity.principal_id.split(':').next().unwrap_or_default();
    first_of(&[&account, name])?;
    Some(format_compact!("account:{account}/{name}"))
}

fn service(identity: &Identity) -> Option<CompactString> {
    let name = first_of(&[&identity.invoked_by, &identity.principal_id, &identity.arn])?;
    Some(format_compact!("service:{name}"))
}

#[cfg(test)]
mod tests {
    use super::session_pattern;

    #[test]
    fn what_changes_every_time_is_folded() {
        for (session, pattern) in [
            ("aws-go-sdk-1722375070115152000", "aws-go-sdk-*"),
            ("botocore-session-1700000000", "botocore-session-*"),
            ("c95c6bcfe9033cfff4d3d0c295caf16e", "*"),
            ("awslambda_282_20211202220456968", "awslambda_282_*"),
            ("AWSCodeBuild-0a1b2c3d-2fa1-883f-9d0e-0123456789ab", "AWSCodeBuild-*"),
            ("GitHubActions", "GitHubActions"),
            ("deploy", "deploy"),
            ("my-function-v2", "my-function-v2"),
        ] {
            assert_eq!(session_pattern(session), pattern);
        }
    }
}
