//! Every signal has three cases: it fires, a near miss, and a look-alike from ordinary work.

mod access;
mod buckets;
mod clients;
mod context;
mod data;
mod defences;
mod discovery;
mod identities;
mod machines;
mod mended;
mod spending;

use std::collections::BTreeMap;
use std::fmt::Write;

use detect::signal::{ALL, BY_CONTEXT, STARRED, catalogue};

use crate::court::{Court, reports, signals};
use crate::script::Script;

/// What a case shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shows {
    /// The signal.
    Fires,
    /// Almost the same events, without the signal.
    NearMiss,
    /// Ordinary work that looks like it: without the signal, or under watch where it is context.
    Benign,
}

/// A case: what happened, and all signals that must be seen in it.
pub(crate) struct Case {
    signal: &'static str,
    shows: Shows,
    name: &'static str,
    script: Script,
    expected: &'static [&'static str],
    court: Court,
}

fn case(signal: &'static str, shows: Shows, name: &'static str, script: Script) -> Case {
    Case { signal, shows, name, script, expected: &[], court: Court::default() }
}

pub(crate) fn fires(signal: &'static str, name: &'static str, script: Script) -> Case {
    case(signal, Shows::Fires, name, script)
}

pub(crate) fn near(signal: &'static str, name: &'static str, script: Script) -> Case {
    case(signal, Shows::NearMiss, name, script)
}

pub(crate) fn benign(signal: &'static str, name: &'static str, script: Script) -> Case {
    case(signal, Shows::Benign, name, script)
}

impl Case {
    /// All signals that the case shows, sorted; without this word it shows none.
    pub(crate) fn shows(mut self, expected: &'static [&'static str]) -> Self {
        self.expected = expected;
        self
    }

    pub(crate) fn before(mut self, court: Court) -> Self {
        self.court = court;
        self
    }

    /// What is wrong with it; empty when nothing is.
    fn faults(&self) -> String {
        let mut faults = String::new();
        let (_, mut outputs) = self.court.judge(&self.script.events());
        // The first days of a principal are another story.
        outputs.told.retain(|told| told.time >= self.script.begins());
        let seen = signals(&outputs);
        if seen != self.expected {
            write!(faults, " saw {seen:?}, not {:?};", self.expected).unwrap();
        }
        let fired = seen.contains(&self.signal);
        let told = reports(&outputs);
        let score = told.values().map(|report| report.score.to_f64()).fold(0.0, f64::max);
        match self.shows {
            Shows::Fires if !fired => faults.push_str(" did not fire;"),
            Shows::NearMiss if fired => faults.push_str(" fired;"),
            Shows::Benign if score >= self.court.settings.weights.watch => {
                write!(faults, " reached {score:.1} bits:").unwrap();
                for report in told.values() {
                    for line in report.evidence.score(&self.court.settings.weights).lines {
                        let (signal, about, bits) = (line.signal, line.about, line.bits);
                        write!(faults, "\n    {bits} {signal} {about} {}", line.observed).unwrap();
                    }
                }
            }
            _ => {}
        }
        faults
    }
}

fn cases() -> Vec<Case> {
    [
        access::cases(),
        buckets::cases(),
        clients::cases(),
        context::cases(),
        data::cases(),
        defences::cases(),
        discovery::cases(),
        identities::cases(),
        machines::cases(),
        spending::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_case_shows_what_it_says() {
    let mut report = String::new();
    for case in cases() {
        let faults = case.faults();
        if !faults.is_empty() {
            writeln!(report, "{} ({:?}: {}):{faults}", case.signal, case.shows, case.name).unwrap();
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_signal_has_all_three_cases_and_every_case_a_signal() {
    let mut by_signal: BTreeMap<&str, Vec<Shows>> = BTreeMap::new();
    for case in cases() {
        by_signal.entry(case.signal).or_default().push(case.shows);
    }
    let known: Vec<&str> = ALL.iter().map(|signal| signal.about.id).collect();
    for id in &known {
        let mut shows = by_signal.remove(id).unwrap_or_default();
        shows.sort_unstable();
        shows.dedup();
        let all = [Shows::Fires, Shows::NearMiss, Shows::Benign];
        assert_eq!(shows, all, "{id}: tests/it/signals must show all three");
    }
    assert!(by_signal.is_empty(), "no such signals: {:?}", by_signal.keys());
}

#[test]
fn every_starred_row_is_seen_by_a_signal_or_weighed_with_every_call() {
    let mut rows: Vec<&str> = STARRED.to_vec();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), 74, "a starred row stands twice");
    let seen: Vec<&str> = catalogue().flat_map(|about| about.rows.iter().copied()).collect();
    let weighed: Vec<&str> = BY_CONTEXT.iter().map(|(row, _)| *row).collect();
    rows.retain(|row| !seen.contains(row) && !weighed.contains(row));
    assert!(rows.is_empty(), "no signal has these rows: {rows:?}");
}

#[test]
fn every_description_is_whole() {
    let mut ids: Vec<&str> = catalogue().map(|about| about.id).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "two signals have the same id");
    for about in catalogue() {
        let row = |row: &&str| row.len() == 5 && row.is_char_boundary(2) && &row[2..3] == "-";
        let technique = |id: &&str| id.starts_with('T') && (id.len() == 5 || id.len() == 9);
        assert!(!about.rows.is_empty() && about.rows.iter().all(row), "{}", about.id);
        assert!(
            !about.techniques.is_empty() && about.techniques.iter().all(technique),
            "{}",
            about.id
        );
        for text in [about.text, about.look_back, about.noise] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", about.id);
        }
    }
}
