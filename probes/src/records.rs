//! Any bytes as an object with records, read in every way that there is.

use std::io::{self, Read};
use std::sync::Arc;

use cloudtrail::decode::{Decoder, Report};
use cloudtrail::{Correlations, Event, Matches, Problem, ProblemKind, RecordRules};

/// An object decoded: its events and the report on it.
pub(crate) type Decoded = (Vec<Event>, Report);

/// Bytes of an event for each byte of input, at most: what a record says is kept about once. The
/// rest is for what a shortest record becomes.
const MOST_FOR_A_BYTE: usize = 64;

pub(crate) fn check(bytes: &[u8]) {
    let whole = decoded(bytes);
    let (events, report) = &whole;
    for step in [1, 7, 4_096] {
        assert_agree(&whole, &streamed(bytes, step));
    }
    assert_agree(&whole, &with_rules(bytes));
    for event in events {
        let text = postcard::to_stdvec(event).unwrap_or_default();
        let again: Result<Event, _> = postcard::from_bytes(&text);
        assert_eq!(again.as_ref(), Ok(event), "an event that was put away comes back");
    }
    let size: usize =
        events.iter().filter_map(|event| postcard::to_stdvec(event).ok()).map(|e| e.len()).sum();
    let text = bytes.len().max(usize::try_from(report.bytes).unwrap_or(usize::MAX));
    assert!(size <= 256 + MOST_FOR_A_BYTE * text, "{text} bytes of text became {size}");
}

/// Decodes an object in memory; its books balance.
pub(crate) fn decoded(bytes: &[u8]) -> Decoded {
    let mut events = Vec::new();
    let report = Decoder::default().decode(bytes, &mut |event| events.push(event));
    balanced((events, report))
}

/// Decodes an object from a reader that gives so many bytes at a time.
pub(crate) fn streamed(bytes: &[u8], step: usize) -> Decoded {
    let mut events = Vec::new();
    let reader = Slow { bytes, step };
    let report = Decoder::default().decode_stream(reader, &mut |event| events.push(event));
    balanced((events, report))
}

fn with_rules(bytes: &[u8]) -> Decoded {
    let mut events = Vec::new();
    let mut decoder = Decoder::with_rules(Some(Arc::new(Looks)));
    let report = decoder.decode(bytes, &mut |event| events.push(event));
    for event in &mut events {
        assert!(event.matches.take().is_some(), "a rule is shown every record");
    }
    balanced((events, report))
}

fn balanced((events, report): Decoded) -> Decoded {
    assert_eq!(report.read, report.accepted + report.skipped + report.malformed, "{report:?}");
    assert_eq!(report.accepted, events.len() as u64, "{report:?}");
    assert!(report.problems.len() <= Report::MOST_PROBLEMS);
    let told = report.problems.len() as u64 + report.further_problems;
    assert!(told >= report.malformed, "every malformed record is told of: {report:?}");
    for problem in &report.problems {
        assert!(problem.offset <= report.bytes, "{problem} of {}", report.bytes);
    }
    (events, report)
}

/// Two ways through the same text give the same events and count the same. How much comes before
/// damage in a gzip file is a matter of how it is read.
pub(crate) fn assert_agree(one: &Decoded, other: &Decoded) {
    let is_damage = |problem: &Problem| problem.kind == ProblemKind::BrokenGzip;
    if [one, other].iter().any(|decoded| decoded.1.problems.iter().any(is_damage)) {
        return;
    }
    let books = |report: &Report| {
        (report.read, report.accepted, report.skipped, report.malformed, report.digest)
    };
    assert_eq!(one.0, other.0);
    assert_eq!(books(&one.1), books(&other.1), "{:?}\n{:?}", one.1, other.1);
    assert_eq!(one.1.recognised, other.1.recognised, "{:?}\n{:?}", one.1, other.1);
}

/// A reader in small steps.
struct Slow<'a> {
    bytes: &'a [u8],
    step: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = buffer.len().min(self.step);
        self.bytes.read(&mut buffer[..end])
    }
}

/// A rule that has seen every record that it is shown.
#[derive(Debug)]
struct Looks;

impl RecordRules for Looks {
    fn look(&self, record: &str, _event: &Event) -> Option<Box<Matches>> {
        assert!(record.trim_start().starts_with('{'), "rules see whole records: {record:?}");
        Some(Box::default())
    }

    fn correlations(&self) -> Option<Box<dyn Correlations>> {
        None
    }
}
