//! The arithmetic of the scores: shares, quantiles, intervals by resampling.

use serde::{Deserialize, Serialize};

use crate::seed::Seed;
use crate::truth::Style;

/// How often something is drawn anew for an interval.
pub(super) const DRAWS: usize = 1_000;

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
    /// Median of minutes until detection, likewise.
    pub minutes_to_detect: f64,
}

/// A share with its interval.
pub fn interval(hits: &[bool], seed: u64) -> Interval {
    let mut dice = Seed::new(seed).part("interval", hits.len() as u64).dice();
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let found = (0..hits.len()).filter_map(|_| dice.pick(hits)).filter(|hit| **hit).count();
            share(found, hits.len())
        })
        .collect();
    bounds(hit_share(hits), &mut draws, hits.len())
}

/// A share with Wilson's interval, which stays honest for a handful: of two found out of two it
/// says 34 to 100 %, where drawing anew would say 100.
pub fn wilson(part: usize, of: usize) -> Interval {
    const Z: f64 = 1.96;
    if of == 0 {
        return Interval::default();
    }
    let (p, n) = (share(part, of), of as f64);
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    let (low, high) = ((middle - half).max(0.0), (middle + half).min(1.0));
    Interval { share: p, low, high, of: of as u64 }
}

/// The mean of the groups' shares; what is drawn anew is drawn within its group.
pub(super) fn macro_interval<'a>(
    groups: impl Iterator<Item = &'a Vec<bool>>,
    seed: u64,
) -> Interval {
    let groups: Vec<&Vec<bool>> = groups.collect();
    let mut dice = Seed::new(seed).part("macro", 0).dice();
    let shares: Vec<f64> = groups.iter().map(|hits| hit_share(hits)).collect();
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn = groups.iter().map(|hits| {
                let hit = |_| dice.pick(hits).copied().unwrap_or(false);
                share((0..hits.len()).map(hit).filter(|hit| *hit).count(), hits.len())
            });
            mean(&drawn.collect::<Vec<f64>>())
        })
        .collect();
    bounds(mean(&shares), &mut draws, groups.iter().map(|hits| hits.len()).sum())
}

/// A figure with the ends between which 95 of 100 draws lie.
pub(super) fn bounds(share: f64, draws: &mut [f64], of: usize) -> Interval {
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

/// So many per thousand; 0 of nothing.
pub(super) fn per_thousand(count: u64, of: f64) -> f64 {
    if of > 0.0 { count as f64 * 1_000.0 / of } else { 0.0 }
}

/// The mean; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The value below which a share of the values lies; 0 of nothing.
pub fn quantile(values: &[f64], place: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * place).round() as usize).copied().unwrap_or_default()
}
