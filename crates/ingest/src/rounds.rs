//! Reads a source round by round, in the order of event time.
//!
//! Every object has a bound below which it holds nothing: two hours before its delivery, or what
//! measuring found. Objects are read by bound; the bound of the next one is the watermark, and what
//! lies below it is handed over. So the events come in the order of (time, id), whatever the order
//! of the arguments, the names, the sizes and the number of threads.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cloudtrail::{Event, RecordRules, Time};
use rayon::prelude::*;

use crate::books::{Books, Progress};
use crate::lane::{Lane, Waiting};
use crate::plan::{self, Large, Outcome, Planned};
use crate::problem::Problems;
use crate::read::{self, Choice, Entry, Segment, Workers, unreadable};
use crate::stream::{Piece, Stream};
use crate::{FileProblem, LANES, Listing, Object, Reason, Source};

/// An iterator over the rounds of a run; the last one has the watermark [`Time::MAX`]. Dropping it
/// early ends the run.
pub struct Rounds<'a> {
    source: &'a dyn Source,
    choice: Choice<'a>,
    progress: Box<dyn Fn(Progress) + Send + Sync + 'a>,
    since: Option<Time>,
    limits: Limits,
    /// Objects not planned yet.
    found: Vec<Object>,
    queue: VecDeque<Planned>,
    streams: Vec<Stream>,
    workers: Workers,
    lanes: Vec<Waiting>,
    watermark: Time,
    state: State,
    books: Books,
    problems: Problems,
    gauge: Gauge,
}

/// What one round hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Everything before this moment has been handed over, now or earlier.
    pub watermark: Time,
    /// [`LANES`] lanes; the route function's number is the index.
    pub lanes: Vec<Lane>,
}

/// How much is read at a time. The defaults suit a laptop; the results do not depend on them as
/// long as no record is late.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Objects of more text than this are measured first and read in pieces, in bytes.
    pub whole_text: u64,
    /// Text of the objects that are decoded between two looks at the watermark, in bytes.
    pub round_text: u64,
    /// Number of objects that are decoded between two looks at the watermark.
    pub round_objects: usize,
    /// Events in one piece of a large object.
    pub piece: usize,
    /// Large objects that are open at the same time, one thread each. Where more than that overlap
    /// in time, the further ones are held in memory.
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            whole_text: 64 << 20,
            round_text: 16 << 20,
            round_objects: 4_096,
            piece: 4_096,
            streams: 64,
        }
    }
}

/// The text that a record of a piece is taken to have, in bytes.
const USUAL_RECORD: u64 = 1_500;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Reading,
    Finished,
}

#[derive(Default)]
struct Gauge {
    bytes: AtomicU64,
    total: AtomicU64,
    records: AtomicU64,
}

impl Gauge {
    fn add(&self, bytes: u64, records: u64, tell: &(dyn Fn(Progress) + Sync)) {
        tell(Progress {
            bytes: self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes,
            total_bytes: self.total.load(Ordering::Relaxed),
            records: self.records.fetch_add(records, Ordering::Relaxed) + records,
        });
    }
}

impl<'a> Rounds<'a> {
    /// Rounds over what was found in a source. `route` tells which lane an event belongs to; events
    /// that must be seen in order by the same reader need the same lane.
    pub fn new(
        source: &'a dyn Source,
        listing: Listing,
        route: impl Fn(&Event) -> u8 + Send + Sync + 'a,
    ) -> Self {
        let mut problems = Problems::default();
        let unread = listing.problems.len() as u64;
        problems.extend(listing.problems);
        let waiting = listing.objects.len() as u64;
        let books = Books {
            found: waiting + listing.digests + listing.insights + listing.aggregates + unread,
            digests: listing.digests,
            insights: listing.insights,
            aggregates: listing.aggregates,
            unread,
            waiting,
            ..Books::default()
        };
        Self {
            source,
            choice: Choice { route: Box::new(route), keep: Box::new(|_| true), rules: None },
            progress: Box::new(|_| ()),
            since: None,
            limits: Limits::default(),
            found: listing.objects,
            queue: VecDeque::new(),
            streams: Vec::new(),
            workers: Workers::default(),
            lanes: std::iter::repeat_with(Waiting::default).take(LANES).collect(),
            watermark: Time::MIN,
            state: State::Fresh,
            books,
            problems,
            gauge: Gauge::default(),
        }
    }

    /// Only events for which `keep` holds are handed over; the others count as skipped.
    #[must_use]
    pub fn keep(mut self, keep: impl Fn(&Event) -> bool + Send + Sync + 'a) -> Self {
        self.choice.keep = Box::new(keep);
        self
    }

    /// Every record is shown to these rules while it is decoded.
    #[must_use]
    pub fn rules(mut self, rules: Option<Arc<dyn RecordRules>>) -> Self {
        self.choice.rules = rules;
        self
    }

    /// Leaves out objects that hold nothing from `since` on. Earlier events of the objects that are
    /// read are for [`Rounds::keep`] to sort out.
    #[must_use]
    pub fn since(mut self, since: Time) -> Self {
        self.since = Some(since);
        self
    }

    /// Tells how far the run is, often, from several threads and not always in order.
    #[must_use]
    pub fn progress(mut self, progress: impl Fn(Progress) + Send + Sync + 'a) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// Reads in other portions than the usual ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The books so far.
    pub fn books(&self) -> Books {
        self.books
    }

    /// What could not be read so far, in the order of reading, and how many further problems were
    /// not listed.
    pub fn problems(&self) -> (&[FileProblem], u64) {
        (&self.problems.list, self.problems.further)
    }

    /// Events that are in memory because the watermark has not passed them.
    pub fn held(&self) -> usize {
        self.lanes.iter().map(Waiting::len).sum()
    }

    /// Puts the objects in order; measures those that need it.
    fn plan(&mut self) {
        let found = std::mem::take(&mut self.found);
        let measured = found.iter().filter(|object| plan::needs_measuring(object, &self.limits));
        let total = found.iter().chain(measured).map(|object| object.size).sum();
        self.gauge.total.store(total, Ordering::Relaxed);
        let tell = |bytes| self.gauge.add(bytes, 0, &*self.progress);
        let mut planned = Vec::with_capacity(found.len());
        for outcome in plan::plan(self.source, found, self.since, &self.limits, &tell) {
            self.books.waiting -= 1;
            match outcome {
                Outcome::Read(object) => {
                    self.books.waiting += 1;
                    if matches!(object.large, Some(Large::Unordered)) {
                        let path = object.object.path.clone();
                        self.problems.add(FileProblem { path, offset: None, reason: Reason::Held });
                    }
                    planned.push(object);
                }
                Outcome::LeftOut => self.books.left_out += 1,
                Outcome::Foreign(problem) => {
                    self.books.foreign += 1;
                    self.problems.add(problem);
                }
                Outcome::Unread(problem) => {
                    self.books.unread += 1;
                    self.problems.add(problem);
                }
            }
        }
        planned.sort_by(Planned::order);
        self.queue = planned.into();
    }

    /// Reads what comes next, up to the limits.
    fn read(&mut self) {
        let mut budget = self.limits.round_text;
        let mut batch = Vec::new();
        while budget > 0 && batch.len() < self.limits.round_objects {
            let streams = self.streams.iter().enumerate();
            let earliest = streams.min_by_key(|(_, stream)| (stream.bound, &stream.object.path));
            let earliest = earliest.map(|(index, stream)| (index, stream.bound));
            let next = self.queue.front().map(|planned| planned.bound);
            match earliest {
                Some((index, bound)) if next.is_none_or(|next| bound <= next) => {
                    let events = self.advance(index);
                    budget = budget.saturating_sub(USUAL_RECORD * events.max(1));
                }
                _ => {
                    let Some(planned) = self.queue.pop_front() else { break };
                    if let Some(planned) = self.open_large(planned) {
                        budget = budget.saturating_sub(planned.text.max(1));
                        batch.push(planned);
                    }
                }
            }
        }
        let done = |entry: &Entry| {
            if let Entry::Read { size, report, .. } = entry {
                self.gauge.add(*size, report.read, &*self.progress);
            }
        };
        for segment in read::read(self.source, &batch, &self.choice, &self.workers, &done) {
            self.take_in(segment);
        }
        tracing::debug!(objects = batch.len(), held = self.held(), books = ?self.books, "read");
    }

    /// Opens an object if it is to be read in pieces; gives it back if it is to be read as a whole.
    fn open_large(&mut self, planned: Planned) -> Option<Planned> {
        let Some(large) = planned.large else { return Some(planned) };
        if self.streams.len() >= self.limits.streams {
            if matches!(large, Large::Ordered(_)) {
                let path = planned.object.path.clone();
                self.problems.add(FileProblem { path, offset: None, reason: Reason::Held });
            }
            return Some(planned);
        }
        match self.source.open(&planned.object) {
            Ok(reader) => {
                let rules = self.choice.rules.clone();
                match Stream::begin(planned, large, reader, self.limits.piece, rules) {
                    Ok(stream) => {
                        self.streams.push(stream);
                        None
                    }
                    Err(planned) => Some(planned),
                }
            }
            Err(error) => {
                self.books.waiting -= 1;
                self.books.unread += 1;
                self.problems.add(unreadable(&planned.object.path, &error));
                None
            }
        }
    }

    /// Takes the next piece of a large object and tells how many events it had.
    fn advance(&mut self, index: usize) -> u64 {
        let stream = &mut self.streams[index];
        let piece = stream.next();
        let bytes = stream.bytes_since();
        match piece {
            Some(Piece::Events(events)) => {
                let count = events.len() as u64;
                let mut segment = Segment::new();
                let wanted = events.into_iter().map(|event| segment.add(event, &self.choice));
                let unwanted = wanted.filter(|wanted| !wanted).count() as u64;
                stream.unwanted += unwanted;
                self.books.read += count;
                self.books.accepted += count - unwanted;
                self.books.skipped += unwanted;
                self.gauge.add(bytes, count, &*self.progress);
                self.take_in(segment);
                count
            }
            Some(Piece::End(mut report)) => {
                let stream = self.streams.swap_remove(index);
                self.gauge.add(bytes, report.read - stream.taken, &*self.progress);
                // What was handed over piece by piece is in the books already.
                report.read -= stream.taken;
                report.accepted -= stream.taken;
                let entry = Entry::read(&stream.object, stream.object.size, report, 0);
                self.enter(entry);
                0
            }
            None => {
                let stream = self.streams.swap_remove(index);
                self.books.waiting -= 1;
                self.books.files += 1;
                let path = stream.object.path.clone();
                self.problems.add(FileProblem { path, offset: None, reason: Reason::Stopped });
                0
            }
        }
    }

    fn take_in(&mut self, segment: Segment) {
        for (lane, events) in self.lanes.iter_mut().zip(segment.lanes) {
            lane.add(events);
        }
        for entry in segment.entries {
            self.enter(entry);
        }
    }

    fn enter(&mut self, entry: Entry) {
        match entry {
            Entry::Read { size, report, unwanted, problems } => {
                self.books.enter(&report, size, unwanted);
                self.problems.extend(problems);
            }
            Entry::Unread(problem) => {
                self.books.waiting -= 1;
                self.books.unread += 1;
                self.problems.add(problem);
            }
        }
    }

    /// No record that is still to come is earlier.
    fn bound(&self) -> Time {
        let streams = self.streams.iter().map(|stream| stream.bound);
        let next = self.queue.front().map(|planned| planned.bound);
        streams.chain(next).min().unwrap_or(Time::MAX)
    }

    fn release(&mut self, watermark: Time) -> Round {
        let last = std::mem::replace(&mut self.watermark, watermark);
        let released: Vec<(Lane, u64)> =
            self.lanes.par_iter_mut().map(|lane| lane.release(last, watermark)).collect();
        let mut lanes = Vec::with_capacity(LANES);
        for (lane, repeats) in released {
            self.books.accepted -= repeats;
            self.books.duplicate += repeats;
            self.books.late += lane.late.len() as u64;
            lanes.push(lane);
        }
        Round { watermark, lanes }
    }
}

impl Iterator for Rounds<'_> {
    type Item = Round;

    fn next(&mut self) -> Option<Round> {
        match self.state {
            State::Fresh => self.plan(),
            State::Reading => {}
            State::Finished => return None,
        }
        self.state = State::Reading;
        loop {
            self.read();
            let watermark = self.bound();
            if watermark == Time::MAX {
                self.state = State::Finished;
            }
            if watermark > self.watermark {
                return Some(self.release(watermark));
            }
        }
    }
}

impl std::fmt::Debug for Rounds<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Rounds")
            .field("watermark", &self.watermark)
            .field("books", &self.books)
            .finish_non_exhaustive()
    }
}
