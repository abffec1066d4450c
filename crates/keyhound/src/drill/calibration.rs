//! Alert thresholds per kind of principal, from what a history without thefts raises.

use std::collections::BTreeMap;

use cloudtrail::Time;
use detect::Kind;
use incident::{IdentitySummary, Incident};
use range::score;

use super::{Drilled, found};
use crate::cannot_run::CannotRun;
use crate::config::Thresholds;

/// Below so many principal-weeks in all nothing can be said about a few alerts in a thousand.
const LEAST_WEEKS: f64 = 500.0;
/// A kind of its own needs so many principal-weeks; the others share a threshold.
const LEAST_WEEKS_OF_KIND: f64 = 100.0;
/// However noisy a kind is: what is surer than this is an alert.
const HIGHEST: f64 = 24.0;

/// What was measured, and the thresholds that follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// False alerts per thousand principal-weeks that are allowed.
    pub budget: f64,
    /// The kinds with a threshold of their own, then all others together.
    pub shares: Vec<Share>,
    /// The thresholds before.
    pub before: Thresholds,
    /// The thresholds after.
    pub after: Thresholds,
    /// Thefts of the drill that are found with the thresholds before and after.
    pub found: (usize, usize),
    /// Of how many thefts.
    pub thefts: usize,
}

/// What one kind of principal raises, and its threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The kind; none for all others together.
    pub kind: Option<Kind>,
    /// How many principals.
    pub principals: u64,
    /// Times the weeks in which each was there.
    pub weeks: f64,
    /// Principal-weeks with an alert, by the thresholds before and after.
    pub alerts: (usize, usize),
    /// The threshold before and after.
    pub alert_from: (f64, f64),
}

impl Calibration {
    /// Calibrates to a budget. Refuses where there is too little history for it.
    pub fn of(drilled: &Drilled, before: &Thresholds, budget: f64) -> Result<Self, CannotRun> {
        enough(drilled.key_weeks)?;
        let mut after = before.clone();
        let mut shares = Vec::new();
        let (own, others): (Vec<_>, Vec<_>) =
            drilled.weeks_of_kind.iter().partition(|(_, (_, weeks))| *weeks >= LEAST_WEEKS_OF_KIND);
        let others: BTreeMap<Kind, (u64, f64)> =
            others.into_iter().map(|(kind, counts)| (*kind, *counts)).collect();
        for (kind, (principals, weeks)) in own {
            let maxima = maxima(drilled, |other| other == *kind);
            let alert = threshold(&maxima, *weeks, budget, before.alert_for(*kind), before.watch);
            after.by_kind.insert(*kind, alert);
            shares.push(Share {
                kind: Some(*kind),
                principals: *principals,
                weeks: *weeks,
                alerts: alerts(&maxima, (before.alert_for(*kind), alert)),
                alert_from: (before.alert_for(*kind), alert),
            });
        }
        let (principals, weeks) =
            others.values().fold((0, 0.0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        if weeks > 0.0 {
            let maxima = maxima(drilled, |kind| others.contains_key(&kind));
            if weeks >= LEAST_WEEKS_OF_KIND {
                after.alert = threshold(&maxima, weeks, budget, before.alert, before.watch);
                after.page = after.page.max(after.alert);
                after.by_kind.retain(|kind, _| !others.contains_key(kind));
            }
            let alert_from = (before.alert, after.alert);
            let alerts = alerts(&maxima, alert_from);
            shares.push(Share { kind: None, principals, weeks, alerts, alert_from });
        }
        let found = |thresholds: &Thresholds| {
            let reaches =
                |incident: &Incident| incident.score >= thresholds.alert_for(incident.kind);
            drilled
                .thefts
                .iter()
                .filter(|robbed| robbed.closest.as_ref().is_some_and(reaches))
                .count()
        };
        Ok(Self {
            budget,
            found: (found(before), found(&after)),
            shares,
            before: before.clone(),
            after,
            thefts: drilled.thefts.len(),
        })
    }
}

/// The weekly maxima of what the history raises with principals of some kinds, after learning.
fn maxima(drilled: &Drilled, of: impl Fn(Kind) -> bool) -> Vec<f64> {
    let incidents = &drilled.history.incidents;
    let counted = incidents.iter().filter(|incident| {
        let time = incident.detected_at.unwrap_or(incident.first_seen);
        of(incident.kind) && time >= drilled.judged_from
    });
    let found: Vec<_> = counted.map(found::found).collect();
    score::weekly_maxima(&found)
}

/// The threshold that keeps to the budget. A few hundred weeks without a noise do not show that
/// less would do: it is lowered only where there are enough.
fn threshold(maxima: &[f64], weeks: f64, budget: f64, before: f64, watch: f64) -> f64 {
    let alert = score::threshold_within(maxima, weeks, budget, (watch, HIGHEST.max(watch)));
    if weeks < LEAST_WEEKS { alert.max(before.min(HIGHEST)) } else { alert }
}

fn alerts(maxima: &[f64], (before, after): (f64, f64)) -> (usize, usize) {
    let from = |least: f64| maxima.iter().filter(|bits| **bits >= least).count();
    (from(before), from(after))
}

/// Principals and principal-weeks by kind, from a moment on. The root user and AWS services hold
/// no key week by week.
pub(super) fn weeks_of_kind(
    identities: &[IdentitySummary],
    from: Time,
) -> BTreeMap<Kind, (u64, f64)> {
    const WEEK: f64 = 7.0 * 86_400.0;
    let mut weeks: BTreeMap<Kind, (u64, f64)> = BTreeMap::new();
    for identity in identities {
        let Some(kind) = Kind::named(&identity.kind) else { continue };
        if matches!(kind, Kind::Root | Kind::AwsService) || identity.last_seen < from {
            continue;
        }
        // Who was there for a moment was there that day.
        let seconds = identity.last_seen.seconds_since(identity.first_seen.max(from)).max(86_400);
        let entry = weeks.entry(kind).or_default();
        *entry = (entry.0 + 1, entry.1 + seconds as f64 / WEEK);
    }
    weeks
}

/// Refuses where there is too little history to say anything about a few alerts in a thousand.
pub(super) fn enough(weeks: f64) -> Result<(), CannotRun> {
    if weeks >= LEAST_WEEKS {
        return Ok(());
    }
    Err(CannotRun {
        why: format!(
            "there are {weeks:.0} principal-weeks after learning, and a budget in a thousand needs {LEAST_WEEKS:.0}; nothing was written"
        ),
        excerpt: None,
        tips: vec![
            "read more weeks of logs, or more accounts".to_owned(),
            "the thresholds stay as they are; a drill without --calibrate tells what they find"
                .to_owned(),
        ],
    })
}
