//! Recall at alert budgets: how much a judge finds when it may be wrong so often.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::score::Trial;
use crate::score::benign::{self, place};
use crate::score::figures::{Interval, interval, per_thousand};
use crate::score::matching::Matched;
use crate::score::outcome::{Outcome, macro_recall};
use crate::truth::Style;

/// How a judge does at one alert budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// False alerts per thousand key-weeks that are allowed.
    pub budget: f64,
    /// The lowest score at which no more come; none if even the worst incident alone is too much, or
    /// where histories have thresholds of their own.
    pub threshold: Option<f64>,
    /// How many come with it, per thousand key-weeks.
    pub false_per_1000_key_weeks: f64,
    /// Mean over families of the share of thefts found.
    pub macro_recall: Interval,
    /// The same without the stealth families.
    pub macro_without_stealth: Interval,
    /// Share found of loud thefts from somebody without a history.
    pub cold_loud: Interval,
}

/// The points of these budgets. Every incident counts as an alert from the threshold on, watched or
/// not, and the threshold is the best that could be chosen for each budget, knowing the outcome:
/// generous, and equally so to all judges that are compared.
pub fn curve(trials: &[Trial<'_>], budgets: &[f64], seed: u64) -> Vec<Point> {
    let point = |budget: &f64| {
        let threshold = threshold_for(trials, *budget);
        let from = threshold.unwrap_or(f64::INFINITY);
        let at: Vec<(Trial<'_>, f64)> = trials.iter().map(|trial| (*trial, from)).collect();
        Point { threshold, ..point_at(&at, *budget, seed) }
    };
    budgets.iter().map(point).collect()
}

/// The lowest threshold with which no more false alerts come than a budget allows, per thousand
/// key-weeks, one per principal and week; none if even the worst incident alone is too much.
pub fn threshold_for(trials: &[Trial<'_>], budget: f64) -> Option<f64> {
    let key_weeks: f64 = trials.iter().map(|trial| trial.truth.key_weeks).sum();
    let matched: Vec<Matched<'_>> = trials.iter().map(|trial| Matched::of(*trial)).collect();
    let mut wrong = Vec::new();
    let mut scores: Vec<f64> = Vec::new();
    for (index, matched) in matched.iter().enumerate() {
        wrong.extend(
            matched.benign().map(|judged| (judged.found.score, (index, place(judged.found)))),
        );
        scores.extend(matched.found.iter().map(|judged| judged.found.score));
    }
    wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
    scores.sort_by(|a, b| b.total_cmp(a));
    let mut counted = BTreeSet::new();
    let mut threshold = None;
    let mut wrong = wrong.iter().peekable();
    for score in scores {
        while let Some((_, place)) = wrong.next_if(|(other, _)| *other >= score) {
            counted.insert(place);
        }
        if per_thousand(counted.len() as u64, key_weeks) > budget {
            break;
        }
        threshold = Some(score);
    }
    threshold
}

/// The lowest threshold, in tenths of a bit and within bounds, that so many benign weekly maxima
/// leave to a budget of false alerts per thousand key-weeks.
///
/// A maximum above the upper bound is an alert whatever the threshold; it is no reason to raise it
/// for the others, and is not counted.
pub fn threshold_within(
    maxima: &[f64],
    key_weeks: f64,
    budget: f64,
    (low, high): (f64, f64),
) -> f64 {
    let allowed = (key_weeks * budget / 1_000.0).floor() as usize;
    let mut counted: Vec<f64> = maxima.iter().copied().filter(|bits| *bits <= high).collect();
    counted.sort_by(|a, b| b.total_cmp(a));
    let Some(first_too_many) = counted.get(allowed) else { return low };
    // The next tenth above it.
    (((first_too_many * 10.0).floor() + 1.0) / 10.0).clamp(low, high)
}

/// How a judge does with thresholds that were chosen elsewhere, each history with its own.
pub fn point_at(trials: &[(Trial<'_>, f64)], budget: f64, seed: u64) -> Point {
    let matched: Vec<Matched<'_>> =
        trials.iter().map(|(trial, from)| Matched::of(*trial).at(*from)).collect();
    let outcomes: Vec<Outcome<'_>> = matched.iter().flat_map(Outcome::all).collect();
    let visible = |outcome: &&Outcome<'_>| outcome.theft.style != Style::Stealth;
    let cold: Vec<bool> = outcomes
        .iter()
        .filter(|outcome| outcome.theft.cold && outcome.theft.style == Style::Loud)
        .map(Outcome::is_found)
        .collect();
    let wrong = matched.iter().map(benign::false_alerts).sum();
    let key_weeks = trials.iter().map(|(trial, _)| trial.truth.key_weeks).sum();
    Point {
        budget,
        threshold: None,
        false_per_1000_key_weeks: per_thousand(wrong, key_weeks),
        macro_recall: macro_recall(outcomes.iter(), seed),
        macro_without_stealth: macro_recall(outcomes.iter().filter(visible), seed),
        cold_loud: interval(&cold, seed),
    }
}
