//! The events of a subject, row by row, with what is known of address, client and call.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use cloudtrail::Time;
use foldhash::fast::FixedState;
use intel::action::{Access, Tactic};
use intel::address::AddressBook;

use crate::Error;
use crate::query::in_words;

/// What is read of each event, in the order of [`Rows::each`].
pub(super) const COLUMNS: &str = "event_time, event_id, service, event_name, region, account_id, \
     principal, access_key_id, address, source, user_agent, outcome, error_code, made_kind, made_key_id, \
     made_owner, read_only, mfa_used, session_mfa, made_ends";

/// One event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) time: Time,
    pub(super) event_id: &'r str,
    pub(super) service: &'r str,
    pub(super) name: &'r str,
    pub(super) region: &'r str,
    pub(super) account: &'r str,
    pub(super) principal: &'r str,
    pub(super) access_key: &'r str,
    pub(super) address: &'r str,
    /// The address, or the service that called.
    pub(super) source: &'r str,
    pub(super) outcome: &'r str,
    pub(super) error: &'r str,
    pub(super) mfa: Option<bool>,
    /// What the call made, where it made a credential: its kind, its key id, whom it lets in.
    pub(super) made: Option<(&'r str, &'r str, &'r str)>,
    /// `service:Name`.
    pub(super) action: &'r str,
    /// The network in words.
    pub(super) network: &'r str,
    /// The client family.
    pub(super) client: &'r str,
    /// Whether the call reads secrets, changes rights, or switches off defences.
    pub(super) sensitive: bool,
}

impl Row<'_> {
    /// Whether it did what was asked.
    pub(super) fn succeeded(&self) -> bool {
        self.outcome == "success"
    }
}

type Memo<V> = HashMap<String, V, FixedState>;

/// Reads rows, and looks up what repeats only once.
pub(super) struct Rows<'b> {
    book: &'b AddressBook,
    networks: Memo<String>,
    clients: Memo<String>,
    /// By `service:Name`: whether it is sensitive when it reads, and when it does not.
    actions: Memo<(bool, bool)>,
}

/// Beyond this many entries a memory starts anew.
const MOST: usize = 20_000;

impl<'b> Rows<'b> {
    pub(super) fn new(book: &'b AddressBook) -> Self {
        Self { book, networks: Memo::default(), clients: Memo::default(), actions: Memo::default() }
    }

    /// Hands over each row of a batch.
    pub(super) fn each(
        &mut self,
        batch: &RecordBatch,
        mut sink: impl FnMut(&Row<'_>),
    ) -> Result<(), Error> {
        let time = DataType::Timestamp(TimeUnit::Microsecond, None);
        let column = |at: usize, kind: &DataType| -> Result<ArrayRef, Error> {
            cast(batch.column(at), kind).map_err(Error::encode)
        };
        let times = column(0, &time)?;
        let times = times.as_primitive::<TimestampMicrosecondType>();
        let texts =
            (1..=15).map(|at| column(at, &DataType::Utf8)).collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<&StringArray> = texts.iter().map(AsArray::as_string::<i32>).collect();
        let flags =
            (16..=19).map(|at| column(at, &DataType::Boolean)).collect::<Result<Vec<_>, _>>()?;
        let flags: Vec<&BooleanArray> = flags.iter().map(AsArray::as_boolean).collect();
        for at in 0..batch.num_rows() {
            let text = |column: usize| {
                texts
                    .get(column)
                    .filter(|texts| texts.is_valid(at))
                    .map_or("", |texts| texts.value(at))
            };
            let flag = |column: usize| {
                flags.get(column).filter(|flags| flags.is_valid(at)).map(|flags| flags.value(at))
            };
            let (service, name, address) = (text(1), text(2), text(7));
            let action = format!("{service}:{name}");
            let reads = flag(0);
            let makes = !text(12).is_empty() && flag(3) != Some(true);
            let book = self.book;
            let network = memo(&mut self.networks, address, |address| network(book, address));
            let client = memo(&mut self.clients, text(9), |agent| {
                intel::client::parse(agent).family.to_string()
            });
            let (reading, changing) =
                *memo(&mut self.actions, &action, |_| sensitive(service, name));
            sink(&Row {
                time: Time::from_micros(times.value(at)),
                event_id: text(0),
                service,
                name,
                region: text(3),
                account: text(4),
                principal: text(5),
                access_key: text(6),
                address,
                source: text(8),
                outcome: text(10),
                error: text(11),
                mfa: flag(1).or(flag(2)),
                made: makes.then(|| (text(12), text(13), text(14))),
                action: &action,
                network,
                client,
                sensitive: if reads == Some(true) { reading } else { changing },
            });
        }
        Ok(())
    }
}

fn memo<'m, V>(known: &'m mut Memo<V>, text: &str, find: impl FnOnce(&str) -> V) -> &'m V {
    if known.len() >= MOST {
        known.clear();
    }
    if !known.contains_key(text) {
        known.insert(text.to_owned(), find(text));
    }
    &known[text]
}

/// The network of an address in words; nothing for no address.
fn network(book: &AddressBook, address: &str) -> String {
    address.parse().map(|address| in_words(&book.lookup(address))).unwrap_or_default()
}

/// Whether a call is sensitive when it reads, and when it does not.
fn sensitive(service: &str, name: &str) -> (bool, bool) {
    let known = intel::action::lookup(service, name, None);
    let always = known.hot || known.access == Access::Permissions;
    let reads = matches!(known.access, Access::List | Access::Read);
    (always, always || known.tactics.contains(Tactic::DefenseEvasion) && !reads)
}
