//! A call as the simple detectors see it.

use cloudtrail::{Event, EventId, IdentityKind, Outcome};
use compact_str::{CompactString, format_compact};
use intel::action::{self, Action};
use intel::address::{AddressBook, Country, NetworkClass};
use intel::client::{self, ClientKind};

/// One call by somebody who is not AWS.
pub(super) struct Call<'a> {
    pub(super) event: &'a Event,
    /// A user, a role, or a person whatever role they are in.
    pub(super) principal: CompactString,
    pub(super) day: i64,
    pub(super) address: CompactString,
    /// The AS, or what is known instead.
    pub(super) system: CompactString,
    pub(super) class: NetworkClass,
    pub(super) country: Option<Country>,
    pub(super) client: CompactString,
    pub(super) kind: ClientKind,
    pub(super) action: CompactString,
    pub(super) known: Action,
    pub(super) denied: bool,
}

impl<'a> Call<'a> {
    /// None for what AWS does by itself, which everybody leaves out.
    pub(super) fn of(event: &'a Event) -> Option<Self> {
        let identity = &event.identity;
        let by_aws = identity.kind == IdentityKind::AwsService
            || identity.is_service_linked()
            || identity.invoked_by.ends_with(".amazonaws.com")
            || event.source.is_aws();
        if by_aws {
            return None;
        }
        let place = event.source.address().map(|ip| AddressBook::builtin().lookup(ip));
        let class = place.map_or(NetworkClass::Private, |place| place.class);
        let address = match event.source.address() {
            Some(ip) => format_compact!("{ip}"),
            None => format_compact!("{}", event.source),
        };
        let system = match place.and_then(|place| place.asn) {
            Some(number) => format_compact!("AS{number}"),
            None => format_compact!("{class}"),
        };
        let client = client::parse(&event.user_agent);
        Some(Self {
            event,
            principal: principal(event),
            day: event.time.day(),
            address,
            system,
            class,
            country: place.and_then(|place| place.country),
            client: client.family,
            kind: client.kind,
            action: event.action(),
            known: action::lookup(&event.service, &event.name, event.read_only),
            denied: event.outcome == Outcome::Denied,
        })
    }

    pub(super) fn id(&self) -> &EventId {
        &self.event.id
    }
}

/// Sessions of one role are one principal; people keep their own name in every role.
fn principal(event: &Event) -> CompactString {
    let identity = &event.identity;
    match identity.assumed_role() {
        Some((_, session)) if session.contains('@') => CompactString::new(session),
        Some((role, _)) => {
            let account = identity.account.or(event.account);
            let account = account.map(|id| id.to_string()).unwrap_or_default();
            format_compact!("arn:aws:iam::{account}:role/{role}")
        }
        None if identity.arn.is_empty() => identity.principal_id.clone(),
        None => identity.arn.clone(),
    }
}
