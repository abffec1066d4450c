//! The arithmetic of the scores: shares, quantiles, intervals by resampling.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::score::Outcome;
use crate::seed::Seed;
use crate::truth::Style;

/// How often thefts are drawn anew for an interval.
const DRAWS: usize = 1_000;

/// A share with the interval in which 95 of 100 resamplings lie.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Interval {
    /// The share.
    pub share: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Of how many.
    pub of: u64,
}

/// How a judge did on one family.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// How hard the family is to see.
    pub style: Style,
    /// The share found.
    pub recall: Interval,
    /// Median of malicious events until detection, 0 if none was found.
    pub events_to_detect: f64,
}

/// The figures of each family.
pub(super) fn families(outcomes: &[Outcome<'_>], seed: u64) -> BTreeMap<String, Figures> {
    let mut table: BTreeMap<String, Vec<&Outcome<'_>>> = BTreeMap::new();
    for outcome in outcomes {
        table.entry(outcome.theft.family.clone()).or_default().push(outcome);
    }
    let figures = table.into_iter().map(|(family, outcomes)| {
        let hits: Vec<bool> = outcomes.iter().map(|outcome| outcome.is_found()).collect();
        let events: Vec<f64> =
            outcomes.iter().filter_map(|outcome| outcome.events_to_detect()).collect();
        let figures = Figures {
            style: outcomes[0].theft.style,
            recall: interval(&hits, seed),
            events_to_detect: quantile(&events, 0.5),
        };
        (family, figures)
    });
    figures.collect()
}

/// The mean of the families' shares; thefts are drawn anew within their family.
pub(super) fn macro_recall(outcomes: &[Outcome<'_>], seed: u64) -> Interval {
    let mut families: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for outcome in outcomes {
        families.entry(&outcome.theft.family).or_default().push(outcome.is_found());
    }
    let mut dice = Seed::new(seed).part("macro", 0).dice();
    let shares: Vec<f64> = families.values().map(|hits| hit_share(hits)).collect();
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn: Vec<f64> = families
                .values()
                .map(|hits| {
                    let hits = (0..hits.len()).filter_map(|_| dice.pick(hits)).filter(|hit| **hit);
                    hits.count() as f64
                })
                .zip(families.values())
                .map(|(found, hits)| found / hits.len().max(1) as f64)
                .collect();
            mean(&drawn)
        })
        .collect();
    bounds(mean(&shares), &mut draws, outcomes.len())
}

/// A share with its interval.
pub(super) fn interval(hits: &[bool], seed: u64) -> Interval {
    let mut dice = Seed::new(seed).part("interval", hits.len() as u64).dice();
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let found = (0..hits.len()).filter_map(|_| dice.pick(hits)).filter(|hit| **hit).count();
            share(found, hits.len())
        })
        .collect();
    bounds(hit_share(hits), &mut draws, hits.len())
}

fn bounds(share: f64, draws: &mut [f64], of: usize) -> Interval {
    draws.sort_by(f64::total_cmp);
    let part =
        |place: f64| draws.get((draws.len() as f64 * place) as usize).copied().unwrap_or(share);
    Interval { share, low: part(0.025), high: part(0.975), of: of as u64 }
}

fn hit_share(hits: &[bool]) -> f64 {
    share(hits.iter().filter(|hit| **hit).count(), hits.len())
}

/// A share; 0 of nothing.
pub(super) fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// The mean; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The value below which a share of the values lies; 0 of nothing.
pub(super) fn quantile(values: &[f64], place: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * place).round() as usize).copied().unwrap_or_default()
}
