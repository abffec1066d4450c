//! One lane: its events wait until the watermark has passed, and leave in order, each once.

use std::collections::{BTreeSet, VecDeque};
use std::hash::BuildHasher;

use cloudtrail::{Event, EventId, Time};

use crate::spill::{code, weight};

/// What one lane hands over in a round. Events are boxed, because from the record to the judge each
/// goes through several lists and is put in order on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// Events below the round's watermark and not below the last one's, in the order of (time, id).
    pub events: Vec<Box<Event>>,
    /// Events from before the moment that reading began after, in the order of (time, id): to be
    /// judged and counted, never to be learned from.
    pub late: Vec<Box<Event>>,
}

/// Events on their way into a lane, as they came, and the memory that they take.
#[derive(Default)]
pub(crate) struct Arrivals {
    events: Vec<Box<Event>>,
    bytes: usize,
}

impl Arrivals {
    pub(crate) fn with_capacity(events: usize) -> Self {
        Self { events: Vec::with_capacity(for_a_round(events)), bytes: 0 }
    }

    pub(crate) fn push(&mut self, event: Box<Event>) {
        self.bytes += weight(&event);
        self.events.push(event);
    }
}

/// A repeat that comes so many hours after the watermark has passed its time is still recognised.
const REMEMBERED_HOURS: i64 = 6;

/// An event that has been handed over: its time and a digest of its id.
type Mark = (Time, u64);

/// The events of one lane that wait.
#[derive(Default)]
pub(crate) struct Waiting {
    /// As they came, since the last round.
    arrivals: Vec<Vec<Box<Event>>>,
    /// What earlier rounds left, each in order.
    runs: Vec<VecDeque<Box<Event>>>,
    /// Handed over in the last hours, in the order of time.
    marks: VecDeque<Mark>,
    /// Handed over late in the last hours.
    late_marks: BTreeSet<Mark>,
    /// The memory that the events take, roughly.
    bytes: usize,
}

impl Waiting {
    /// Takes events in, in any order.
    pub(crate) fn add(&mut self, arrivals: Arrivals) {
        if !arrivals.events.is_empty() {
            self.bytes += arrivals.bytes;
            self.arrivals.push(arrivals.events);
        }
    }

    /// The events that wait, in no order.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.arrivals.iter().flatten().chain(self.runs.iter().flatten()).map(Box::as_ref)
    }

    /// Forgets the events that wait, which are somewhere else now.
    pub(crate) fn clear(&mut self) {
        self.arrivals.clear();
        self.runs.clear();
        self.bytes = 0;
    }

    /// The memory that the events take, in bytes, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many events wait.
    pub(crate) fn len(&self) -> usize {
        let arrivals: usize = self.arrivals.iter().map(Vec::len).sum();
        arrivals + self.runs.iter().map(VecDeque::len).sum::<usize>()
    }

    /// Hands over everything below `watermark`, all of it at the end of time. `last` is the
    /// watermark of the round before. Also tells how many repeats were dropped.
    pub(crate) fn release(&mut self, last: Time, watermark: Time) -> (Lane, u64) {
        let is_due = |event: &Event| event.time < watermark || watermark == Time::MAX;
        let before = self.len();
        let dues = self
            .runs
            .iter()
            .map(|run| run.partition_point(|event| is_due(event)))
            .collect::<Vec<_>>();
        let in_time = self.arrivals.iter().flatten().filter(|event| event.time >= last);
        let (due_at_once, waiting) = in_time.fold((0, 0), |(due, waiting), event| {
            if is_due(event) { (due + 1, waiting) } else { (due, waiting + 1) }
        });
        let due = due_at_once + dues.iter().sum::<usize>();
        let mut events = Vec::with_capacity(for_a_round(due));
        let mut late = Vec::new();
        let mut later = Vec::with_capacity(waiting);
        for (run, due) in self.runs.iter_mut().zip(dues) {
            events.extend(run.drain(..due));
        }
        self.runs.retain(|run| !run.is_empty());
        for event in self.arrivals.drain(..).flatten() {
            if event.time < last {
                late.push(event);
            } else if is_due(&event) {
                events.push(event);
            } else {
                later.push(event);
            }
        }
        // Repeats among what waits are counted when it leaves, so that the books of a position hold
        // what was handed over and nothing else.
        sort(&mut later);
        let mut repeats = order(&mut events) + order(&mut late);
        if !later.is_empty() {
            self.runs.push(later.into());
        }
        self.bytes = self.bytes * self.len() / before.max(1);
        let came_late = late.len();
        late.retain(|event| !self.is_repeat(mark(event)));
        repeats += (came_late - late.len()) as u64;
        self.remember(&events, &late, watermark);
        (Lane { events, late }, repeats)
    }

    fn is_repeat(&self, mark: Mark) -> bool {
        let begin = self.marks.partition_point(|known| known.0 < mark.0);
        let same_time = self.marks.range(begin..).take_while(|known| known.0 == mark.0);
        same_time.into_iter().any(|known| known.1 == mark.1) || self.late_marks.contains(&mark)
    }

    fn remember(&mut self, events: &[Box<Event>], late: &[Box<Event>], watermark: Time) {
        if watermark == Time::MAX {
            self.marks.clear();
            self.late_marks.clear();
            return;
        }
        let since = watermark.plus_hours(-REMEMBERED_HOURS);
        let forgotten = self.marks.partition_point(|mark| mark.0 < since);
        self.marks.drain(..forgotten);
        self.late_marks = self.late_marks.split_off(&(since, 0));
        let recent = |mark: &Mark| mark.0 >= since;
        self.marks.extend(events.iter().map(|event| mark(event)).filter(recent));
        self.late_marks.extend(late.iter().map(|event| mark(event)).filter(recent));
    }
}

/// The capacity of a list of so many events that lives for a round. There are few sizes, so that
/// the allocator has memory at hand that an earlier list gave back.
fn for_a_round(events: usize) -> usize {
    if events == 0 { 0 } else { events.next_power_of_two() }
}

/// Puts events in order and drops repeats, which stand side by side then; tells how many. Repeats
/// that differ, since they were exported in different ways, are chosen from by what they say, not
/// by which came first.
fn order(events: &mut Vec<Box<Event>>) -> u64 {
    sort(events);
    let before = events.len();
    events.dedup_by(|event, kept| {
        let repeats = event.time == kept.time && event.id == kept.id;
        if repeats && event != kept && code(event) < code(kept) {
            std::mem::swap(event, kept);
        }
        repeats
    });
    (before - events.len()) as u64
}

fn sort(events: &mut [Box<Event>]) {
    if !events.is_sorted_by(|a, b| (a.time, &a.id) < (b.time, &b.id)) {
        events.sort_by_cached_key(|event| (event.time, event.id.clone()));
    }
}

/// Event ids are random, so 64 bits tell the events of one moment apart.
fn mark(event: &Event) -> Mark {
    let digest = match &event.id {
        EventId::Uuid(id) => {
            let id = u128::from_be_bytes(*id);
            (id ^ (id >> 64)) as u64
        }
        EventId::Text(text) => foldhash::quality::FixedState::with_seed(0).hash_one(text.as_str()),
    };
    (event.time, digest)
}
