//! All shards, the crowds between their days, and the tracker that hears them.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use cloudtrail::{Correlations, Event, Time};
use detect::{Bits, Completed, Judge, Kind, Lens, News, Outputs, Settings, Shard, State, Told};
use iam::Authorization;
use incident::{IdentitySummary, Incident, Input, Tracker};
use ingest::{LANES, Lane};
use intel::address::AddressBook;
use intel::thief::Thief;
use profile::Crowds;
use rayon::prelude::*;
use serde::Serialize;

use super::coverage::Coverage;

/// What a snapshot holds of a judge.
pub(super) type Saved = (Vec<Shard>, Crowds, Vec<News>, Coverage, i64, i64, Tracker);

/// Judges rounds of events, day by day.
pub(super) struct Judging {
    settings: Settings,
    book: AddressBook,
    thief: Cow<'static, Thief>,
    shards: Vec<Shard>,
    /// Idle ones; each thread takes one while it judges a shard.
    lenses: Mutex<Vec<Lens>>,
    crowds: Crowds,
    /// What the crowds hear when the day is over.
    news: Vec<News>,
    coverage: Coverage,
    today: i64,
    /// The hour in which the shards were tidied last.
    rested: i64,
    tracker: Tracker,
    /// What the shards told last, in order; the tracker hears it while they go on.
    told: Vec<Told>,
    correlations: Option<Box<dyn Correlations>>,
    /// What correlations found in the events that are being judged.
    completed: Completed,
}

impl Judging {
    pub(super) fn new(settings: Settings, book: AddressBook, thief: Cow<'static, Thief>) -> Self {
        Self {
            tracker: Tracker::new(settings.clone()),
            settings,
            book,
            thief,
            shards: std::iter::repeat_with(Shard::default).take(LANES).collect(),
            lenses: Mutex::default(),
            crowds: Crowds::default(),
            news: Vec::new(),
            coverage: Coverage::default(),
            today: i64::MIN,
            rested: 0,
            told: Vec::new(),
            correlations: None,
            completed: Completed::new(),
        }
    }

    /// Lets rules over several events see all events first, in their order.
    pub(super) fn with(mut self, correlations: Option<Box<dyn Correlations>>) -> Self {
        self.correlations = correlations;
        self
    }

    /// Judges the events of a round. The lanes are in the order of the shards.
    pub(super) fn judge(&mut self, lanes: &[Lane]) {
        let late: Vec<&[Box<Event>]> = lanes.iter().map(|lane| lane.late.as_slice()).collect();
        self.judge_both(&late, lanes.iter().map(|lane| lane.events.as_slice()).collect());
    }

    /// Likewise, with what came late and what came in time apart.
    pub(super) fn judge_both(&mut self, late: &[&[Box<Event>]], mut rest: Vec<&[Box<Event>]>) {
        self.correlate(&rest);
        self.run(late, true);
        // Rounds may span days; nobody may see tomorrow's crowds today.
        while let Some(day) =
            rest.iter().filter_map(|events| events.first()).map(|e| e.time.day()).min()
        {
            self.begin(day);
            let mut of_day = Vec::with_capacity(rest.len());
            for events in &mut rest {
                let end = events.partition_point(|event| event.time.day() == day);
                let (now, later) = events.split_at(end);
                of_day.push(now);
                *events = later;
            }
            let last = of_day.iter().filter_map(|events| events.last()).map(|e| e.time).max();
            self.run(&of_day, false);
            if let Some(last) = last {
                self.rest(last);
            }
        }
    }

    /// Four times a day what idle principals do not need is put away. No event to come is earlier
    /// than `now`.
    fn rest(&mut self, now: Time) {
        if now.hour() / 6 > self.rested / 6 {
            self.rested = now.hour();
            let weights = &self.settings.weights;
            self.shards.par_iter_mut().for_each(|shard| shard.rest(now, weights));
        }
    }

    /// Rules over several events group them by what their authors like, so they see the events of
    /// all lanes, one after the other. What came late is out of their order and left out.
    fn correlate(&mut self, lanes: &[&[Box<Event>]]) {
        self.completed.clear();
        let Some(correlations) = &mut self.correlations else { return };
        let is_part = |event: &&Event| {
            event.matches.as_ref().is_some_and(|matches| !matches.parts.is_empty())
        };
        let mut parts: Vec<&Event> =
            lanes.iter().copied().flatten().map(Box::as_ref).filter(is_part).collect();
        parts.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        for event in parts {
            let completed = correlations.see(event);
            if !completed.is_empty() {
                self.completed.insert(event.id.clone(), completed);
            }
        }
    }

    /// The crowds advance once a day.
    fn begin(&mut self, day: i64) {
        if day <= self.today {
            return;
        }
        self.today = day;
        self.rest(Time::from_seconds(day * 86_400));
        self.crowds.begin(day as profile::Day);
        News::tell_all(self.news.drain(..), &mut self.crowds);
        self.crowds.accounts.extend(&self.coverage.accounts);
    }

    fn run(&mut self, lanes: &[&[Box<Event>]], late: bool) {
        let judge = Judge {
            book: &self.book,
            thief: &self.thief,
            settings: &self.settings,
            crowds: &self.crowds,
            completed: &self.completed,
        };
        let lenses = &self.lenses;
        let (shards, tracker, told) = (&mut self.shards, &mut self.tracker, &mut self.told);
        let run = |(shard, events): (&mut Shard, &&[Box<Event>])| {
            let mut outputs = Outputs::default();
            let idle = || lenses.lock().unwrap_or_else(PoisonError::into_inner);
            let mut lens = idle().pop().unwrap_or_default();
            shard.run(&judge, &mut lens, events.iter().map(Box::as_ref), late, &mut outputs);
            idle().push(lens);
            let mut coverage = Coverage::default();
            events.iter().for_each(|event| coverage.see(event));
            (outputs, coverage)
        };
        let (outputs, ()): (Vec<(Outputs, Coverage)>, ()) = rayon::join(
            || shards.par_iter_mut().zip(lanes).map(run).collect(),
            || told.drain(..).for_each(|told| tracker.hear(told)),
        );
        for (output, coverage) in outputs {
            self.told.extend(output.told);
            self.news.extend(output.news);
            self.coverage.merge(coverage);
        }
        // Stable: what one event made several things be told of keeps its order.
        self.told.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
    }

    /// Lets the tracker hear everything that was told. Until then it does not know of the last batch:
    /// a day of a round, or what came late.
    pub(super) fn settle(&mut self) {
        let Self { tracker, told, .. } = self;
        told.drain(..).for_each(|told| tracker.hear(told));
    }

    /// What a snapshot needs of it.
    pub(super) fn to_saved(&self) -> impl Serialize + use<'_> {
        debug_assert!(self.told.is_empty(), "the tracker has not heard everything");
        let Self { shards, crowds, news, coverage, today, rested, tracker, .. } = self;
        (shards, crowds, news, coverage, today, rested, tracker)
    }

    /// Goes on where the judge was from which a snapshot was made.
    pub(super) fn restore(&mut self, saved: Saved) {
        let tracker;
        (self.shards, self.crowds, self.news, self.coverage, self.today, self.rested, tracker) =
            saved;
        self.tracker = tracker.with(self.settings.clone());
    }

    pub(super) fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The incidents from a score on, in bits; from where they are watched if none is given.
    pub(super) fn incidents(
        &self,
        least: Option<f64>,
        coverage: &[String],
        authorization: Option<&Authorization>,
    ) -> Vec<Incident> {
        let least = least.unwrap_or(self.settings.weights.watch);
        let (period, shown) = (self.coverage.period, self.coverage.shown());
        let input = Input { coverage, last: period.map(|(_, last)| last), shown, authorization };
        self.tracker.incidents_from(Bits::from_f64(least), &input)
    }

    /// How many people and programs were seen; AWS itself is not counted.
    pub(super) fn principals(&self) -> u64 {
        let people_and_programs = |state: &&State| state.kind != Kind::AwsService;
        let counts =
            self.shards.iter().map(|shard| shard.states().filter(people_and_programs).count());
        counts.sum::<usize>() as u64
    }

    /// How many profiles were full, and how often a rare value made room: it would look new again.
    pub(super) fn forgotten(&self) -> Option<String> {
        let states = self.shards.iter().flat_map(Shard::states);
        let full = states.map(|state| state.summary.forgotten).filter(|times| *times > 0);
        let (profiles, times) = full
            .fold((0_u64, 0_u64), |(profiles, sum), times| (profiles + 1, sum + u64::from(times)));
        (profiles > 0).then(|| {
            format!(
                "habits of few days beyond the bounds of a profile: forgotten {times} times, in profiles of principals that were full: {profiles}"
            )
        })
    }

    /// What every identity did, the most suspicious first.
    pub(super) fn identities(&self) -> Vec<IdentitySummary> {
        let states = self.shards.iter().flat_map(Shard::states);
        let mut summaries: Vec<IdentitySummary> = states.filter_map(IdentitySummary::of).collect();
        summaries.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| b.events.cmp(&a.events))
                .then_with(|| a.principal.cmp(&b.principal))
        });
        summaries
    }
}
