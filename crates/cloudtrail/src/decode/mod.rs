//! Bytes of one object, in any dialect, become events.
//!
//! Two ways through the same records: the *fast* one reads a whole `{"Records":[…]}` text in a
//! single typed pass; the *scanner* finds the records one by one in bounded memory, in any form and
//! around any damage. Whatever the fast way cannot finish, the scanner reads again.

pub(crate) mod cursor;
mod fast;
mod inflate;
mod object;
mod scan;
pub(crate) mod typed;

use std::io::Read;
use std::sync::Arc;

use crate::record::Shared;
use crate::{Event, Problem, ProblemKind, RecordRules};

use inflate::{Gunzip, Whole};
use object::Reading;

/// What was found in one object. `read` is always `accepted + skipped + malformed`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Records met.
    pub read: u64,
    /// Records that became events.
    pub accepted: u64,
    /// Insight records: recognised, derived from other records, skipped.
    pub skipped: u64,
    /// Records that could not be read.
    pub malformed: u64,
    /// Whether this is a digest file: it holds hashes of other files, no records.
    pub digest: bool,
    /// Whether anything of CloudTrail was recognised, an empty list of records included.
    pub recognised: bool,
    /// Bytes of text, after decompression.
    pub bytes: u64,
    /// What could not be read; at most [`Report::MOST_PROBLEMS`] are kept one by one.
    pub problems: Vec<Problem>,
    /// How many further problems there were.
    pub further_problems: u64,
}

impl Report {
    /// So many problems of one object are kept; the rest are counted.
    pub const MOST_PROBLEMS: usize = 20;

    pub(crate) fn problem(&mut self, offset: u64, kind: ProblemKind) {
        if self.problems.len() < Self::MOST_PROBLEMS {
            self.problems.push(Problem { offset, kind });
        } else {
            self.further_problems += 1;
        }
    }
}

/// Decodes objects one after another and keeps what they share: buffers, callers, clients.
#[derive(Default)]
pub struct Decoder {
    shared: Shared,
    inflate: inflate::Inflate,
}

/// Decodes one object with a decoder of its own. See [`Decoder::decode`].
pub fn decode(bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Report {
    Decoder::default().decode(bytes, sink)
}

impl Decoder {
    /// A decoder that shows every record to rules before its text is gone.
    pub fn with_rules(rules: Option<Arc<dyn RecordRules>>) -> Self {
        Self { shared: Shared::with_rules(rules), ..Self::default() }
    }

    /// Lets every event carry its record as it stood, for whoever stores records.
    #[must_use]
    pub fn keep_records(mut self, keep: bool) -> Self {
        self.shared.keeps_records = keep;
        self
    }

    /// Decodes an object that is in memory, gzip or plain. Every record that can be read goes to
    /// the sink in the order of the text; what cannot is in the report.
    pub fn decode(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Report {
        if !inflate::is_gzip(bytes) {
            return decode_text(&mut self.shared, bytes, sink);
        }
        match self.inflate.whole(bytes) {
            Whole::Text(text) => decode_text(&mut self.shared, text, sink),
            Whole::NeedsStreaming => scan_gzip(&mut self.shared, bytes, sink),
        }
    }

    /// Decodes an object of any size from a reader, gzip or plain, in bounded memory.
    pub fn decode_stream(&mut self, mut reader: impl Read, sink: &mut dyn FnMut(Event)) -> Report {
        let mut head = [0; 2];
        let mut filled = 0;
        while filled < head.len() {
            match reader.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let mut report = Report::default();
                    report.problem(0, ProblemKind::Unreadable(error.to_string()));
                    return report;
                }
            }
        }
        let whole = head[..filled].chain(reader);
        if inflate::is_gzip(&head[..filled]) {
            scan_gzip(&mut self.shared, whole, sink)
        } else {
            scan_reader(&mut self.shared, whole, sink, 0)
        }
    }
}

fn decode_text(shared: &mut Shared, bytes: &[u8], sink: &mut dyn FnMut(Event)) -> Report {
    let mut finished = 0;
    if fast::fits(bytes)
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        match fast::records(text, shared, sink) {
            Ok(report) => return report,
            Err(stopped) => finished = stopped.finished,
        }
    }
    scan_reader(shared, bytes, sink, finished)
}

fn scan_gzip(shared: &mut Shared, reader: impl Read, sink: &mut dyn FnMut(Event)) -> Report {
    scan_reader(shared, Gunzip::new(reader), sink, 0)
}

/// Scans a text. The first `finished` records have been handed to the sink already.
fn scan_reader(
    shared: &mut Shared,
    reader: impl Read,
    sink: &mut dyn FnMut(Event),
    finished: u64,
) -> Report {
    let mut reading = Reading::new(shared, sink, finished);
    scan::scan(reader, &mut reading);
    let looks_like_cloudtrail = reading.looks_like_cloudtrail;
    let mut report = reading.report;
    if !report.recognised && !looks_like_cloudtrail && report.bytes > 0 {
        // Pieces of a picture or of somebody's program are no malformed records.
        let is_of_source = |problem: &Problem| !problem.kind.is_of_record();
        let problems = report.problems.into_iter().filter(is_of_source).collect();
        report = Report { bytes: report.bytes, problems, ..Report::default() };
        report.problem(0, ProblemKind::Foreign);
    }
    report
}

#[cfg(test)]
mod tests;
