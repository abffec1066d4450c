//! What was to be reached (detection.md, section 6), and whether it was.

use std::collections::BTreeMap;

use range::Report;
use range::score::LookAlikeFigures;
use serde::Serialize;

use super::BUDGETS;
use super::determinism::Outcome;
use super::results::Comparison;

/// One target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Target {
    /// What is measured.
    pub(super) what: String,
    /// What it should be.
    pub(super) goal: f64,
    /// How it is to be reached.
    pub(super) bound: Bound,
    /// What it is.
    pub(super) reached: f64,
    /// Of how many, where it is a share.
    pub(super) of: u64,
}

/// On which side of its goal a figure should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Bound {
    /// As much or more.
    AtLeast,
    /// As much or less.
    AtMost,
    /// More; a draw is not enough.
    MoreThan,
}

impl Target {
    pub(super) fn is_met(&self) -> bool {
        /// Means over families differ in their last digits.
        const ROUNDING: f64 = 1e-9;
        match self.bound {
            Bound::AtLeast => self.reached >= self.goal - ROUNDING,
            Bound::AtMost => self.reached <= self.goal + ROUNDING,
            Bound::MoreThan => self.reached > self.goal + ROUNDING,
        }
    }
}

/// All targets. Shares of thefts found are those at the shipped threshold, whose false alerts have a
/// target of their own.
pub(super) fn all(
    report: &Report,
    curve: &Comparison,
    simple: &[Comparison],
    explained: &BTreeMap<String, LookAlikeFigures>,
    determinism: &Outcome,
) -> Vec<Target> {
    let floor = |what: &str, goal: f64, (reached, of): (f64, u64)| Target {
        what: what.to_owned(),
        goal,
        bound: Bound::AtLeast,
        reached,
        of,
    };
    let ceiling = |what: &str, goal: f64, reached: f64| Target {
        bound: Bound::AtMost,
        ..floor(what, goal, (reached, 0))
    };
    let share = |interval: range::score::Interval| (interval.share, interval.of);
    let style = |name: &str| report.recall.get(name).copied().map_or((0.0, 0), share);
    let validation = report.families.get("validation").map_or((0.0, 0), |one| share(one.recall));
    let detected = report.root_right.of;
    let mut targets = vec![
        ceiling(
            "false alerts per 1,000 key-weeks at 14 bits",
            5.0,
            report.false_per_1000_key_weeks,
        ),
        floor(
            "macro recall without the stealth families",
            0.90,
            share(report.macro_without_stealth),
        ),
        floor("loud thefts found", 0.98, style("loud")),
        floor("validation-only thefts found", 0.60, validation),
        floor("stealthy thefts found", 0.40, style("stealth")),
        ceiling("malicious events to detection, median", 2.0, report.events_to_detect.0),
        ceiling("malicious events to detection, 90th percentile", 8.0, report.events_to_detect.1),
        floor("right root credential", 0.99, share(report.root_right)),
        floor("first malicious event within two", 0.90, share(report.first_right)),
        floor("one theft is one incident", 0.95, share(report.one_incident)),
        floor("precision at 10", 0.70, (report.precision_at_10, 0)),
        floor("blast radius, F1", 0.90, (report.blast_radius, detected)),
        floor("cause among the three strongest reasons", 0.99, share(report.top_three)),
        floor("look-alikes with the right innocent explanation", 0.90, right_reason(explained)),
        ceiling("scans of one history with different output", 0.0, determinism.different as f64),
    ];
    let at = |budget: f64| BUDGETS.iter().position(|known| (known - budget).abs() < 1e-9);
    if let Some(point) = at(20.0).and_then(|place| curve.points.get(place)) {
        let cold = floor(
            "loud thefts from newcomers found, at 20 false alerts per 1,000",
            0.80,
            share(point.cold_loud),
        );
        targets.insert(5, cold);
    }
    for (place, budget) in BUDGETS.iter().enumerate() {
        let recall =
            |one: &Comparison| one.points.get(place).map_or(0.0, |point| point.macro_recall.share);
        let Some(best) = simple.iter().max_by(|a, b| recall(a).total_cmp(&recall(b))) else {
            continue;
        };
        let what = format!(
            "macro recall ahead of the best simple detector ({}) at {budget} per 1,000",
            best.name
        );
        targets.push(Target {
            bound: Bound::MoreThan,
            ..floor(&what, recall(best), (recall(curve), 0))
        });
    }
    targets
}

/// Of the look-alikes that were noticed at all: the share with the right reason why they are benign.
fn right_reason(explained: &BTreeMap<String, LookAlikeFigures>) -> (f64, u64) {
    let (right, noticed) =
        explained.values().fold((0, 0), |sum, one| (sum.0 + one.explained, sum.1 + one.noticed));
    (if noticed == 0 { 1.0 } else { right as f64 / noticed as f64 }, noticed)
}
