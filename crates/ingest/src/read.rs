//! Reads and decodes the objects of a round, many at a time.

use std::io::{ErrorKind, Read};
use std::sync::{Arc, Mutex};

use cloudtrail::decode::{Decoder, Report};
use cloudtrail::{Event, Problem, ProblemKind, RecordRules, Time};
use rayon::prelude::*;

use crate::lane::Arrivals;
use crate::plan::Planned;
use crate::problem::of_report;
use crate::{FileProblem, LANES, Object, Reason, Source};

/// What the caller wants done with each event.
pub(crate) struct Choice<'a> {
    /// Which lane it belongs to.
    pub(crate) route: Box<dyn Fn(&Event) -> u8 + Send + Sync + 'a>,
    /// Whether it is wanted.
    pub(crate) keep: Box<dyn Fn(&Event) -> bool + Send + Sync + 'a>,
    /// Rules that see every record.
    pub(crate) rules: Option<Arc<dyn RecordRules>>,
    /// Whether events carry their records.
    pub(crate) keep_records: bool,
}

impl Choice<'_> {
    /// A decoder that gives what is wanted.
    pub(crate) fn decoder(&self) -> Decoder {
        Decoder::with_rules(self.rules.clone()).keep_records(self.keep_records)
    }
}

/// The text that a record is taken to have, in bytes.
pub(crate) const USUAL_RECORD: u64 = 1_500;

/// Decoders and buffers, one for each thread that reads; they last from round to round, since a
/// decoder remembers the callers it has met.
#[derive(Default)]
pub(crate) struct Workers {
    idle: Mutex<Vec<Worker>>,
}

struct Worker {
    decoder: Decoder,
    bytes: Vec<u8>,
}

/// What a few neighbouring objects held.
#[derive(Default)]
pub(crate) struct Segment {
    /// Their events, in the order of objects and of their texts.
    events: Vec<Box<Event>>,
    /// The lane of each event.
    lanes: Vec<u8>,
    pub(crate) entries: Vec<Entry>,
}

/// What became of one object.
pub(crate) enum Entry {
    /// It was read; so many of its events were not wanted.
    Read {
        object: Object,
        /// It holds nothing before the first of these moments and nothing after the second.
        span: (Time, Time),
        report: Report,
        unwanted: u64,
        problems: Vec<FileProblem>,
    },
    /// It could not be opened.
    Unread(FileProblem),
}

impl Segment {
    /// Makes room for the events of a text of so many bytes, unless it is very long.
    fn reserve(&mut self, text: u64) {
        const MOST: u64 = 16_384;
        let events = (text / USUAL_RECORD).min(MOST) as usize;
        self.events.reserve(events);
        self.lanes.reserve(events);
    }

    /// Adds an event, if it is wanted.
    pub(crate) fn add(&mut self, event: Event, choice: &Choice<'_>) -> bool {
        let wanted = (choice.keep)(&event);
        if wanted {
            self.lanes.push((choice.route)(&event));
            self.events.push(Box::new(event));
        }
        wanted
    }

    /// The events of each lane, in their order, in no more memory than they need.
    pub(crate) fn by_lane(self) -> (Vec<Arrivals>, Vec<Entry>) {
        let mut counts = [0; LANES];
        for lane in &self.lanes {
            counts[usize::from(*lane)] += 1;
        }
        let mut lanes: Vec<Arrivals> = counts.into_iter().map(Arrivals::with_capacity).collect();
        for (event, lane) in self.events.into_iter().zip(self.lanes) {
            lanes[usize::from(lane)].push(event);
        }
        (lanes, self.entries)
    }
}

/// Reads objects in parallel. The segments are in the order of the objects, however many threads
/// there are.
pub(crate) fn read(
    source: &dyn Source,
    batch: &[Planned],
    choice: &Choice<'_>,
    workers: &Workers,
    done: &(dyn Fn(&Entry) + Sync),
) -> Vec<(Vec<Arrivals>, Vec<Entry>)> {
    batch
        .par_iter()
        .fold(Segment::default, |mut segment, planned| {
            let idle = workers.idle.lock().ok().and_then(|mut idle| idle.pop());
            let mut worker =
                idle.unwrap_or_else(|| Worker { decoder: choice.decoder(), bytes: Vec::new() });
            let entry = worker.read(source, planned, choice, &mut segment);
            if let Ok(mut idle) = workers.idle.lock() {
                idle.push(worker);
            }
            done(&entry);
            segment.entries.push(entry);
            segment
        })
        .map(Segment::by_lane)
        .collect()
}

impl Worker {
    fn read(
        &mut self,
        source: &dyn Source,
        planned: &Planned,
        choice: &Choice<'_>,
        segment: &mut Segment,
    ) -> Entry {
        let Object { path, .. } = &planned.object;
        let mut reader = match source.open(&planned.object) {
            Ok(reader) => reader,
            Err(error) => return Entry::Unread(unreadable(path, &error)),
        };
        segment.reserve(planned.text);
        let mut unwanted = 0;
        let mut latest = Time::MIN;
        let mut sink = |event: Event| {
            latest = latest.max(event.time);
            if planned.from.is_none_or(|from| event.time >= from) {
                unwanted += u64::from(!segment.add(event, choice));
            }
        };
        let report = if planned.disorder.is_some() {
            self.decoder.decode_stream(reader, &mut sink)
        } else {
            self.bytes.clear();
            let read = reader.read_to_end(&mut self.bytes);
            if let Err(error) = &read
                && (self.bytes.is_empty() || error.kind() == ErrorKind::IsADirectory)
            {
                return Entry::Unread(unreadable(path, error));
            }
            let mut report = self.decoder.decode(&self.bytes, &mut sink);
            if let Err(error) = read {
                let kind = ProblemKind::Unreadable(error.to_string());
                report.problems.push(Problem { offset: report.bytes, kind });
            }
            report
        };
        Entry::read(&planned.object, (planned.bound, latest), report, unwanted)
    }
}

impl Entry {
    /// The entry of an object that was read to its end, or as far as it could be.
    pub(crate) fn read(
        object: &Object,
        span: (Time, Time),
        mut report: Report,
        unwanted: u64,
    ) -> Self {
        let mut problems = Vec::new();
        if report.bytes == 0 && report.read == 0 && report.problems.is_empty() {
            let reason = Reason::Empty;
            problems.push(FileProblem { path: object.path.clone(), offset: None, reason });
        } else {
            let found = std::mem::take(&mut report.problems);
            let further_problems = std::mem::take(&mut report.further_problems);
            let found = Report { problems: found, further_problems, ..Report::default() };
            problems.extend(of_report(&object.path, found));
        }
        Self::Read { object: object.clone(), span, report, unwanted, problems }
    }
}

pub(crate) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> FileProblem {
    let reason = Reason::Unreadable(error.to_string());
    FileProblem { path: path.to_path_buf(), offset: None, reason }
}
