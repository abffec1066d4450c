#![expect(clippy::float_cmp, reason = "shares of small counts are exact")]

use super::*;
use crate::truth::LookAlike;

fn theft(family: &str, number: u32) -> Theft {
    let id = |event: u32| format!("{family}-{number}-{event}");
    Theft {
        family: family.into(),
        style: if family == "replay" { Style::Stealth } else { Style::Loud },
        cold: false,
        rotating: false,
        recorded: false,
        victim: format!("arn:aws:iam::1:user/{family}{number}"),
        root_access_key_id: format!("AKIA{family}{number}"),
        access_key_ids: vec![format!("AKIA{family}{number}"), format!("AKIAMADE{family}{number}")],
        principals: vec![format!("arn:aws:iam::1:user/{family}{number}")],
        first_event_id: id(0),
        event_ids: (0..10).map(id).collect(),
        echo_ids: vec![format!("{family}-{number}-aws")],
        times: (0..10).map(|minute| time(1_000 + i64::from(number) * 10_000 + minute)).collect(),
        addresses: vec!["88.198.1.2".into()],
        resources: vec!["bucket-a".into(), "secret-b".into()],
        created: vec!["eve".into()],
    }
}

fn time(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_741_000_000 + minutes * 60).unwrap()
}

fn found(theft: &Theft, score: f64) -> Found {
    Found {
        alert: true,
        score,
        detected_at: theft.times[2],
        root_access_key_id: theft.root_access_key_id.clone(),
        access_key_ids: theft.access_key_ids.clone(),
        principals: theft.principals.clone(),
        first_event_id: theft.event_ids[1].clone(),
        event_ids: theft.event_ids[1..].to_vec(),
        resources: vec![
            "s3://bucket-a/object".into(),
            "arn:aws:secretsmanager:eu-west-1:1:secret:secret-b-x1Y2z3".into(),
        ],
        created: vec!["arn:aws:iam::1:user/eve".into()],
        reasons: Vec::new(),
        ledger: vec![
            Cause { bits: 9.0, event_ids: theft.event_ids[1..3].to_vec() },
            Cause { bits: 6.0, event_ids: vec!["of-the-owner".into()] },
            Cause { bits: -4.0, event_ids: vec!["of-the-owner".into()] },
        ],
    }
}

fn innocent(score: f64, who: &str, minutes: i64) -> Found {
    Found {
        alert: true,
        score,
        detected_at: time(minutes),
        root_access_key_id: "AKIAOK".into(),
        access_key_ids: vec!["AKIAOK".into()],
        principals: vec![who.into()],
        first_event_id: "x".into(),
        event_ids: vec!["x".into()],
        resources: Vec::new(),
        created: Vec::new(),
        reasons: vec!["key-rotation".into()],
        ledger: Vec::new(),
    }
}

fn truth() -> Truth {
    Truth {
        thefts: vec![theft("mining", 0), theft("mining", 1), theft("replay", 0)],
        look_alikes: vec![LookAlike {
            name: "rotation".into(),
            reason: crate::truth::Reason::KeyRotation,
            principals: vec!["arn:aws:iam::1:user/good".into()],
            access_key_ids: Vec::new(),
            from: time(0),
            until: time(600),
            announced: Vec::new(),
        }],
        key_weeks: 500.0,
        from: None,
    }
}

#[test]
fn a_perfect_judge_gets_full_marks() {
    let truth = truth();
    let all: Vec<Found> = truth.thefts.iter().map(|theft| found(theft, 20.0)).collect();
    let report = score(&all, &truth, 1);
    assert_eq!((report.macro_recall.share, report.macro_recall.low), (1.0, 1.0));
    assert_eq!(report.macro_without_stealth.share, 1.0);
    let shares = [report.root_right, report.first_right, report.one_incident, report.top_three];
    assert!(shares.iter().all(|interval| interval.share == 1.0 && interval.of == 3), "{shares:?}");
    assert_eq!((report.blast_radius, report.precision_at_10, report.false_alerts), (1.0, 1.0, 0));
    assert_eq!((report.events_to_detect.0, report.minutes_to_detect.0), (3.0, 2.0));
    assert_eq!(
        report.look_alikes["rotation"],
        LookAlikeFigures { happened: 1, ..Default::default() }
    );
}

#[test]
fn what_is_missed_split_or_wrong_costs() {
    let truth = truth();
    let first = found(&truth.thefts[0], 30.0);
    let mut second = first.clone();
    second.score = 16.0;
    second.root_access_key_id = "AKIAELSE".into();
    second.detected_at = time(2_000);
    let mut watched = found(&truth.thefts[2], 12.0);
    watched.alert = false;
    // Two alerts of one principal in one week count once, in another week again.
    let wrong = [
        innocent(18.0, "arn:aws:iam::1:user/good", 10),
        innocent(17.0, "arn:aws:iam::1:user/good", 20),
        innocent(17.0, "arn:aws:iam::1:user/good", 20_000),
    ];
    let mut all = vec![first, second, watched];
    all.extend(wrong);
    let report = score(&all, &truth, 1);
    assert_eq!(report.macro_recall.share, 0.25);
    assert!(report.macro_recall.low < 0.25 && report.macro_recall.high > 0.25);
    assert_eq!(report.families["mining"].recall.share, 0.5);
    assert_eq!(report.recall["stealth"].share, 0.0);
    assert_eq!((report.one_incident.share, report.root_right.share), (0.0, 1.0));
    assert_eq!((report.false_alerts, report.false_per_1000_key_weeks), (2, 4.0));
    assert_eq!(report.false_at_changes, 1);
    assert_eq!(report.precision_at_10, 0.4);
    let rotation = LookAlikeFigures { happened: 1, alerted: 1, noticed: 1, explained: 1 };
    assert_eq!(report.look_alikes["rotation"], rotation);
}

#[test]
fn an_alert_about_something_else_finds_no_theft() {
    let truth = truth();
    let theft = &truth.thefts[0];
    let other = || vec!["of-the-owner".to_owned()];
    let cause = |bits, event_ids| Cause { bits, event_ids };
    let own = || theft.event_ids[..1].to_vec();
    let mut before = found(theft, 20.0);
    before.detected_at = time(900);
    let mut echoed = before.clone();
    echoed.event_ids.extend(theft.echo_ids.clone());
    let overlaps =
        Found { ledger: vec![cause(9.0, other()), cause(5.0, own())], ..found(theft, 20.0) };
    let mixed = Found { ledger: vec![cause(9.0, [own(), other()].concat())], ..found(theft, 20.0) };
    let no_events = |key: &str| Found {
        event_ids: Vec::new(),
        access_key_ids: vec![key.to_owned()],
        ..found(theft, 20.0)
    };
    let cases = [
        ("alert from before the theft", before, false),
        ("the same, for what AWS did because of it", echoed, true),
        ("most of the bits are the owner's doing", overlaps, false),
        ("half of the bits are the thief's", mixed, true),
        ("no reasons given", Found { ledger: Vec::new(), ..found(theft, 20.0) }, true),
        ("the thief's key, no events given", no_events("AKIAMADEmining0"), true),
        ("another key, no events given", no_events("AKIAOTHER"), false),
    ];
    for (what, found, expected) in cases {
        let report = score(std::slice::from_ref(&found), &truth, 1);
        assert_eq!(report.families["mining"].recall.share > 0.0, expected, "{what}");
        assert_eq!(report.false_alerts, u64::from(!expected), "{what}");
    }
}

#[test]
fn what_comes_while_the_judge_learns_is_counted_apart() {
    let truth = Truth { from: Some(time(100)), ..truth() };
    let wrong =
        [innocent(18.0, "arn:aws:iam::1:user/a", 10), innocent(18.0, "arn:aws:iam::1:user/a", 200)];
    let report = score(&wrong, &truth, 1);
    assert_eq!((report.early_alerts, report.false_alerts), (1, 1));
}

#[test]
fn histories_are_scored_together_each_against_its_own_truth() {
    let truth = truth();
    let first = [found(&truth.thefts[0], 20.0)];
    let second: Vec<Found> = truth.thefts.iter().map(|theft| found(theft, 20.0)).collect();
    let trials = [Trial { found: &first, truth: &truth }, Trial { found: &second, truth: &truth }];
    let report = score_all(&trials, 1);
    assert_eq!(report.families["mining"].recall.share, 0.75);
    assert_eq!(report.macro_recall.share, 0.625);
    assert_eq!(report.macro_without_stealth.share, 0.75);
    assert_eq!(report.key_weeks, 1_000.0);
}

#[test]
fn a_budget_sets_the_threshold() {
    let truth = truth();
    let mut all: Vec<Found> = truth
        .thefts
        .iter()
        .zip([20.0, 11.0, 6.0])
        .map(|(theft, score)| found(theft, score))
        .collect();
    // 2, 4 and 6 per thousand key-weeks from these scores on; the second of `a` is of the same week.
    for (score, who) in [(15.0, "a"), (13.0, "a"), (12.0, "b"), (8.0, "c")] {
        all.push(Found { alert: false, ..innocent(score, who, 10) });
    }
    let trials = [Trial { found: &all, truth: &truth }];
    let shares: Vec<(Option<f64>, f64)> = curve(&trials, &[1.0, 2.0, 5.0, 50.0], 1)
        .iter()
        .map(|point| (point.threshold, point.macro_recall.share))
        .collect();
    let expected = [(Some(20.0), 0.25), (Some(13.0), 0.25), (Some(11.0), 0.5), (Some(6.0), 1.0)];
    assert_eq!(shares, expected);
    let worst = [innocent(30.0, "a", 10)];
    let trials = [Trial { found: &worst, truth: &truth }];
    assert_eq!(threshold_for(&trials, 1.0), None);
}

#[test]
fn rare_thefts_are_drawn_by_the_rate_of_false_alerts() {
    let truth = truth();
    let mut all: Vec<Found> = truth.thefts.iter().map(|theft| found(theft, 20.0)).collect();
    let none_wrong = precision_when_rare(&[Trial { found: &all, truth: &truth }], 2_000.0, 1);
    assert_eq!((none_wrong.share, none_wrong.low), (1.0, 1.0));
    // Forty false alerts to twenty thefts, a quarter of them above all thefts.
    let shares = [30.0, 10.0, 10.0, 10.0];
    all.extend((0..4).map(|who| innocent(shares[who], &format!("user-{who}"), 10)));
    let truth = Truth { key_weeks: 4_000.0, ..truth };
    let mixed = precision_when_rare(&[Trial { found: &all, truth: &truth }], 2_000.0, 1);
    assert!((0.01..0.3).contains(&mixed.share) && mixed.low < mixed.high, "{mixed:?}");
}

#[test]
fn nothing_found_of_nothing_is_no_error() {
    let report = score(&[], &Truth::default(), 1);
    assert_eq!((report.macro_recall.share, report.false_per_1000_key_weeks), (0.0, 0.0));
}

#[test]
fn a_threshold_keeps_to_its_budget_and_its_bounds() {
    let bounds = (10.0, 24.0);
    let maxima = [30.0, 17.04, 15.0, 12.3, 11.0];
    // Weeks, budget, threshold: one alert in 200 weeks is five per thousand.
    for (weeks, budget, expected) in [
        (100.0, 5.0, 17.1),
        (200.0, 5.0, 15.1),
        (400.0, 5.0, 12.4),
        (1_000.0, 50.0, 10.0),
        (0.0, 5.0, 17.1),
    ] {
        let threshold = threshold_within(&maxima, weeks, budget, bounds);
        assert_eq!(threshold, expected, "{weeks} weeks at {budget}");
        let wrong = maxima[1..].iter().filter(|bits| **bits >= threshold).count() as f64;
        assert!(wrong <= weeks * budget / 1_000.0);
    }
    assert_eq!(threshold_within(&[], 500.0, 5.0, bounds), 10.0);
    assert_eq!(threshold_within(&[24.0, 23.99], 10.0, 5.0, bounds), 24.0);
}

#[test]
fn a_principal_counts_once_a_week() {
    let found = [
        innocent(12.0, "arn:aws:iam::1:user/good", 10),
        innocent(17.0, "arn:aws:iam::1:user/good", 20),
        innocent(11.0, "arn:aws:iam::1:user/good", 20_000),
        innocent(13.0, "arn:aws:iam::1:user/other", 20),
    ];
    assert_eq!(weekly_maxima(&found), [17.0, 13.0, 11.0]);
}

#[test]
fn every_theft_gets_its_mark() {
    let truth = truth();
    let mut watched = found(&truth.thefts[2], 12.0);
    watched.alert = false;
    let all = [innocent(20.0, "x", 10), watched, found(&truth.thefts[0], 30.0)];
    let trial = Trial { found: &all, truth: &truth };
    assert_eq!(about(trial), [None, Some(2), Some(0)]);
    let marks = marks(trial);
    assert_eq!(marks.iter().map(|mark| mark.found).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(marks.iter().map(|mark| mark.best).collect::<Vec<_>>(), [Some(2), None, Some(1)]);
    assert_eq!((marks[0].events_to_detect, marks[0].root_right), (Some(3.0), true));
}

#[test]
fn wilson_does_not_take_two_of_two_for_a_law() {
    let rounded = |interval: Interval| {
        [interval.share, interval.low, interval.high].map(|share| (share * 100.0).round())
    };
    assert_eq!(rounded(wilson(2, 2)), [100.0, 34.0, 100.0]);
    assert_eq!(rounded(wilson(0, 2)), [0.0, 0.0, 66.0]);
    assert_eq!(rounded(wilson(36, 42)), [86.0, 72.0, 93.0]);
    assert_eq!(wilson(0, 0), Interval::default());
}
