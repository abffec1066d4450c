//! One event as the judge sees it: with what is known of its network, client and action.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use cloudtrail::{Event, KeyKind, Source};
use compact_str::{CompactString, ToCompactString, format_compact};
use foldhash::fast::FixedState;
use intel::action::{Access, Action};
use intel::address::{AddressBook, NetworkClass};
use intel::client::{Client, ClientKind};
use intel::thief::Thief;
use profile::{Code, Day, Dimension, Network, Place, Prefix, Sighting, System, Systems};

use crate::principal::{Caller, Principal};
use crate::signal::{self, Signal};
use crate::step::Judge;

/// An event and everything that intel says of it.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The event.
    pub event: &'a Event,
    /// Whose it is.
    pub principal: &'a Principal,
    /// Whether that is a role which only AWS assumes.
    pub service_linked: bool,
    /// Where it came from.
    pub origin: &'a Arc<Origin>,
    /// With what.
    pub client: &'a Client,
    /// What was done.
    pub action: &'a KnownAction,
}

/// A network and its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The network in three views.
    pub network: Network,
    /// Its middle view as profiles keep it.
    pub system: Code,
    /// The address in words.
    pub address: CompactString,
    /// Range, system, provider, class and country in words.
    pub label: CompactString,
    /// Whether one of the user's threat lists names it.
    pub threat: bool,
}

/// An API action.
#[derive(Debug, Clone)]
pub struct KnownAction {
    /// `service:Name`, as the record writes it.
    pub name: CompactString,
    /// The same without a version in the name.
    pub base: CompactString,
    /// What is known of it.
    pub known: Action,
    /// The probability that an action of a thief is this one.
    pub thief: f64,
    /// The signals that want to see it: those that see every call of it first.
    signals: Vec<&'static Signal>,
    /// How many of them want to see every call.
    insistent: usize,
}

impl KnownAction {
    /// The signals that want to see a call; a repeat within the hour interests only some.
    pub fn signals_for(&self, new_to_hour: bool) -> &[&'static Signal] {
        if new_to_hour { &self.signals } else { &self.signals[..self.insistent] }
    }
}

impl Call<'_> {
    /// Whether AWS acts here, for itself or for somebody: such a call says nothing of where its
    /// principal is and what it holds in its hands.
    pub fn is_by_aws(&self) -> bool {
        let identity = &self.event.identity;
        let as_itself = self.principal.kind == crate::Kind::AwsService || self.service_linked;
        let behalf = is_service_name(&identity.invoked_by);
        // The console and CloudShell also appear under a service's name; they are people and keep
        // their own address, so only a source that is the service itself counts.
        let from_service = self.event.source.is_aws() && self.client.kind == ClientKind::Service;
        as_itself || behalf || from_service
    }

    /// Whether the call only reads, by the record or by what is known of the action.
    pub fn reads(&self) -> bool {
        self.event
            .read_only
            .unwrap_or(matches!(self.action.known.access, Access::List | Access::Read))
    }

    /// Whether it looks like the audit program of a vendor or of the organisation: one that calls
    /// itself so, with a role's session, from a cloud or from home. The name alone proves nothing,
    /// since a thief chooses it.
    pub fn audits(&self) -> bool {
        let key = self.event.identity.access_key.as_ref();
        let long_term = key.is_some_and(|key| key.kind() == KeyKind::LongTerm);
        let class = self.origin.network.place.class;
        self.client.kind == ClientKind::Audit
            && !long_term
            && matches!(class, NetworkClass::Aws | NetworkClass::Known | NetworkClass::Private)
    }

    /// What the client runs on, as it says itself: the console, a runtime, an operating system.
    pub fn platform(&self) -> &'static str {
        let console = self.event.from_console
            || matches!(self.client.kind, ClientKind::Console | ClientKind::Browser);
        match self.client.runtime {
            _ if console => CONSOLE,
            Some(runtime) => runtime.as_str(),
            None => self.client.os.as_str(),
        }
    }

    /// What the profile learns from it.
    pub fn sighting(&self) -> Sighting<'_> {
        let (hour, weekend) = self.event.time.hour_of_day();
        Sighting {
            day: self.event.time.day() as Day,
            time_bin: hour + if weekend { 24 } else { 0 },
            network: &self.origin.network,
            client: &self.client.family,
            platform: self.platform(),
            region: &self.event.region,
            account: self.event.account,
            action: &self.action.base,
            class: self.action.known.resource_class,
            outcome: self.event.outcome,
        }
    }
}

/// The platform of people in the console.
pub(crate) const CONSOLE: &str = "console";

fn is_service_name(text: &str) -> bool {
    text.ends_with(".amazonaws.com") || text == "AWS Internal"
}

/// Looks events up in the tables of intel and remembers what it found, because the same addresses,
/// clients and actions come again and again. One per thread: what it remembers changes no result.
#[derive(Default)]
pub struct Lens {
    origins: Remembered<Source, Arc<Origin>>,
    clients: Remembered<Arc<str>, Client>,
    /// By service, by what records say of reading, then by name.
    actions: HashMap<CompactString, ByReading, FixedState>,
}

/// The actions of a service whose records say that they read, that they do not, and nothing: what is
/// in no table is guessed from that.
type ByReading = [Remembered<CompactString, KnownAction>; 3];

/// What was found of each key, up to a number of keys beyond which the table starts anew, so that
/// hostile input cannot fill the memory.
struct Remembered<K, V> {
    places: HashMap<K, usize, FixedState>,
    values: Vec<V>,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self { places: HashMap::default(), values: Vec::new() }
    }
}

impl<K: Hash + Eq + Clone, V> Remembered<K, V> {
    fn get(&mut self, key: &K, most: usize, find: impl FnOnce() -> V) -> &V {
        if let Some(place) = self.places.get(key) {
            return &self.values[*place];
        }
        if self.places.len() >= most {
            self.places.clear();
            self.values.clear();
        }
        let place = self.values.len();
        self.places.insert(key.clone(), place);
        self.values.push(find());
        &self.values[place]
    }
}

impl Lens {
    /// So many clients are remembered.
    const MOST: usize = 20_000;
    /// So many services: more than AWS has.
    const MOST_SERVICES: usize = 512;
    /// Likewise of the actions of a service.
    const MOST_ACTIONS: usize = 1_024;
    /// Likewise for sources. People's addresses change every day, so this table would grow with the
    /// length of the archive; asking again costs a microsecond.
    const MOST_ORIGINS: usize = 8_192;

    /// Looks at one event of a caller.
    pub fn look<'a>(
        &'a mut self,
        event: &'a Event,
        caller: &'a Caller,
        judge: &Judge<'_>,
    ) -> Call<'a> {
        let Event { source, user_agent, service, name, .. } = event;
        let find = || Arc::new(Origin::of(source, judge.book));
        let origin = self.origins.get(source, Self::MOST_ORIGINS, find);
        let find = || intel::client::parse(user_agent);
        let client = self.clients.get(user_agent, Self::MOST, find);
        if self.actions.len() >= Self::MOST_SERVICES && !self.actions.contains_key(service) {
            self.actions.clear();
        }
        let reading = event.read_only.map_or(2, usize::from);
        let named = &mut self.actions.entry(service.clone()).or_default()[reading];
        let find = || KnownAction::of(event, judge.thief);
        let action = named.get(name, Self::MOST_ACTIONS, find);
        let Caller { principal, service_linked } = caller;
        Call { event, principal, service_linked: *service_linked, origin, client, action }
    }
}

impl KnownAction {
    /// What is known of the action of an event.
    fn of(event: &Event, thief: &Thief) -> Self {
        let base = format_compact!("{}:{}", event.service, intel::action::base_name(&event.name));
        let mut signals = signal::wanting(&base);
        signals.sort_by_key(|signal| !signal.sees_repeats());
        let insistent = signals.partition_point(|signal| signal.sees_repeats());
        Self {
            name: event.action(),
            known: intel::action::lookup(&event.service, &event.name, event.read_only),
            thief: thief.action(&event.service, &event.name),
            signals,
            insistent,
            base,
        }
    }
}

impl Origin {
    /// What is known of a source.
    pub fn of(source: &Source, book: &AddressBook) -> Self {
        let Some(address) = source.address() else { return Self::without_address(source) };
        let known = book.lookup(address);
        let prefix = match source {
            Source::Endpoint { endpoint, .. } => Prefix::Endpoint(endpoint.clone()),
            _ => Prefix::of(address),
        };
        let system = match (known.provider, known.asn) {
            (Some(provider), _) => System::Provider(CompactString::new(provider)),
            (None, Some(number)) => System::Number(number),
            (None, None) => System::Unlisted(prefix.clone()),
        };
        let class = match source {
            Source::Endpoint { .. } => NetworkClass::Private,
            _ => known.class,
        };
        let place = Place { class, country: known.country };
        let mut label = format_compact!("{prefix}");
        let name = known.known.or(known.provider).or_else(|| known.as_name());
        if let Some(number) = known.asn {
            label.push_str(&format!(", AS{number}"));
        }
        if let Some(name) = name {
            label.push_str(if known.asn.is_some() { " " } else { ", " });
            label.push_str(name);
        }
        label.push_str(&format!(", {place}"));
        let code = Systems::code(&system);
        let network = Network { prefix, system, place };
        let address = source.to_compact_string();
        Self { network, system: code, address, label, threat: known.threat }
    }

    fn without_address(source: &Source) -> Self {
        let (prefix, class) = match source {
            Source::Endpoint { endpoint, .. } => {
                (Prefix::Endpoint(endpoint.clone()), NetworkClass::Private)
            }
            Source::Service(_) | Source::Internal => {
                (Prefix::Text(format_compact!("{source}")), NetworkClass::Aws)
            }
            _ => (Prefix::Text(format_compact!("{source}")), NetworkClass::Other),
        };
        let network = Network {
            system: System::Unlisted(prefix.clone()),
            place: Place { class, country: None },
            prefix,
        };
        let system = Systems::code(&network.system);
        let label = format_compact!("{}", network.prefix);
        Self { network, system, address: source.to_compact_string(), label, threat: false }
    }
}

#[cfg(test)]
mod tests {
    use cloudtrail::decode::decode;
    use profile::Crowds;

    use super::*;
    use crate::{Completed, Settings};

    #[test]
    fn what_is_guessed_of_an_action_does_not_depend_on_what_came_before() {
        let record = |read_only: &str| {
            format!(
                r#"{{"Records":[{{"eventTime":"2026-01-02T03:04:05Z","eventID":"e","eventSource":"new.amazonaws.com","eventName":"ProcessThing","awsRegion":"eu-west-1","sourceIPAddress":"88.198.1.2","userIdentity":{{"type":"IAMUser","accountId":"111122223333","userName":"eve"}}{read_only}}}]}}"#
            )
        };
        let (book, settings) = (AddressBook::new(), Settings::default());
        let judge = Judge {
            book: &book,
            thief: Thief::shipped(),
            settings: &settings,
            crowds: &Crowds::default(),
            completed: &Completed::default(),
        };
        let access = |lens: &mut Lens, read_only: &str| {
            let mut events = Vec::new();
            decode(record(read_only).as_bytes(), &mut |event| events.push(event));
            let caller = Caller::of(&events[0]).unwrap();
            lens.look(&events[0], &caller, &judge).action.known.access
        };
        let said = [r#","readOnly":true"#, r#","readOnly":false"#, ""];
        let alone = said.map(|read_only| access(&mut Lens::default(), read_only));
        assert_ne!(alone[0], alone[1]);
        let mut lens = Lens::default();
        assert_eq!(said.map(|read_only| access(&mut lens, read_only)), alone);
    }
}
