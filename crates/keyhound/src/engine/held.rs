//! A trail held in memory, to be judged again and again with something added.

use std::collections::BTreeMap;

use anyhow::Result;
use cloudtrail::Event;
use ingest::{LANES, Round, Source, Trust};

use super::order::trusting;
use super::{Progress, Read, Request, Scanned, judging, pool, reading, route, scanned};
use crate::cannot_run::CannotRun;

/// Everything that a request reads, decoded and in order.
#[derive(Debug)]
pub struct Held {
    request: Request,
    rounds: Vec<Round>,
    read: Read,
}

impl Held {
    /// Reads all that is asked for, as [`super::scan`] would read it. Refuses when it is more than
    /// so many events: all of them are in memory at once.
    pub fn read(
        source: &dyn Source,
        request: &Request,
        most: u64,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let attempt = |trust| Self::read_here(source, request, trust, most, progress);
        let read = pool(request)?.install(|| trusting(attempt));
        progress.done();
        read
    }

    fn read_here(
        source: &dyn Source,
        request: &Request,
        trust: Trust,
        most: u64,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let mut rounds = reading(source, request, trust, progress)?;
        let mut held = Vec::new();
        while let Some(round) = rounds.next() {
            held.push(round?);
            if rounds.books().accepted > most {
                return Err(too_large(most).into());
            }
        }
        Ok(Self { request: request.clone(), rounds: held, read: Read::of(&rounds) })
    }

    /// The events in order of time; those that came late are left out.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.rounds.iter().flat_map(|round| {
            let lanes = round.lanes.iter().flat_map(|lane| &lane.events);
            let mut events: Vec<&Event> = lanes.map(Box::as_ref).collect();
            events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
            events
        })
    }

    /// Judges what is held with some events added, by the judge that a scan uses. Tells of
    /// incidents from a score on, in bits, and from where they are watched if none is given; of all
    /// of them, whatever period was asked for.
    pub fn judged_with(&self, added: &[Event], least: Option<f64>) -> Result<Scanned> {
        pool(&self.request)?.install(|| {
            let mut judging = judging(&self.request)?;
            let mut placed = self.placed(added);
            for (index, round) in self.rounds.iter().enumerate() {
                let late: Vec<&[Box<Event>]> =
                    round.lanes.iter().map(|lane| lane.late.as_slice()).collect();
                let grown: BTreeMap<usize, Vec<Box<Event>>> = placed
                    .remove(&index)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(lane, fresh)| (lane, merged(&round.lanes[lane].events, fresh)))
                    .collect();
                let events = round.lanes.iter().enumerate().map(|(lane, own)| {
                    grown.get(&lane).map_or(own.events.as_slice(), Vec::as_slice)
                });
                judging.judge_both(&late, events.collect());
            }
            judging.settle();
            Ok(scanned(&judging, &self.request, least, &|_| true, self.read.clone()))
        })
    }

    /// The events by the round and the lane that they belong to.
    fn placed(&self, added: &[Event]) -> BTreeMap<usize, BTreeMap<usize, Vec<Event>>> {
        let mut placed: BTreeMap<usize, BTreeMap<usize, Vec<Event>>> = BTreeMap::new();
        let last = self.rounds.len().saturating_sub(1);
        for event in added {
            let round = self.rounds.partition_point(|round| round.watermark <= event.time);
            let lane = usize::from(route(event)) % LANES;
            placed.entry(round.min(last)).or_default().entry(lane).or_default().push(event.clone());
        }
        placed
    }
}

/// Two lots of events in one order.
fn merged(held: &[Box<Event>], added: Vec<Event>) -> Vec<Box<Event>> {
    let mut events = held.to_vec();
    events.extend(added.into_iter().map(Box::new));
    events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    events
}

fn too_large(most: u64) -> CannotRun {
    CannotRun {
        why: format!("there are more than {most} events, and a drill holds all of them in memory"),
        excerpt: None,
        tips: vec![
            "take fewer: --since and --until a few weeks apart, or one --account".to_owned(),
            "or allow more: --limit, at about a gigabyte of memory for each million events"
                .to_owned(),
        ],
    }
}
