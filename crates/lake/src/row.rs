//! One event and its caller, as rows are made from them.

use std::collections::HashMap;
use std::sync::Arc;

use cloudtrail::{
    AccountId, Category, Event, GrantKind, Identity, Issuer, KeyKind, Outcome, Session,
};
use compact_str::{CompactString, ToCompactString};
use detect::Principal;

/// What a row is made from.
pub(crate) struct Row<'a> {
    pub(crate) event: &'a Event,
    pub(crate) caller: &'a Caller,
}

/// What the rows of one caller in one trail have in common.
pub(crate) struct Caller {
    pub(crate) identity: Arc<Identity>,
    /// Whose behaviour it is; empty when nobody can be named.
    pub(crate) principal: CompactString,
    pub(crate) kind: &'static str,
    pub(crate) shard: u8,
    pub(crate) trail_account: CompactString,
    pub(crate) own_account: CompactString,
    pub(crate) session_name: CompactString,
}

static NO_SESSION: Session = Session {
    issuer: None,
    created: None,
    mfa: None,
    source_identity: CompactString::const_new(""),
    web_identity_provider: CompactString::const_new(""),
    ec2_role_delivery: CompactString::const_new(""),
    sign_in_session: CompactString::const_new(""),
};

static NO_ISSUER: Issuer = Issuer {
    kind: CompactString::const_new(""),
    arn: CompactString::const_new(""),
    principal_id: CompactString::const_new(""),
    account: None,
    user_name: CompactString::const_new(""),
};

impl Caller {
    fn of(event: &Event) -> Self {
        let principal = Principal::of(event);
        let text = |account: Option<AccountId>| {
            account.map_or(CompactString::default(), |account| account.to_compact_string())
        };
        let identity = Arc::clone(&event.identity);
        let session = identity.assumed_role().map_or("", |(_, session)| session);
        Self {
            kind: principal.as_ref().map_or("", |principal| principal.kind.as_str()),
            shard: principal.as_ref().map_or(0, Principal::shard),
            principal: principal.map(|principal| principal.id).unwrap_or_default(),
            trail_account: text(event.account),
            own_account: text(identity.account),
            session_name: session.into(),
            identity,
        }
    }

    pub(crate) fn access_key(&self) -> &str {
        self.identity.access_key.as_ref().map_or("", |key| key.as_str())
    }

    pub(crate) fn session(&self) -> &Session {
        self.identity.session.as_ref().unwrap_or(&NO_SESSION)
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        self.session().issuer.as_ref().unwrap_or(&NO_ISSUER)
    }

    /// The person of Identity Center and the store.
    pub(crate) fn person(&self) -> (&str, &str) {
        self.identity
            .on_behalf_of
            .as_ref()
            .map_or(("", ""), |person| (person.user_id.as_str(), person.store.as_str()))
    }
}

/// The callers of some events, each resolved once: events share their identities.
#[derive(Default)]
pub(crate) struct Callers {
    list: Vec<Caller>,
    /// Nothing else comes to lie where an identity lies, since the callers hold it.
    places: HashMap<(usize, Option<AccountId>), u32, foldhash::fast::FixedState>,
}

impl Callers {
    /// The number of an event's caller.
    pub(crate) fn number(&mut self, event: &Event) -> u32 {
        let key = (Arc::as_ptr(&event.identity).addr(), event.account);
        *self.places.entry(key).or_insert_with(|| {
            self.list.push(Caller::of(event));
            self.list.len() as u32 - 1
        })
    }

    /// The callers by number.
    pub(crate) fn list(&self) -> &[Caller] {
        &self.list
    }

    /// For each caller the place of its principal among all of them, in the order of their names.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        let mut names: Vec<&str> =
            self.list.iter().map(|caller| caller.principal.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let rank =
            |caller: &Caller| names.partition_point(|name| **name < *caller.principal) as u32;
        self.list.iter().map(rank).collect()
    }
}

pub(crate) fn category(category: Category) -> &'static str {
    match category {
        Category::Management => "Management",
        Category::Data => "Data",
        Category::Network => "NetworkActivity",
    }
}

pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Denied => "denied",
        Outcome::Failed => "failed",
    }
}

pub(crate) fn credential_type(identity: &Identity) -> &'static str {
    match identity.access_key.as_ref().map(cloudtrail::AccessKeyId::kind) {
        None => "",
        Some(KeyKind::LongTerm) => "long-term",
        Some(KeyKind::Temporary) => "temporary",
        Some(KeyKind::Other) => "other",
    }
}

pub(crate) fn grant_kind(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::RoleSession => "role-session",
        GrantKind::SessionToken => "session-token",
        GrantKind::FederationToken => "federation-token",
        GrantKind::Console => "console-session",
        GrantKind::AccessKey => "access-key",
        GrantKind::Password => "password",
        GrantKind::ServiceCredential => "service-credential",
        GrantKind::User => "user",
        GrantKind::Trust => "trust",
    }
}
