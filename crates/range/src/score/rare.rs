//! How many of the ten worst alerts are thefts when thefts are as rare as in real life.

use std::collections::BTreeMap;

use crate::score::Trial;
use crate::score::figures::{self, DRAWS, Interval, per_thousand};
use crate::score::matching::Matched;
use crate::score::outcome::Outcome;
use crate::seed::Seed;

/// How many thefts are drawn for one list of alerts: enough for ten to be among them.
const THEFTS: usize = 20;

/// The share of thefts among the ten worst alerts, at one theft in so many key-weeks.
///
/// A trial with a theft of every family in three weeks flatters every judge. So lists of alerts are
/// drawn: twenty thefts (first a family, then one of its thefts), each with the score of its best
/// alert or with none, and as many false alerts as come in so many key-weeks.
pub fn precision_when_rare(trials: &[Trial<'_>], weeks_per_theft: f64, seed: u64) -> Interval {
    let matched: Vec<Matched<'_>> = trials.iter().map(|trial| Matched::of(*trial)).collect();
    let outcomes: Vec<Outcome<'_>> = matched.iter().flat_map(Outcome::all).collect();
    let mut families: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
    for outcome in &outcomes {
        families.entry(&outcome.theft.family).or_default().push(outcome.best());
    }
    let families: Vec<Vec<Option<f64>>> = families.into_values().collect();
    let wrong = matched.iter().flat_map(Matched::benign).filter(|judged| judged.alert);
    let wrong: Vec<f64> = wrong.map(|judged| judged.found.score).collect();
    let key_weeks: f64 = trials.iter().map(|trial| trial.truth.key_weeks).sum();
    let expected =
        per_thousand(wrong.len() as u64, key_weeks) / 1_000.0 * weeks_per_theft * THEFTS as f64;
    let mut dice = Seed::new(seed).part("rare", 0).dice();
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let mut alerts: Vec<(f64, bool)> = (0..THEFTS)
                .filter_map(|_| {
                    dice.pick(&families).and_then(|thefts| dice.pick(thefts).copied()?)
                })
                .map(|score| (score, true))
                .collect();
            let count = dice.count(expected);
            let drawn = (0..count).filter_map(|_| dice.pick(&wrong)).map(|score| (*score, false));
            alerts.extend(drawn.collect::<Vec<_>>());
            alerts.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            alerts.truncate(10);
            figures::share(alerts.iter().filter(|(_, right)| *right).count(), alerts.len())
        })
        .collect();
    let middle = figures::mean(&draws);
    figures::bounds(middle, &mut draws, outcomes.len())
}
