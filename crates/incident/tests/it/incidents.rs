//! What holds for incidents: one theft is one incident, and its ledger adds up.

use incident::{Incident, Status, Tracker};

use crate::callers::{alice, app, user};
use crate::court::Court;
use crate::script::{BOTO, HOSTER, KALI, OTHER_HOSTER, Script, VPN};

/// The incidents of a script, the surest first.
pub(crate) fn incidents_of(script: &Script) -> Vec<Incident> {
    let court = Court::default();
    let (_, outputs) = court.judge(&script.events());
    let mut tracker = Tracker::new(court.settings);
    for told in outputs.told {
        tracker.hear(told);
    }
    tracker.incidents(&incident::Input::default())
}

const LOUD: [&str; 4] =
    ["iam:ListUsers", "iam:CreateUser", "secretsmanager:GetSecretValue", "ec2:RunInstances"];

#[test]
fn one_theft_over_three_networks_is_one_incident() {
    let script = [HOSTER, OTHER_HOSTER, VPN].iter().fold(alice().quiet(20), |script, address| {
        script.from(address).with(KALI).calls_all(LOUD).wait_minutes(90)
    });
    let incidents = incidents_of(&script);
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].networks.len(), 3, "{:?}", incidents[0].networks);
    assert_eq!(incidents[0].event_ids.len(), 12);
}

#[test]
fn two_thefts_are_two_incidents() {
    let script = alice().quiet(20).from(HOSTER).with(KALI).calls_all(LOUD);
    let other = app().quiet(20).from(OTHER_HOSTER).with(BOTO).calls_all(LOUD);
    let incidents = incidents_of(&script.and(&other));
    assert_eq!(incidents.len(), 2);
    assert_ne!(incidents[0].id, incidents[1].id);
}

#[test]
fn a_theft_keeps_its_name_as_it_goes_on() {
    let theft = alice().quiet(20).from(HOSTER).with(KALI).calls_all(LOUD);
    let longer = theft.clone().wait_minutes(60).calls("cloudtrail:StopLogging");
    let (before, after) = (incidents_of(&theft), incidents_of(&longer));
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_eq!(before[0].id, after[0].id);
    assert_eq!(before[0].detected_at, after[0].detected_at);
    assert!(before[0].score < after[0].score);
}

#[test]
fn ledgers_add_up_and_name_their_events() {
    let script = alice().quiet(20).from(HOSTER).with(KALI).calls_all(LOUD);
    for incident in incidents_of(&script) {
        let sum: f64 = incident.ledger.iter().map(|line| line.bits).sum();
        assert!((sum - incident.score).abs() < 1e-9, "{sum} is not {}", incident.score);
        for line in &incident.ledger {
            let limit = line.signal == "limit-on-negative-evidence";
            assert!(limit || !line.event_ids.is_empty(), "{line:?}");
        }
    }
}

#[test]
fn ordinary_days_are_no_incident() {
    assert_eq!(incidents_of(&alice().quiet(40).and(&app().quiet(40))), []);
}

/// A program that works at a hoster with the key of a user.
fn mailer() -> Script {
    let habits = &["ses:SendEmail", "s3:ListObjects", "sqs:ReceiveMessage"];
    Script::of(user("mailer")).from(HOSTER).with(BOTO).habits(habits).quiet(30)
}

#[test]
fn a_copycat_of_a_program_is_found_while_the_program_is_at_work() {
    let both = (0..6).fold(mailer(), |script, _| {
        let script = script.from(HOSTER).calls("sqs:ReceiveMessage").wait_minutes(10);
        script.from(OTHER_HOSTER).calls("sqs:ReceiveMessage").calls("s3:ListObjects")
    });
    let incidents = incidents_of(&both);
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].status, Status::Alert, "{:?}", incidents[0].ledger);
    let bits = |signal: &str| {
        let line = incidents[0].ledger.iter().find(|line| line.signal == signal);
        line.map_or(0.0, |line| line.bits)
    };
    assert!(bits("overlap") > 0.0 && bits("workload-elsewhere") > 0.0);
    assert!(bits("client") < 0.0 && bits("region") < 0.0, "the copy is perfect");
    assert_eq!(incidents[0].event_ids.len(), 12, "the thief's alone");
}

#[test]
fn a_program_that_moves_is_no_alert() {
    let moved = mailer().from(OTHER_HOSTER).quiet(3);
    let alerts = incidents_of(&moved).into_iter().filter(|one| one.status == Status::Alert);
    assert_eq!(alerts.count(), 0);
}

#[test]
fn new_work_is_an_alert_from_elsewhere_only() {
    let exercise = [
        "ec2:CreateSnapshot",
        "ec2:CopySnapshot",
        "ec2:CreateVolume",
        "rds:CopyDBSnapshot",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "ec2:CreateSecurityGroup",
    ];
    let alerts = |script: Script| {
        let incidents = incidents_of(&script.calls_all(exercise));
        incidents.into_iter().filter(|one| one.status == Status::Alert).count()
    };
    assert_eq!(alerts(alice().quiet(20)), 0);
    assert_eq!(alerts(alice().quiet(20).from(OTHER_HOSTER)), 1);
}
