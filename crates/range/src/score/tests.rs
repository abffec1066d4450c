#![expect(clippy::float_cmp, reason = "shares of small counts are exact")]

use super::*;

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
        resources: vec!["arn:aws:s3:::bucket-a".into(), "secret-b".into()],
        created: vec!["arn:aws:iam::1:user/eve".into()],
        reasons: Vec::new(),
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
    }
}

#[test]
fn a_perfect_judge_gets_full_marks() {
    let truth = truth();
    let all: Vec<Found> = truth.thefts.iter().map(|theft| found(theft, 20.0)).collect();
    let report = score(&all, &truth, 1);
    assert_eq!((report.macro_recall.share, report.macro_recall.low), (1.0, 1.0));
    assert_eq!((report.root_right, report.first_right, report.one_incident), (1.0, 1.0, 1.0));
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
    assert_eq!((report.one_incident, report.root_right), (0.0, 1.0));
    assert_eq!((report.false_alerts, report.false_per_1000_key_weeks), (2, 4.0));
    assert_eq!(report.precision_at_10, 0.4);
    let rotation = LookAlikeFigures { happened: 1, alerted: 1, noticed: 1, explained: 1 };
    assert_eq!(report.look_alikes["rotation"], rotation);
}

#[test]
fn nothing_found_of_nothing_is_no_error() {
    let report = score(&[], &Truth::default(), 1);
    assert_eq!((report.macro_recall.share, report.false_per_1000_key_weeks), (0.0, 0.0));
}
