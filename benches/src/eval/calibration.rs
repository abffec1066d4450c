//! Thresholds that a user could have set: from other worlds.

use range::score::{Point, Trial, point_at, threshold_for};

use super::sample::Sample;
use super::{BUDGETS, RESAMPLING, variant};

/// For each budget: every world is judged with the threshold that the worlds of the other sets give;
/// of one set alone, the other worlds. Nothing if there is no other.
pub(super) fn points(samples: &[Sample], by_set: bool) -> Vec<Point> {
    let trials = samples.iter().map(|sample| (sample.place(by_set), sample.trial(variant::OPEN)));
    crossed(&trials.collect::<Vec<_>>())
}

/// The same of trials with the names of their groups.
pub(super) fn crossed(trials: &[(String, Trial<'_>)]) -> Vec<Point> {
    if trials.iter().all(|(group, _)| *group == trials[0].0) {
        return Vec::new();
    }
    let point = |budget: &f64| {
        let judged: Vec<(Trial<'_>, f64)> = trials
            .iter()
            .map(|(group, trial)| {
                let others = trials.iter().filter(|(other, _)| other != group);
                let others: Vec<Trial<'_>> = others.map(|(_, trial)| *trial).collect();
                (*trial, threshold_for(&others, *budget).unwrap_or(f64::INFINITY))
            })
            .collect();
        point_at(&judged, *budget, RESAMPLING)
    };
    BUDGETS.iter().map(point).collect()
}
