//! The JSON of a caller, field by field; a part that is missing or of the wrong type stays empty.

use compact_str::CompactString;
use serde::Deserialize;

use super::{Identity, IdentityKind, Issuer, OnBehalfOf, Session};
use crate::decode::cursor::Cursor;
use crate::decode::typed::{self, Shape, read_fields};
use crate::text::{Flag, Raw, Text};
use crate::{AccessKeyId, Arn};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Caller<'a> {
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
    session: Option<Raw<'a>>,
    #[serde(borrow, rename = "onBehalfOf")]
    on_behalf_of: Option<Raw<'a>>,
}

impl<'a> Shape<'a> for Caller<'a> {
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
    issuer: Option<Raw<'a>>,
    #[serde(borrow)]
    attributes: Option<Raw<'a>>,
    #[serde(borrow, rename = "webIdFederationData")]
    web_identity: Option<Raw<'a>>,
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
fn part<'a, T: Shape<'a>>(raw: Option<Raw<'a>>) -> T {
    raw.and_then(|raw| typed::from_str(raw.0).ok()).unwrap_or_default()
}

fn compact(text: &str) -> CompactString {
    CompactString::new(text)
}

impl From<Caller<'_>> for Identity {
    fn from(raw: Caller<'_>) -> Self {
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

fn session(raw: Raw<'_>) -> Session {
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

fn issuer(raw: Raw<'_>) -> Option<Issuer> {
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
