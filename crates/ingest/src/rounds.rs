//! Reads a source round by round, in the order of event time.
//!
//! Every object has a bound below which it holds nothing: two hours before its delivery, or what
//! measuring found. Objects are read by bound; the bound of the next one is the watermark, and what
//! lies below it is handed over. What lies above waits, in memory and then on disk. So the events
//! come in the order of (time, id), whatever the order of the arguments, the names, the sizes, the
//! way the records are cut into files, and the number of threads. A bound that turns out to be
//! wrong ends the reading; see [`Trust`].

use std::collections::VecDeque;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cloudtrail::decode::Report;
use cloudtrail::{Event, RecordRules, Time};
use rayon::prelude::*;

use crate::books::{Books, Progress};
use crate::lane::{Arrivals, Lane, Waiting};
use crate::plan::{self, Aim, Outcome, Planned};
use crate::position::{Known, Position};
use crate::problem::Problems;
use crate::read::{self, Choice, Entry, Segment, USUAL_RECORD, Workers, unreadable};
use crate::spill::Spill;
use crate::stream::{Piece, Stream};
use crate::{Error, FileProblem, LANES, Limits, Listing, Object, Reason, Source, Trust};

/// An iterator over the rounds of a run; the last one has the watermark [`Time::MAX`]. Nothing
/// comes after an error. Dropping it early ends the run.
pub struct Rounds<'a> {
    source: &'a dyn Source,
    choice: Choice<'a>,
    progress: Box<dyn Fn(Progress) + Send + Sync + 'a>,
    since: Option<Time>,
    trust: Trust,
    limits: Limits,
    /// Objects not planned yet.
    found: Vec<Object>,
    queue: VecDeque<Planned>,
    streams: Vec<Stream>,
    workers: Workers,
    lanes: Vec<Waiting>,
    spill: Spill,
    watermark: Time,
    /// What lies before this moment is late and no error.
    after: Time,
    state: State,
    /// What was read in this run and earlier ones, if anybody asks.
    position: Position,
    /// Before the end of time, everything up to so many hours before the newest event.
    pause: Option<i64>,
    newest: Time,
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

impl Round {
    /// All its events, lane by lane; what is late comes first in each.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        let boxed = self.lanes.iter().flat_map(|lane| lane.late.iter().chain(&lane.events));
        boxed.map(AsRef::as_ref)
    }
}

/// So many objects are announced beyond those that are read at once.
const ANNOUNCED: usize = 512;

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
            choice: Choice {
                route: Box::new(route),
                keep: Box::new(|_| true),
                rules: None,
                keep_records: false,
            },
            progress: Box::new(|_| ()),
            since: None,
            trust: Trust::default(),
            limits: Limits::default(),
            found: listing.objects,
            queue: VecDeque::new(),
            streams: Vec::new(),
            workers: Workers::default(),
            lanes: std::iter::repeat_with(Waiting::default).take(LANES).collect(),
            spill: Spill::new(&std::env::temp_dir(), Limits::default().runs),
            watermark: Time::MIN,
            after: Time::MIN,
            state: State::Fresh,
            position: Position::default(),
            pause: None,
            newest: Time::MIN,
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

    /// Lets every event carry its record as it stood.
    #[must_use]
    pub fn keep_records(mut self, keep: bool) -> Self {
        self.choice.keep_records = keep;
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

    /// Believes less, or more, than the names of the objects.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Goes on after a moment up to which everything was handed over in an earlier run: what
    /// happened before it is handed over as late.
    #[must_use]
    pub fn after(mut self, moment: Time) -> Self {
        self.after = moment;
        self.watermark = moment;
        self
    }

    /// Reads in other portions than the usual ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.spill.most_runs(limits.runs);
        self.limits = limits;
        self
    }

    /// Sorts in this folder what memory does not hold; in the system's folder for temporary files
    /// unless told.
    #[must_use]
    pub fn temporary(mut self, folder: &Path) -> Self {
        self.spill = Spill::new(folder, self.limits.runs);
        self
    }

    /// Everything before this moment has been handed over, now or in an earlier run.
    pub fn watermark(&self) -> Time {
        self.watermark
    }

    /// Pauses with everything handed over that lies so many hours before the newest event, which
    /// makes a position from which a later run can go on.
    #[must_use]
    pub fn pause(mut self, hours: i64) -> Self {
        self.pause = Some(hours);
        self
    }

    /// Goes on from the position of an earlier run: what it has read is read again only as far as
    /// it was not handed over. `None` if that cannot give what a run over everything gives, because
    /// something that lies before the position is new, has changed or is gone.
    #[must_use]
    pub fn resume(mut self, position: Position) -> Option<Self> {
        let watermark = position.watermark;
        let mut there = Vec::new();
        let found = std::mem::take(&mut self.found);
        for object in found {
            match position.of(&object, self.source) {
                Some(known) if known.latest < watermark => {
                    self.books.waiting -= 1;
                    self.books.files += 1;
                    self.books.read += known.read;
                    self.books.accepted += known.accepted;
                    self.books.skipped += known.skipped;
                    self.books.bytes_packed += known.size;
                    self.books.bytes_text += known.text;
                    self.books.date(object.delivered, known.latest);
                    there.push(object.path);
                }
                _ => self.found.push(object),
            }
        }
        self.plan();
        self.state = State::Reading;
        for planned in &mut self.queue {
            match position.of(&planned.object, self.source) {
                Some(known) => {
                    planned.bound = planned.bound.max(known.bound).max(watermark);
                    planned.from = Some(watermark);
                    there.push(planned.object.path.clone());
                }
                None if planned.bound < watermark => return None,
                None => {}
            }
        }
        self.queue.make_contiguous().sort_by(Planned::order);
        let stands = position.stands_on(&there);
        let known = |path: &PathBuf| position.known.get_key_value(path.to_str()?);
        let newest = there.iter().filter_map(known).map(|(_, known)| known.latest);
        self.newest = newest.filter(|time| *time < Time::MAX).max().unwrap_or(Time::MIN);
        self.watermark = watermark;
        self.position = position;
        stands.then_some(self)
    }

    /// Whether nothing is left to be read, only to be handed over.
    pub fn has_read_all(&self) -> bool {
        self.queue.is_empty() && self.streams.is_empty()
    }

    /// Where a later run can go on: as of the last round.
    pub fn position(&self) -> Position {
        let books = self.books();
        let (watermark, known) = (self.watermark, self.position.known.clone());
        Position { watermark, known, duplicate: books.duplicate, late: books.late }
    }

    /// The books so far.
    pub fn books(&self) -> Books {
        let Position { duplicate, late, .. } = self.position;
        let accepted = self.books.accepted.saturating_sub(duplicate);
        let duplicate = self.books.duplicate + duplicate;
        Books { accepted, duplicate, late: self.books.late + late, ..self.books }
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
        let aim = Aim { since: self.since, limits: &self.limits, trust: self.trust };
        let measured = found.iter().filter(|object| aim.measures(object));
        let total = found.iter().chain(measured).map(|object| object.size).sum();
        self.gauge.total.store(total, Ordering::Relaxed);
        let tell = |bytes| self.gauge.add(bytes, 0, &*self.progress);
        let mut planned = Vec::with_capacity(found.len());
        for outcome in plan::plan(self.source, found, aim, &tell) {
            self.books.waiting -= 1;
            match outcome {
                Outcome::Read(object) => {
                    self.books.waiting += 1;
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
        let soon = batch.iter().chain(self.queue.iter().take(ANNOUNCED));
        self.source.announce(&mut soon.map(|planned| &planned.object));
        let done = |entry: &Entry| {
            if let Entry::Read { object, report, .. } = entry {
                self.gauge.add(object.size, report.read, &*self.progress);
            }
        };
        for (lanes, entries) in read::read(self.source, &batch, &self.choice, &self.workers, &done)
        {
            self.take_in(lanes);
            for entry in entries {
                self.enter(entry);
            }
        }
        tracing::debug!(objects = batch.len(), held = self.held(), books = ?self.books, "read");
    }

    /// Opens an object if it is to be read in pieces; gives it back if it is to be read as a whole.
    fn open_large(&mut self, planned: Planned) -> Option<Planned> {
        let Some(measured) = planned.disorder else { return Some(planned) };
        // What is not believed to be in any order is read to its end before anything else.
        let full = self.streams.len() >= self.limits.streams;
        let disorder = if full { i64::MAX } else { measured };
        match self.source.open(&planned.object) {
            Ok(reader) => {
                let decoder = self.choice.decoder();
                match Stream::begin(planned, disorder, reader, self.limits.piece, decoder) {
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
                let mut segment = Segment::default();
                let from = stream.from.unwrap_or(Time::MIN);
                let due = events.into_iter().filter(|event| event.time >= from);
                let wanted = due.map(|event| segment.add(event, &self.choice));
                let unwanted = wanted.filter(|wanted| !wanted).count() as u64;
                stream.unwanted += unwanted;
                self.books.read += count;
                self.books.accepted += count - unwanted;
                self.books.skipped += unwanted;
                self.gauge.add(bytes, count, &*self.progress);
                self.take_in(segment.by_lane().0);
                count
            }
            Some(Piece::End(mut report)) => {
                let stream = self.streams.swap_remove(index);
                self.gauge.add(bytes, report.read - stream.taken, &*self.progress);
                // What was handed over piece by piece is in the books already.
                report.read -= stream.taken;
                report.accepted -= stream.taken;
                let span = (stream.bound, Time::MAX);
                let entry = Entry::read(&stream.object, span, report, 0);
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

    fn take_in(&mut self, lanes: Vec<Arrivals>) {
        for (lane, events) in self.lanes.iter_mut().zip(lanes) {
            lane.add(events);
        }
    }

    fn enter(&mut self, entry: Entry) {
        match entry {
            Entry::Read { object, span, report, unwanted, problems } => {
                self.books.enter(&report, object.size, unwanted);
                self.books.date(object.delivered, span.1);
                self.know(&object, span, &report, unwanted, problems.is_empty());
                self.problems.extend(problems);
            }
            Entry::Unread(problem) => {
                self.books.waiting -= 1;
                self.books.unread += 1;
                self.problems.add(problem);
            }
        }
    }

    /// Notes that an object was read.
    fn know(
        &mut self,
        object: &Object,
        (bound, latest): (Time, Time),
        report: &Report,
        unwanted: u64,
        quiet: bool,
    ) {
        if latest < Time::MAX {
            self.newest = self.newest.max(latest);
        }
        let Some(path) = object.path.to_str().filter(|_| self.pause.is_some()) else { return };
        let settled = quiet && report.recognised && !report.digest && report.malformed == 0;
        // What an earlier run handed over is no reason to think that it begins later.
        let before = self.position.known.get(path).map_or(bound, |known| known.bound);
        let known = Known {
            size: object.size,
            version: self.source.version(object),
            bound: bound.min(before),
            latest: if settled { latest } else { Time::MAX },
            read: report.read,
            accepted: report.accepted - unwanted,
            skipped: report.skipped + unwanted,
            text: report.bytes,
        };
        self.position.known.insert(path.to_owned(), known);
    }

    /// No record that is still to come is earlier.
    fn bound(&self) -> Time {
        let streams = self.streams.iter().map(|stream| stream.bound);
        let next = self.queue.front().map(|planned| planned.bound);
        streams.chain(next).min().unwrap_or(Time::MAX)
    }

    /// The next round, or why there is none.
    fn round(&mut self) -> Result<Round, Error> {
        loop {
            if self.lanes.iter().map(Waiting::bytes).sum::<usize>() > self.limits.held {
                self.write_down()?;
            }
            let bound = self.bound();
            if self.spill.first() < bound {
                self.bring_back(bound)?;
            } else {
                self.read();
            }
            let mut watermark = self.bound().min(self.spill.first());
            if watermark == Time::MAX {
                let pause = self.pause.map(|hours| self.newest.plus_hours(-hours));
                watermark = pause.filter(|pause| *pause > self.watermark).unwrap_or(Time::MAX);
            }
            if watermark > self.watermark {
                return self.release(watermark);
            }
        }
    }

    /// Moves everything that waits to disk.
    fn write_down(&mut self) -> Result<(), Error> {
        let of_lane = |(lane, waiting): (u8, _)| Waiting::events(waiting).map(move |e| (lane, e));
        self.spill.add((0..=u8::MAX).zip(&self.lanes).flat_map(of_lane).collect())?;
        self.lanes.par_iter_mut().for_each(Waiting::clear);
        self.books.on_disk = self.spill.written.events;
        self.books.bytes_on_disk = self.spill.written.bytes;
        Ok(())
    }

    /// Brings back from disk what is due before anything that is still to be read.
    fn bring_back(&mut self, bound: Time) -> Result<(), Error> {
        let mut lanes: Vec<Arrivals> =
            std::iter::repeat_with(Arrivals::default).take(LANES).collect();
        let most = self.limits.round_events;
        let mut sink = |lane, event| lanes[usize::from(lane)].push(Box::new(event));
        self.spill.take(bound, self.watermark, most, &mut sink)?;
        self.take_in(lanes);
        Ok(())
    }

    fn release(&mut self, watermark: Time) -> Result<Round, Error> {
        let last = std::mem::replace(&mut self.watermark, watermark);
        let released: Vec<(Lane, u64)> =
            self.lanes.par_iter_mut().map(|lane| lane.release(last, watermark)).collect();
        let mut lanes = Vec::with_capacity(LANES);
        for (lane, repeats) in released {
            if let Some(event) = lane.late.last().filter(|event| event.time >= self.after) {
                return Err(Error::Behind { time: event.time });
            }
            self.books.accepted -= repeats;
            self.books.duplicate += repeats;
            self.books.late += lane.late.len() as u64;
            lanes.push(lane);
        }
        Ok(Round { watermark, lanes })
    }
}

impl Iterator for Rounds<'_> {
    type Item = Result<Round, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.state {
            State::Fresh => self.plan(),
            State::Reading => {}
            State::Finished => return None,
        }
        self.state = State::Reading;
        let round = self.round();
        if round.as_ref().map_or(true, |round| round.watermark == Time::MAX) {
            self.state = State::Finished;
        }
        Some(round)
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
