//! One pass over the events of a subject.

use std::collections::{BTreeSet, HashMap};

use cloudtrail::Time;
use foldhash::fast::FixedState;

use super::history::History;
use super::lineage::Made;
use super::seen::Row;
use super::subject::quoted;
use super::tally::Tally;
use super::{Dossier, Filter, Pivot, SCHEMA, SignIn, Subject};

/// So many combinations of key, address and call are told apart.
const MOST_PIVOT: usize = 50_000;
/// So many of them are told.
const TOLD_PIVOT: usize = 100;
/// So many sign-ins are told.
const TOLD_SIGN_INS: usize = 200;

/// What was counted so far.
pub(super) struct Gathered {
    filter: Filter,
    /// The condition that all counted events satisfy.
    within: String,
    events: u64,
    succeeded: u64,
    denied: u64,
    seen: Option<(Time, Time)>,
    days: BTreeSet<i64>,
    principals: Tally,
    access_keys: Tally,
    accounts: Tally,
    regions: Tally,
    services: Tally,
    actions: Tally,
    networks: Tally,
    addresses: Tally,
    clients: Tally,
    errors: Tally,
    sensitive: Tally,
    hours: [[u64; 24]; 7],
    sign_ins: Vec<SignIn>,
    pivot: ByText<ByText<ByText<Cell>>>,
    pivots: usize,
    beyond_pivot: u64,
    history: History,
    pub(super) made: Made,
}

/// By key, then by address, then by call: each is looked up by its text, and only a new one is
/// copied.
type ByText<V> = HashMap<String, V, FixedState>;

/// How often a combination occurred.
struct Cell {
    succeeded: u64,
    not: u64,
    first: Time,
    last: Time,
}

impl Cell {
    fn add(&mut self, row: &Row<'_>) {
        self.succeeded += u64::from(row.succeeded());
        self.not += u64::from(!row.succeeded());
        self.first = self.first.min(row.time);
        self.last = self.last.max(row.time);
    }
}

impl Gathered {
    pub(super) fn new(filter: Filter, within: String) -> Self {
        Self {
            filter,
            within,
            events: 0,
            succeeded: 0,
            denied: 0,
            seen: None,
            days: BTreeSet::new(),
            principals: Tally::default(),
            access_keys: Tally::default(),
            accounts: Tally::default(),
            regions: Tally::default(),
            services: Tally::default(),
            actions: Tally::default(),
            networks: Tally::default(),
            addresses: Tally::default(),
            clients: Tally::default(),
            errors: Tally::default(),
            sensitive: Tally::default(),
            hours: [[0; 24]; 7],
            sign_ins: Vec::new(),
            pivot: ByText::default(),
            pivots: 0,
            beyond_pivot: 0,
            history: History::default(),
            made: Made::default(),
        }
    }

    pub(super) fn take(&mut self, row: &Row<'_>) {
        self.history.take(row);
        self.made.take(row);
        if !self.filter.admits(row.time, row.region, row.service, row.outcome) {
            return;
        }
        self.events += 1;
        self.succeeded += u64::from(row.succeeded());
        self.denied += u64::from(row.outcome == "denied");
        let (first, last) = self.seen.unwrap_or((row.time, row.time));
        self.seen = Some((first.min(row.time), last.max(row.time)));
        self.days.insert(row.time.day());
        self.principals.add(row.principal, row);
        self.access_keys.add(row.access_key, row);
        self.accounts.add(row.account, row);
        self.regions.add(row.region, row);
        self.services.add(row.service, row);
        self.actions.add(row.action, row);
        self.networks.add(row.network, row);
        self.addresses.add(row.address, row);
        self.clients.add(row.client, row);
        self.errors.add(row.error, row);
        if row.sensitive {
            self.sensitive.add(row.action, row);
        }
        let (hour, _) = row.time.hour_of_day();
        // 1970 began on a Thursday.
        let weekday = (row.time.day() + 3).rem_euclid(7) as usize;
        self.hours[weekday][usize::from(hour).min(23)] += 1;
        if signs_in(row) {
            self.sign_ins.push(sign_in(row));
        }
        self.pivot(row);
    }

    fn pivot(&mut self, row: &Row<'_>) {
        let known = self.pivot.get_mut(row.access_key);
        let known = known.and_then(|sources| sources.get_mut(row.source));
        if let Some(cell) = known.and_then(|actions| actions.get_mut(row.action)) {
            cell.add(row);
            return;
        }
        if self.pivots >= MOST_PIVOT {
            self.beyond_pivot += 1;
            return;
        }
        self.pivots += 1;
        let sources = self.pivot.entry(row.access_key.to_owned()).or_default();
        let actions = sources.entry(row.source.to_owned()).or_default();
        let mut cell = Cell { succeeded: 0, not: 0, first: row.time, last: row.time };
        cell.add(row);
        actions.insert(row.action.to_owned(), cell);
    }

    pub(super) fn into_dossier(mut self, subject: Subject) -> Dossier {
        let (new, further_new) = self.history.novelties(self.filter.since, self.filter.until);
        let (pivot, further_pivot) = self.told_pivot();
        self.sign_ins.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
        let further_sign_ins = self.sign_ins.len().saturating_sub(TOLD_SIGN_INS) as u64;
        self.sign_ins.truncate(TOLD_SIGN_INS);
        let table = |tally: &Tally, column: &str| tally.table(column, &self.within);
        let network = "network(address)";
        Dossier {
            schema: SCHEMA,
            events: self.events,
            succeeded: self.succeeded,
            denied: self.denied,
            failed: self.events - self.succeeded - self.denied,
            first_seen: self.seen.map(|seen| seen.0),
            last_seen: self.seen.map(|seen| seen.1),
            days: self.days.len() as u64,
            principals: table(&self.principals, "principal"),
            access_keys: table(&self.access_keys, "access_key_id"),
            accounts: table(&self.accounts, "account_id"),
            regions: table(&self.regions, "region"),
            services: table(&self.services, "service"),
            actions: table(&self.actions, "action"),
            networks: table(&self.networks, network),
            addresses: table(&self.addresses, "address"),
            clients: table(&self.clients, "client(user_agent)"),
            errors: table(&self.errors, "error_code"),
            sensitive: table(&self.sensitive, "action"),
            hours: self.hours,
            sign_ins: self.sign_ins,
            further_sign_ins,
            pivot,
            further_pivot,
            usual: self.history.usual(),
            new,
            further_new,
            made_by: Vec::new(),
            made: Vec::new(),
            incidents: Vec::new(),
            subject,
            filter: self.filter,
            condition: self.within,
        }
    }

    fn told_pivot(&mut self) -> (Vec<Pivot>, u64) {
        let pivot = std::mem::take(&mut self.pivot).into_iter();
        let mut cells: Vec<((String, String, String), Cell)> = pivot
            .flat_map(|(key, sources)| {
                sources.into_iter().flat_map(move |(source, actions)| {
                    let key = key.clone();
                    actions
                        .into_iter()
                        .map(move |(action, cell)| ((key.clone(), source.clone(), action), cell))
                })
            })
            .collect();
        cells.sort_by(|(a, one), (b, other)| {
            let events = |cell: &Cell| cell.succeeded + cell.not;
            events(other).cmp(&events(one)).then_with(|| a.cmp(b))
        });
        let further = cells.len().saturating_sub(TOLD_PIVOT) as u64 + self.beyond_pivot;
        let told = cells.into_iter().take(TOLD_PIVOT).map(|((key, address, action), cell)| {
            let equal = |column: &str, value: &str| match value {
                "" => format!("{column} IS NULL"),
                value => format!("{column} = {}", quoted(value)),
            };
            let condition = [
                self.within.clone(),
                equal("access_key_id", &key),
                equal("source", &address),
                equal("action", &action),
            ]
            .join(" AND ");
            Pivot {
                access_key_id: key,
                address,
                action,
                succeeded: cell.succeeded,
                not: cell.not,
                first_seen: cell.first,
                last_seen: cell.last,
                condition,
            }
        });
        (told.collect(), further)
    }
}

/// Whether somebody signed in to the console, through a federation or at Identity Center.
fn signs_in(row: &Row<'_>) -> bool {
    row.service == "signin"
        || row.service == "sso" && matches!(row.name, "Authenticate" | "Federate")
        || matches!(row.name, "ConsoleLogin" | "UserAuthentication" | "CredentialVerification")
}

fn sign_in(row: &Row<'_>) -> SignIn {
    SignIn {
        time: row.time,
        event_id: row.event_id.to_owned(),
        principal: row.principal.to_owned(),
        action: row.action.to_owned(),
        outcome: row.outcome.to_owned(),
        address: row.source.to_owned(),
        network: row.network.to_owned(),
        client: row.client.to_owned(),
        mfa: row.mfa,
    }
}
