//! One JSON object: a record, an envelope around records, or something foreign.

use std::borrow::Cow;

use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Report;
use super::cursor::Cursor;
use crate::health;
use crate::identities::Identities;
use crate::record::{Outgoing, Record, Shared};
use crate::surrogate::mended;
use crate::text::Text;
use crate::{Event, ProblemKind};

/// Reads objects into a report and a sink.
pub(super) struct Reading<'s> {
    shared: &'s mut Shared,
    sink: &'s mut dyn FnMut(Event),
    /// So many records were handed to the sink by an earlier pass over the same text.
    finished: u64,
    pub(super) report: Report,
    /// Whether a broken object had the marks of a record.
    pub(super) looks_like_cloudtrail: bool,
}

/// The object is no JSON: its text may hold the beginnings of others.
pub(super) struct Broken;

/// Envelopes inside envelopes are opened this deep: a queue message with a notification with an
/// event is three.
const DEEPEST: u8 = 5;

impl<'s> Reading<'s> {
    pub(super) fn new(
        shared: &'s mut Shared,
        sink: &'s mut dyn FnMut(Event),
        finished: u64,
    ) -> Self {
        Self { shared, sink, finished, report: Report::default(), looks_like_cloudtrail: false }
    }

    /// The callers that were met lately.
    pub(super) fn known(&self) -> &Identities {
        &self.shared.identities
    }

    /// A typed record that begins at `offset`, and its text for those who have rules.
    pub(super) fn record(&mut self, record: &Record<'_>, text: &str, offset: u64) {
        self.report.read += 1;
        self.report.recognised = true;
        match record.outgoing(self.shared) {
            Outgoing::Event(mut event) => {
                self.report.accepted += 1;
                if self.report.read > self.finished {
                    if let Some(rules) = &self.shared.rules {
                        event.matches = rules.look(&mended(text), &event);
                    }
                    if self.shared.keeps_records {
                        event.record = Some(text.into());
                    }
                    (self.sink)(event);
                }
            }
            Outgoing::Insight => self.report.skipped += 1,
            Outgoing::Malformed(kind) => {
                self.report.malformed += 1;
                self.report.problem(offset, kind);
            }
        }
    }

    /// The bytes of one object that begins at `offset`.
    pub(super) fn object(&mut self, bytes: &[u8], offset: u64) -> Result<(), Broken> {
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, Cow::Owned(_)) {
            self.report.problem(offset, ProblemKind::NotUtf8);
        }
        self.text(&text, offset, 0)
    }

    fn text(&mut self, text: &str, offset: u64, depth: u8) -> Result<(), Broken> {
        match self.parsed(text) {
            Ok(record) if record.is_empty() => {
                self.envelope(text, offset, depth);
                Ok(())
            }
            Ok(record) => {
                self.record(&record, text, offset);
                Ok(())
            }
            Err(error) => {
                if let Cow::Owned(mended) = mended(text) {
                    self.report.problem(offset, ProblemKind::NotUtf8);
                    return self.text(&mended, offset, depth);
                }
                self.broken(text.as_bytes(), offset, ProblemKind::BrokenJson(reason(&error)));
                Err(Broken)
            }
        }
    }

    /// An object as a record, by the general parser if it is unusual.
    fn parsed<'a>(&self, text: &'a str) -> serde_json::Result<Record<'a>> {
        let mut cursor = Cursor::new(text);
        match Record::read(&mut cursor, self.known()) {
            Some(record) if cursor.is_at_end() => Ok(record),
            _ => serde_json::from_str(text),
        }
    }

    /// A record that could not be read. `bytes` is what there is of it.
    pub(super) fn broken(&mut self, bytes: &[u8], offset: u64, kind: ProblemKind) {
        let mark = |mark: &[u8]| memmem::find(bytes, mark).is_some();
        self.looks_like_cloudtrail |= mark(b"\"eventTime") || mark(b"\"eventVersion");
        self.malformed(offset, kind);
    }

    fn malformed(&mut self, offset: u64, kind: ProblemKind) {
        self.report.read += 1;
        self.report.malformed += 1;
        self.report.problem(offset, kind);
    }

    /// An object that is no record: what it holds is read; one that holds nothing is named.
    fn envelope(&mut self, text: &str, offset: u64, depth: u8) {
        let before = self.report.read;
        let recognised = std::mem::take(&mut self.report.recognised);
        self.open(text, offset, depth);
        if self.report.read == before && !self.report.recognised {
            self.malformed(offset, ProblemKind::NotARecord);
        }
        self.report.recognised |= recognised;
    }

    fn open(&mut self, text: &str, offset: u64, depth: u8) {
        let text = mended(text);
        let text = &*text;
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else { return };
        if envelope.log_files.is_some() && envelope.digest_start.some().is_some() {
            self.report.digest = true;
            self.report.recognised = true;
        }
        if depth >= DEEPEST {
            return;
        }
        if envelope.is_of_health() {
            self.health(text, offset, depth);
            return;
        }
        for raw in envelope.objects() {
            self.value(raw.get(), offset, depth + 1);
        }
        for text in envelope.texts() {
            if text.trim_start().starts_with(['{', '[']) {
                self.value(text, offset, depth + 1);
            }
        }
    }

    /// What AWS Health tells of a credential becomes a record; its other news is skipped.
    fn health(&mut self, text: &str, offset: u64, depth: u8) {
        self.report.recognised = true;
        for told in health::records(text) {
            if let Some(record) = told {
                // A record made here is no broken JSON.
                let _ = self.text(&record, offset, depth + 1);
            } else {
                self.report.read += 1;
                self.report.skipped += 1;
            }
        }
    }

    /// An object, or a list of objects, inside an envelope.
    fn value(&mut self, text: &str, offset: u64, depth: u8) {
        let text = text.trim_start();
        if text.starts_with('{') {
            // A broken inner text is one malformed record; there is nothing to search in it.
            let _ = self.text(text, offset, depth);
        } else if text.starts_with('[') {
            match serde_json::from_str::<Vec<&RawValue>>(text) {
                Ok(list) => {
                    self.report.recognised |= list.is_empty();
                    for raw in list {
                        self.value(raw.get(), offset, depth);
                    }
                }
                Err(error) => self.malformed(offset, ProblemKind::BrokenJson(reason(&error))),
            }
        }
    }
}

/// What is wrong with a text, without the position inside the record, which would mislead.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Everything that CloudTrail records are met in: files, LookupEvents output, EventBridge, queue
/// and notification messages, exports of Splunk and Elastic. Beside the records may lie what AWS
/// Health tells.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope<'a> {
    #[serde(borrow, rename = "Records")]
    records: Option<&'a RawValue>,
    #[serde(borrow, rename = "Events")]
    events: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow, rename = "_source")]
    source: Option<&'a RawValue>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow, rename = "CloudTrailEvent")]
    cloudtrail_event: Text<'a>,
    #[serde(borrow, rename = "_raw")]
    raw: Text<'a>,
    #[serde(borrow)]
    original: Text<'a>,
    #[serde(borrow, rename = "Message")]
    message: Text<'a>,
    #[serde(borrow, rename = "message")]
    log_message: Text<'a>,
    #[serde(borrow, rename = "logFiles")]
    log_files: Option<&'a RawValue>,
    #[serde(borrow, rename = "digestStartTime")]
    digest_start: Text<'a>,
    #[serde(borrow, rename = "source")]
    sender: Text<'a>,
    #[serde(borrow, rename = "successfulSet")]
    health_details: Option<&'a RawValue>,
    #[serde(borrow, rename = "entities")]
    health_entities: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    fn objects(&self) -> impl Iterator<Item = &'a RawValue> {
        [self.records, self.events, self.detail, self.result, self.source, self.event]
            .into_iter()
            .flatten()
    }

    /// Whether it is a notification of AWS Health, or an answer of its API. The entities of other
    /// services do not name the ARN of a Health event.
    fn is_of_health(&self) -> bool {
        let names_event =
            |raw: &RawValue| memmem::find(raw.get().as_bytes(), b":health:").is_some();
        &*self.sender == "aws.health"
            || self.health_details.is_some_and(names_event)
            || self.health_entities.is_some_and(names_event)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        // Elastic repeats the same record as `message` and `event.original`; the first wins there
        // because repeats are dropped by their id.
        [&self.cloudtrail_event, &self.raw, &self.original, &self.message, &self.log_message]
            .into_iter()
            .filter_map(|text| text.some())
    }
}
