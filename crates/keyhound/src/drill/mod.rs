//! Drills: known thefts implanted into a history, to see whether they are found.
//!
//! The history is judged as it is, and once more for every round of thefts, by the engine that
//! `scan` uses. What was found is marked by the examiner (`range::score`), who knows the truth.

mod calibration;
mod found;
mod ground;
mod record;
mod rounds;

use std::collections::BTreeMap;

use anyhow::Result;
use cloudtrail::Time;
use detect::Kind;
use incident::{Incident, Status};
use range::score::{self, Found, Mark, Point, Report, Trial};
use range::{Parameters, Theft, Truth};

pub use calibration::{Calibration, Share};

use crate::engine::{Progress, Request, Scanned};
use found::found;
use ground::Ground;

/// What is drilled.
#[derive(Debug, Clone)]
pub struct Drill {
    /// What to read, and the configuration to judge it by. Without paths an organisation is made up.
    pub request: Request,
    /// The organisation that is made up.
    pub organisation: Parameters,
    /// How many thefts.
    pub thefts: usize,
    /// The root of all choices.
    pub seed: u64,
    /// The most events that are held in memory.
    pub most: u64,
    /// Whether thresholds are to be measured: then too little history is an error.
    pub calibrating: bool,
}

/// What a drill has shown.
#[derive(Debug, Clone)]
pub struct Drilled {
    /// The history as it is, with what is found there without any implanted theft.
    pub history: Scanned,
    /// From when on a judge is held to account; before that, it learns.
    pub judged_from: Time,
    /// Owners of credentials times weeks, from then on.
    pub key_weeks: f64,
    /// The same by kind, with the number of principals.
    pub weeks_of_kind: BTreeMap<Kind, (u64, f64)>,
    /// How many times the history was judged with thefts in it.
    pub rounds: usize,
    /// Every theft and what became of it.
    pub thefts: Vec<Robbed>,
    /// Families that could not be tried here.
    pub nobody: Vec<&'static str>,
    /// The figures.
    pub report: Report,
    /// Recall at alert budgets.
    pub curve: Vec<Point>,
}

/// One theft and what became of it.
#[derive(Debug, Clone)]
pub struct Robbed {
    /// The truth.
    pub theft: Theft,
    /// What was made of it.
    pub mark: Mark,
    /// What came closest to telling of it, alert or not.
    pub closest: Option<Incident>,
}

/// The alert budgets that are shown: false alerts per thousand key-weeks.
pub const BUDGETS: [f64; 4] = [2.0, 5.0, 20.0, 50.0];

/// Learning ends after a third of the history, or after so many days.
const LEARNING_DAYS: i64 = 14;

/// Hears how far a drill is.
pub trait Watch: Progress {
    /// So many of all rounds have been judged.
    fn round(&self, done: usize, of: usize);
}

/// Drills.
pub fn run(drill: &Drill, watch: &dyn Watch) -> Result<Drilled> {
    let request = Request { identities: true, ..drill.request.clone() };
    let mut ground = if request.paths.is_empty() {
        Ground::generate(&drill.organisation, drill.seed, &request, watch)?
    } else {
        Ground::read(&request, drill.most, watch)?
    };
    let mut history = ground.held.judged_with(&[], None)?;
    let judged_from = judged_from(&history).max(request.since.unwrap_or(Time::MIN));
    // Thefts may lie in the weeks before the period that was asked for; what stands there may not.
    history.incidents.retain(|incident| request.asks_for(incident));
    let weeks_of_kind = calibration::weeks_of_kind(&history.identities, judged_from);
    let key_weeks = weeks_of_kind.values().map(|(_, weeks)| weeks).sum();
    if drill.calibrating {
        calibration::enough(key_weeks)?;
    }

    ground.spare(&history);
    let plan = rounds::plan(&mut ground, drill.thefts, drill.seed)?;
    let rounds = plan.rounds.len();
    let truth = Truth {
        key_weeks,
        from: judged_from.to_string().parse().ok(),
        look_alikes: ground.look_alikes(),
        ..Truth::default()
    };
    // Whatever is found in the history as it is, is held to be benign.
    let mut trials = vec![(history.incidents.iter().map(found).collect::<Vec<Found>>(), truth)];
    let mut thefts = Vec::new();
    watch.round(0, rounds);
    for (number, round) in plan.rounds.into_iter().enumerate() {
        let (labels, records): (Vec<Theft>, Vec<_>) = round.into_iter().unzip();
        let records = records.into_iter().flatten().collect();
        let added = ground::events(records, &request)?;
        let least = detect::Weights::shipped().report;
        let judged = ground.held.judged_with(&added, Some(least))?;
        let (trial, robbed) = marked(&judged, labels);
        trials.push(trial);
        thefts.extend(robbed);
        watch.round(number + 1, rounds);
    }
    thefts.sort_by(|a, b| {
        let key =
            |robbed: &Robbed| (robbed.theft.family.clone(), robbed.theft.times.first().copied());
        key(a).cmp(&key(b))
    });

    let trials: Vec<Trial<'_>> =
        trials.iter().map(|(found, truth)| Trial { found, truth }).collect();
    let report = score::score_all(&trials, drill.seed);
    let curve = curve(&trials, request.settings.thresholds.watch, drill.seed);
    Ok(Drilled {
        judged_from,
        key_weeks,
        weeks_of_kind,
        rounds,
        thefts,
        nobody: plan.nobody,
        report,
        curve,
        history,
    })
}

/// What was found of a round's thefts, without what has nothing to do with them.
fn marked(judged: &Scanned, thefts: Vec<Theft>) -> ((Vec<Found>, Truth), Vec<Robbed>) {
    let truth = Truth { thefts, ..Truth::default() };
    let all: Vec<Found> = judged.incidents.iter().map(found).collect();
    let trial = Trial { found: &all, truth: &truth };
    let marks = score::marks(trial);
    let robbed = truth.thefts.iter().zip(&marks).map(|(theft, mark)| Robbed {
        theft: theft.clone(),
        mark: *mark,
        closest: mark.best.and_then(|best| judged.incidents.get(best)).cloned(),
    });
    let robbed = robbed.collect();
    let about = score::about(trial);
    let own = all.iter().zip(about).filter(|(_, theft)| theft.is_some());
    let own = own.map(|(found, _)| found.clone()).collect();
    ((own, truth), robbed)
}

/// Recall at alert budgets. Nobody watches what is below the lowest threshold, and in the history
/// it is not known in full.
fn curve(trials: &[Trial<'_>], watch: f64, seed: u64) -> Vec<Point> {
    let watched: Vec<Vec<Found>> = trials
        .iter()
        .map(|trial| trial.found.iter().filter(|found| found.score >= watch).cloned().collect())
        .collect();
    let trials: Vec<Trial<'_>> = trials
        .iter()
        .zip(&watched)
        .map(|(trial, found)| Trial { found, truth: trial.truth })
        .collect();
    score::curve(&trials, &BUDGETS, seed)
}

/// From when on alerts count.
fn judged_from(history: &Scanned) -> Time {
    let Some((first, last)) = history.period else { return Time::MIN };
    let learning = (last.seconds_since(first) / 3).min(LEARNING_DAYS * 86_400);
    first.plus_seconds(learning)
}

impl Drilled {
    /// Alerts of the history as it is: to be looked at before anything here is believed.
    pub fn standing(&self) -> impl Iterator<Item = &Incident> {
        self.history.incidents.iter().filter(|incident| incident.status == Status::Alert)
    }

    /// Thefts of which no alert told.
    pub fn missed(&self) -> impl Iterator<Item = &Robbed> {
        self.thefts.iter().filter(|robbed| !robbed.mark.found)
    }
}

#[cfg(test)]
mod tests;
