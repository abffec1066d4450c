//! Any records through the whole engine: ledgers add up, and how the records came does not matter.

use std::path::PathBuf;

use incident::Incident;
use keyhound::engine::{Held, Progress, Request, Scanned};

use crate::memory::Memory;

/// More than a fuzzer's input can hold.
const MOST: u64 = 1 << 20;

pub(crate) fn check(bytes: &[u8]) {
    let whole = judged(vec![bytes.to_vec()]);
    consistent(&whole);
    let twice = judged(vec![bytes.to_vec(), bytes.to_vec()]);
    assert_eq!(judgements(&whole), judgements(&twice), "records that come twice count once");
    assert_eq!(whole.identities, twice.identities);
}

/// The incidents without what they say of the files, of which there are more the second time.
fn judgements(scanned: &Scanned) -> Vec<Incident> {
    let bare = |incident: &Incident| Incident { coverage: Vec::new(), ..incident.clone() };
    scanned.incidents.iter().map(bare).collect()
}

/// What holds of every result.
pub(crate) fn consistent(scanned: &Scanned) {
    assert!(scanned.books.balances(), "{:?}", scanned.books);
    for incident in &scanned.incidents {
        let lines: f64 = incident.ledger.iter().map(|line| line.bits).sum();
        assert!((lines - incident.score).abs() < 1e-6, "{lines} is not {}", incident.score);
        let line = serde_json::to_string(incident).unwrap_or_default();
        assert!(line.starts_with('{') && !line.contains('\n'), "an incident is one line: {line:?}");
    }
    let mut ids: Vec<&str> =
        scanned.incidents.iter().map(|incident| incident.id.as_str()).collect();
    ids.sort_unstable();
    assert!(ids.is_sorted_by(|a, b| a < b), "ids name one incident each: {ids:?}");
}

fn judged(files: Vec<Vec<u8>>) -> Scanned {
    let named = |(index, bytes)| (PathBuf::from(format!("{index}.json")), bytes);
    let source = Memory::new(files.into_iter().enumerate().map(named));
    let request = request();
    let held = Held::read(&source, &request, MOST, &Silent);
    let scanned = held.and_then(|held| held.judged_with(&[], Some(0.0)));
    assert!(scanned.is_ok(), "{:#}", scanned.err().map_or_else(String::new, |e| format!("{e:#}")));
    scanned.unwrap_or_else(|_| unreachable!("it was looked at"))
}

/// A request for everything, on one thread.
pub(crate) fn request() -> Request {
    Request { threads: Some(1), identities: true, ..Request::default() }
}

/// Nobody waits.
pub(crate) struct Silent;

impl Progress for Silent {
    fn total(&self, _bytes: u64) {}
    fn at(&self, _bytes: u64, _records: u64) {}
    fn done(&self) {}
}
