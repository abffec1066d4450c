//! An isolation forest over the days of principals: what a few random cuts set apart is odd.
//! (Liu, Ting and Zhou, "Isolation Forest", 2008: 100 trees of 256 samples.)

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use compact_str::CompactString;
use intel::action::Access;
use range::Seed;
use range::score::Found;
use range::seed::Dice;

use super::alarms::{Alarm, found, key_of};
use super::call::Call;
use super::history::{ACTION, CLIENT, COUNTRY, News, REGION, SYSTEM};

const TREES: u64 = 100;
const SAMPLES: usize = 256;
const FEATURES: usize = 13;

/// Every principal's days, as numbers.
#[derive(Default)]
pub(super) struct Forest(BTreeMap<(CompactString, i64), Day>);

struct Day {
    alarm: Alarm,
    actions: BTreeSet<CompactString>,
    services: BTreeSet<CompactString>,
    systems: BTreeSet<CompactString>,
    hours: u32,
    news: [u32; 5],
    calls: u32,
    denied: u32,
    hot: u32,
    writes: u32,
}

impl Forest {
    pub(super) fn see(&mut self, call: &Call<'_>, news: &News) {
        let time = call.event.time;
        let day = self.0.entry((call.principal.clone(), call.day)).or_insert_with(|| Day {
            alarm: Alarm { score: 0.0, at: time, key: key_of(call), events: Vec::new() },
            actions: BTreeSet::new(),
            services: BTreeSet::new(),
            systems: BTreeSet::new(),
            hours: 0,
            news: [0; 5],
            calls: 0,
            denied: 0,
            hot: 0,
            writes: 0,
        });
        // A day can be judged when it is over.
        day.alarm.at = time;
        day.alarm.events.push(call.id().clone());
        day.actions.insert(call.action.clone());
        day.services.insert(call.event.service.clone());
        day.systems.insert(call.system.clone());
        day.hours |= 1 << time.hour_of_day().0;
        let dimensions = [SYSTEM, COUNTRY, CLIENT, REGION, ACTION];
        for (count, dimension) in day.news.iter_mut().zip(dimensions) {
            *count += u32::from(news.new[dimension] && news.days > 0);
        }
        day.calls += 1;
        day.denied += u32::from(call.denied);
        day.hot += u32::from(call.known.hot);
        day.writes += u32::from(matches!(call.known.access, Access::Write | Access::Permissions));
    }

    /// Grows the forest on the days before `from` and scores all days.
    pub(super) fn found(self, from: i64, seed: u64) -> Result<Vec<Found>> {
        let days = self.0.iter();
        let known: Vec<[f64; FEATURES]> =
            days.filter(|((_, day), _)| *day < from).map(|(_, day)| day.features()).collect();
        let depth = (SAMPLES as f64).log2().ceil() as u32;
        let trees: Vec<Tree> = (0..TREES)
            .map(|number| {
                let mut dice = Seed::new(seed).part("tree", number).dice();
                let sample: Vec<[f64; FEATURES]> =
                    (0..SAMPLES).filter_map(|_| dice.pick(&known).copied()).collect();
                Tree::grown(sample, depth, &mut dice)
            })
            .collect();
        let score = |day: Day| {
            let point = day.features();
            let depths = trees.iter().map(|tree| tree.depth(&point)).sum::<f64>();
            let mean = depths / trees.len().max(1) as f64;
            Alarm { score: (-mean / expected_depth(SAMPLES)).exp2(), ..day.alarm }
        };
        // What lies no less deep than the average is nothing odd at any budget.
        let alarms = self.0.into_iter().map(|((who, _), day)| (who, score(day)));
        let odd = alarms.filter(|(_, alarm)| alarm.score > 0.5);
        odd.map(|(who, alarm)| found(&who, &alarm)).collect()
    }
}

impl Day {
    fn features(&self) -> [f64; FEATURES] {
        let log = |count: u32| f64::from(count).ln_1p();
        let [system, country, client, region, action] = self.news.map(log);
        [
            log(self.calls),
            log(self.actions.len() as u32),
            log(self.services.len() as u32),
            log(self.systems.len() as u32),
            f64::from(self.hours.count_ones()),
            log(self.denied),
            log(self.hot),
            f64::from(self.writes) / f64::from(self.calls.max(1)),
            system,
            country,
            client,
            region,
            action,
        ]
    }
}

enum Tree {
    Leaf(usize),
    Cut { feature: usize, at: f64, below: Box<Tree>, above: Box<Tree> },
}

impl Tree {
    fn grown(points: Vec<[f64; FEATURES]>, depth: u32, dice: &mut Dice) -> Self {
        let span = |feature: usize| {
            let values = points.iter().map(|point| point[feature]);
            values
                .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
        };
        let varied: Vec<usize> = (0..FEATURES).filter(|at| span(*at).0 < span(*at).1).collect();
        let (Some(feature), true) = (dice.pick(&varied).copied(), depth > 0) else {
            return Self::Leaf(points.len());
        };
        let (low, high) = span(feature);
        let at = low + (high - low) * dice.fraction();
        let (below, above) = points.into_iter().partition(|point| point[feature] <= at);
        Self::Cut {
            feature,
            at,
            below: Box::new(Self::grown(below, depth - 1, dice)),
            above: Box::new(Self::grown(above, depth - 1, dice)),
        }
    }

    fn depth(&self, point: &[f64; FEATURES]) -> f64 {
        match self {
            Self::Leaf(count) => expected_depth(*count),
            Self::Cut { feature, at, below, above } => {
                1.0 + if point[*feature] <= *at { below.depth(point) } else { above.depth(point) }
            }
        }
    }
}

/// How deep a point lies on average in a tree of so many, if they are cut to the end.
fn expected_depth(count: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_9;
    match count {
        0 | 1 => 0.0,
        2 => 1.0,
        count => {
            let rest = (count - 1) as f64;
            2.0 * (rest.ln() + EULER) - 2.0 * rest / count as f64
        }
    }
}
