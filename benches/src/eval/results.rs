//! What an evaluation comes to: `docs/evaluation.json`.

use std::collections::BTreeMap;

use range::Report;
use range::score::{Interval, LookAlikeFigures, Point};
use serde::Serialize;

use super::determinism;
use super::targets::Target;

/// Everything that was measured.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Results {
    /// The shape of this document.
    pub(super) schema: u32,
    /// What the program was built from.
    pub(super) built_from: String,
    /// The parameter sets.
    pub(super) sets: Vec<String>,
    /// The seeds of each.
    pub(super) seeds: Vec<u64>,
    /// Records in all worlds.
    pub(super) records: u64,
    /// What was to be reached, and what was.
    pub(super) targets: Vec<Target>,
    /// The product as shipped, all worlds together.
    pub(super) report: Report,
    /// The same set by set.
    pub(super) by_set: BTreeMap<String, Report>,
    /// Precision at 10 at one theft in 2,000 key-weeks.
    pub(super) rare: Interval,
    /// What was made of look-alikes when incidents from 5 bits on are told.
    pub(super) explained: BTreeMap<String, LookAlikeFigures>,
    /// The product at alert budgets.
    pub(super) curve: Comparison,
    /// The same with thresholds that come from other worlds; empty if there are none.
    pub(super) calibrated: Vec<Point>,
    /// The simple detectors at alert budgets.
    pub(super) simple: Vec<Comparison>,
    /// The product without one of its ideas at alert budgets.
    pub(super) ablations: Vec<Comparison>,
    /// Whether the output is the same however records are delivered.
    pub(super) determinism: determinism::Outcome,
}

/// One judge at alert budgets.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Comparison {
    /// Who.
    pub(super) name: String,
    /// A point for each budget.
    pub(super) points: Vec<Point>,
}
