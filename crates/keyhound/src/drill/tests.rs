#![expect(clippy::float_cmp, reason = "thresholds are tenths, compared as they are written")]

use incident::feedback::Feedback;
use ingest::Books;

use super::*;
use crate::config::Thresholds;
use crate::render::sample;

/// A drill of a history with so many principal-weeks of each kind and these benign incidents: a kind,
/// a name, a score.
fn drilled(weeks: &[(Kind, f64)], incidents: &[(Kind, &str, f64)]) -> Drilled {
    let incident = |(kind, name, score): &(Kind, &str, f64)| Incident {
        kind: *kind,
        principals: vec![format!("arn:aws:iam::111122223333:user/{name}")],
        score: *score,
        ..sample::theft()
    };
    let history = Scanned {
        feedback: Feedback::default(),
        incidents: incidents.iter().map(incident).collect(),
        excepted: 0,
        identities: Vec::new(),
        books: Books::default(),
        problems: Vec::new(),
        further_problems: 0,
        coverage: Vec::new(),
        period: None,
        principals: 0,
        accounts: 0,
        kept: None,
    };
    Drilled {
        history,
        judged_from: Time::MIN,
        key_weeks: weeks.iter().map(|(_, weeks)| weeks).sum(),
        weeks_of_kind: weeks.iter().map(|(kind, weeks)| (*kind, (10, *weeks))).collect(),
        rounds: 0,
        thefts: Vec::new(),
        nobody: Vec::new(),
        report: score::score_all(&[], 1),
        curve: Vec::new(),
    }
}

fn calibrated(drilled: &Drilled, budget: f64) -> Thresholds {
    Calibration::of(drilled, &Thresholds::default(), budget).unwrap().after
}

#[test]
fn each_kind_gets_what_its_own_noise_asks_for() {
    let noisy = [(Kind::Ci, "a", 16.0), (Kind::Ci, "b", 19.02), (Kind::UserHuman, "c", 11.0)];
    let weeks = [(Kind::Ci, 150.0), (Kind::UserHuman, 600.0), (Kind::Instance, 40.0)];
    let after = calibrated(&drilled(&weeks, &noisy), 5.0);
    // No alert in 150 weeks; three in 600, and there is only one; too little for instances.
    assert_eq!(after.alert_for(Kind::Ci), 19.1);
    assert_eq!(after.alert_for(Kind::UserHuman), 10.0);
    assert_eq!((after.alert_for(Kind::Instance), after.alert), (14.0, 14.0));
    // At ten times the budget one of the two may come, but 150 weeks are no reason to go lower.
    assert_eq!(calibrated(&drilled(&weeks, &noisy), 10.0).alert_for(Kind::Ci), 16.1);
    assert_eq!(calibrated(&drilled(&weeks, &noisy), 50.0).alert_for(Kind::Ci), 14.0);
}

#[test]
fn small_kinds_share_a_threshold() {
    let weeks = [(Kind::Ci, 90.0), (Kind::Vendor, 80.0), (Kind::UserHuman, 600.0)];
    let after = calibrated(&drilled(&weeks, &[(Kind::Vendor, "v", 20.5)]), 5.0);
    assert_eq!((after.alert, after.page), (20.6, 20.6));
    assert_eq!((after.alert_for(Kind::Ci), after.alert_for(Kind::Vendor)), (20.6, 20.6));
    assert_eq!(after.by_kind.keys().copied().collect::<Vec<_>>(), [Kind::UserHuman]);
}

#[test]
fn what_is_surer_than_any_threshold_raises_none() {
    let weeks = [(Kind::UserHuman, 600.0)];
    let real: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| (Kind::UserHuman, name, 50.0)).into();
    assert_eq!(calibrated(&drilled(&weeks, &real), 5.0).alert_for(Kind::UserHuman), 10.0);
    let many: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| (Kind::UserHuman, name, 23.99)).into();
    assert_eq!(calibrated(&drilled(&weeks, &many), 5.0).alert_for(Kind::UserHuman), 24.0);
}

#[test]
fn a_little_history_says_nothing_about_a_thousand_weeks() {
    let refused = Calibration::of(&drilled(&[(Kind::Ci, 499.0)], &[]), &Thresholds::default(), 5.0);
    assert!(refused.unwrap_err().why.contains("499 principal-weeks"));
}
