//! `drill --json`: the whole result as one document, described in docs/reference/drill.md.

use std::collections::BTreeMap;

use cloudtrail::Time;
use incident::{Incident, LedgerLine};
use range::score::{Interval, LookAlikeFigures};
use range::truth::Style;
use serde::Serialize;

use crate::drill::{Calibration, Drilled, Robbed};
use crate::render::ndjson;

/// The version of the document. It grows with every change that a reader could trip over.
const SCHEMA: u32 = 1;

#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: u32,
    seed: u64,
    history: History,
    recall: Recall,
    families: BTreeMap<&'a str, Family>,
    attribution: Attribution,
    false_alerts: FalseAlerts<'a>,
    budgets: Vec<Budget>,
    thefts: Vec<Theft<'a>>,
    not_tried: &'a [&'static str],
    coverage: &'a [String],
    calibration: Option<Calibrated<'a>>,
}

#[derive(Debug, Serialize)]
struct History {
    made_up: bool,
    events: u64,
    principals: u64,
    accounts: u64,
    first_event: Option<Time>,
    last_event: Option<Time>,
    judged_from: Time,
    key_weeks: f64,
    rounds: usize,
}

#[derive(Debug, Serialize)]
struct Recall {
    thefts: Interval,
    families: Interval,
    families_without_stealth: Interval,
    loud: Interval,
    quiet: Interval,
    stealth: Interval,
    cold: Interval,
    events_to_detect: (f64, f64),
    minutes_to_detect: (f64, f64),
}

#[derive(Debug, Serialize)]
struct Family {
    style: Style,
    recall: Interval,
    events_to_detect: f64,
    minutes_to_detect: f64,
}

#[derive(Debug, Serialize)]
struct Attribution {
    root_right: Interval,
    first_right: Interval,
    one_alert: Interval,
    blast_radius: f64,
}

#[derive(Debug, Serialize)]
struct FalseAlerts<'a> {
    alerts: u64,
    per_1000_key_weeks: f64,
    while_learning: u64,
    standing: Vec<Standing<'a>>,
    look_alikes: &'a BTreeMap<String, LookAlikeFigures>,
}

#[derive(Debug, Serialize)]
struct Standing<'a> {
    id: &'a str,
    score: f64,
    title: &'a str,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the fields are the contract's")]
struct Budget {
    budget: f64,
    threshold: Option<f64>,
    false_per_1000_key_weeks: f64,
    families: Interval,
    families_without_stealth: Interval,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of the contract")]
struct Theft<'a> {
    family: &'a str,
    style: Style,
    victim: &'a str,
    access_key_id: &'a str,
    cold: bool,
    rotating: bool,
    begun: Option<String>,
    calls: usize,
    found: bool,
    score: Option<f64>,
    events_to_detect: Option<f64>,
    minutes_to_detect: Option<f64>,
    root_right: bool,
    first_right: bool,
    alerts: usize,
    /// Of a missed theft: what was seen of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<&'a [LedgerLine]>,
}

#[derive(Debug, Serialize)]
struct Calibrated<'a> {
    budget: f64,
    kinds: Vec<Kind>,
    found_before: usize,
    found_after: usize,
    file: &'a str,
    written: bool,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the fields are the contract's")]
struct Kind {
    kind: Option<&'static str>,
    principals: u64,
    key_weeks: f64,
    alert_before: f64,
    alert_after: f64,
    alerts_before: usize,
    alerts_after: usize,
}

/// What became of the thresholds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome<'a> {
    pub(crate) calibration: &'a Calibration,
    pub(crate) file: &'a str,
    pub(crate) written: bool,
}

/// The result as one line of JSON.
pub(crate) fn document(
    drilled: &Drilled,
    seed: u64,
    made_up: bool,
    calibrated: Option<Outcome<'_>>,
) -> serde_json::Result<Vec<u8>> {
    let scanned = &drilled.history;
    let report = &drilled.report;
    let document = Document {
        schema: SCHEMA,
        seed,
        history: History {
            made_up,
            events: scanned.books.accepted,
            principals: scanned.principals,
            accounts: scanned.accounts,
            first_event: scanned.period.map(|(first, _)| first),
            last_event: scanned.period.map(|(_, last)| last),
            judged_from: drilled.judged_from,
            key_weeks: drilled.key_weeks,
            rounds: drilled.rounds,
        },
        recall: recall(drilled),
        families: families(drilled),
        attribution: Attribution {
            root_right: of_found(drilled, |robbed| robbed.mark.root_right),
            first_right: of_found(drilled, |robbed| robbed.mark.first_right),
            one_alert: of_found(drilled, |robbed| robbed.mark.alerts == 1),
            blast_radius: report.blast_radius,
        },
        false_alerts: FalseAlerts {
            alerts: report.false_alerts,
            per_1000_key_weeks: report.false_per_1000_key_weeks,
            while_learning: report.early_alerts,
            standing: drilled.standing().map(standing).collect(),
            look_alikes: &report.look_alikes,
        },
        budgets: drilled
            .curve
            .iter()
            .map(|point| Budget {
                budget: point.budget,
                threshold: point.threshold,
                false_per_1000_key_weeks: point.false_per_1000_key_weeks,
                families: point.macro_recall,
                families_without_stealth: point.macro_without_stealth,
            })
            .collect(),
        thefts: drilled.thefts.iter().map(theft).collect(),
        not_tried: &drilled.nobody,
        coverage: &scanned.coverage,
        calibration: calibrated.map(calibration),
    };
    let mut out = Vec::new();
    ndjson::write(&mut out, &document)?;
    Ok(out)
}

fn recall(drilled: &Drilled) -> Recall {
    let styled = |style| of(drilled.thefts.iter().filter(move |one| one.theft.style == style));
    let report = &drilled.report;
    Recall {
        thefts: of(drilled.thefts.iter()),
        families: report.macro_recall,
        families_without_stealth: report.macro_without_stealth,
        loud: styled(Style::Loud),
        quiet: styled(Style::Quiet),
        stealth: styled(Style::Stealth),
        cold: of(drilled.thefts.iter().filter(|robbed| robbed.theft.cold)),
        events_to_detect: report.events_to_detect,
        minutes_to_detect: report.minutes_to_detect,
    }
}

fn families(drilled: &Drilled) -> BTreeMap<&str, Family> {
    let family = |(name, figures): (&'_ String, &range::score::Figures)| Family {
        style: figures.style,
        recall: of(drilled.thefts.iter().filter(|robbed| robbed.theft.family == *name)),
        events_to_detect: figures.events_to_detect,
        minutes_to_detect: figures.minutes_to_detect,
    };
    let families = drilled.report.families.iter();
    families.map(|(name, figures)| (name.as_str(), family((name, figures)))).collect()
}

/// The share found of some thefts.
fn of<'a>(thefts: impl Iterator<Item = &'a Robbed>) -> Interval {
    let hits: Vec<bool> = thefts.map(|robbed| robbed.mark.found).collect();
    range::score::wilson(hits.iter().filter(|hit| **hit).count(), hits.len())
}

/// Of the thefts found, the share of which something is right.
fn of_found(drilled: &Drilled, is_right: impl Fn(&Robbed) -> bool) -> Interval {
    let caught: Vec<&Robbed> = drilled.thefts.iter().filter(|robbed| robbed.mark.found).collect();
    range::score::wilson(caught.iter().filter(|robbed| is_right(robbed)).count(), caught.len())
}

fn standing(incident: &Incident) -> Standing<'_> {
    Standing { id: &incident.id, score: incident.score, title: &incident.title }
}

fn theft(robbed: &Robbed) -> Theft<'_> {
    let Robbed { theft, mark, closest } = robbed;
    Theft {
        family: &theft.family,
        style: theft.style,
        victim: &theft.victim,
        access_key_id: &theft.root_access_key_id,
        cold: theft.cold,
        rotating: theft.rotating,
        begun: theft.times.first().map(ToString::to_string),
        calls: theft.event_ids.len(),
        found: mark.found,
        score: closest.as_ref().map(|incident| incident.score),
        events_to_detect: mark.events_to_detect,
        minutes_to_detect: mark.minutes_to_detect,
        root_right: mark.root_right,
        first_right: mark.first_right,
        alerts: mark.alerts,
        ledger: match closest {
            Some(incident) if !mark.found => Some(&incident.ledger),
            _ => None,
        },
    }
}

fn calibration(outcome: Outcome<'_>) -> Calibrated<'_> {
    let calibration = outcome.calibration;
    Calibrated {
        budget: calibration.budget,
        kinds: calibration
            .shares
            .iter()
            .map(|share| Kind {
                kind: share.kind.map(detect::Kind::as_str),
                principals: share.principals,
                key_weeks: share.weeks,
                alert_before: share.alert_from.0,
                alert_after: share.alert_from.1,
                alerts_before: share.alerts.0,
                alerts_after: share.alerts.1,
            })
            .collect(),
        found_before: calibration.found.0,
        found_after: calibration.found.1,
        file: outcome.file,
        written: outcome.written,
    }
}
