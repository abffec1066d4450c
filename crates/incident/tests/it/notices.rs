//! What AWS itself says of a key, before and after the key is used.

use cloudtrail::{Event, Time};
use incident::{Incident, Severity, Status, Tracker};
use serde_json::json;

use crate::callers::{alice, user};
use crate::court::Court;
use crate::script::{ACCOUNT, AT_A_FRIENDS, Script};

const KEY: &str = "AKIAAAAAAAAAAAAALICE";

/// What EventBridge delivers when AWS finds a key; `owner` is empty where AWS does not say.
fn told_by_aws(key: &str, owner: &str, time: Time) -> Vec<Event> {
    let notification = json!({
        "detail-type": "AWS Health Event", "source": "aws.health", "account": ACCOUNT,
        "id": "n", "time": time.to_string(), "region": "us-east-1", "resources": [key],
        "detail": {
            "eventTypeCode": "AWS_RISK_CREDENTIALS_EXPOSED",
            "affectedEntities": [{ "entityValue": key }],
            "eventMetadata": { "publicKey": key, "userName": owner, "exposedUrl": "https://example.com/x" },
        },
    });
    let mut events = Vec::new();
    cloudtrail::decode::decode(notification.to_string().as_bytes(), &mut |e| events.push(e));
    assert_eq!(events.len(), 1);
    events
}

fn incidents_of(mut events: Vec<Event>) -> Vec<Incident> {
    events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    let court = Court::default();
    let (_, outputs) = court.judge(&events);
    let mut tracker = Tracker::new(court.settings);
    outputs.told.into_iter().for_each(|told| tracker.hear(told));
    tracker.incidents(&incident::Input::default())
}

/// A little that is unusual: too little for an alert by itself.
fn strange() -> Script {
    alice().quiet(20).from(AT_A_FRIENDS).calls_all(["s3:ListBuckets", "iam:ListUsers"])
}

#[test]
fn a_notice_before_or_after_the_use_is_one_incident_with_it() {
    let without = incidents_of(strange().events());
    assert!(without.iter().all(|incident| incident.status != Status::Alert), "{without:?}");
    let bits = without.first().map_or(0.0, |incident| incident.score);
    for hours in [-30, 30] {
        for owner in ["alice", ""] {
            let told = told_by_aws(KEY, owner, strange().begins().plus_hours(hours));
            let found = incidents_of([strange().events(), told].concat());
            assert_eq!(found.len(), 1, "{hours} h, {owner:?}: {found:?}");
            let incident = &found[0];
            assert!(incident.score >= bits + 14.9, "{} after {bits}", incident.score);
            assert_eq!(incident.root_access_key_id.as_ref().unwrap().as_str(), KEY);
            assert_eq!(incident.principals, ["arn:aws:iam::111122223333:user/alice"]);
            assert!(incident.ledger.iter().any(|line| line.signal == "exposed-says-aws"));
            assert!(incident.severity >= Severity::High);
        }
    }
}

#[test]
fn a_notice_alone_is_an_alert_that_names_the_key() {
    for (owner, title) in [
        ("", format!("Long-term key {KEY}, account {ACCOUNT}: AWS says that it is public")),
        (
            "bob",
            format!(
                "Long-term key {KEY} of user/bob (IAM user, account {ACCOUNT}): AWS says that it is public"
            ),
        ),
    ] {
        let found = incidents_of(told_by_aws(KEY, owner, strange().begins()));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].status, found[0].title.as_str()), (Status::Alert, title.as_str()));
        assert_eq!(found[0].access_key_ids.len(), 1);
    }
}

#[test]
fn a_notice_about_another_key_changes_nothing() {
    let told = told_by_aws("AKIAOTHEROTHEROTHER1", "", strange().begins());
    let quiet = Script::of(user("bob")).quiet(20);
    let found = incidents_of([strange().events(), quiet.events(), told].concat());
    let alerts: Vec<&Incident> =
        found.iter().filter(|incident| incident.status == Status::Alert).collect();
    assert_eq!(alerts.len(), 1, "{found:?}");
    assert_eq!(alerts[0].principals, ["AKIAOTHEROTHEROTHER1"]);
}

#[test]
fn the_maker_of_a_key_tells_whose_it_is() {
    let made = json!({ "accessKey": { "accessKeyId": "AKIAMADEMADEMADEMADE", "userName": "bob" } });
    let script = alice()
        .habits(&["iam:CreateAccessKey"])
        .quiet(20)
        .asks("iam:CreateAccessKey", json!({ "userName": "bob" }))
        .answered(made);
    let told = told_by_aws("AKIAMADEMADEMADEMADE", "", script.begins().plus_hours(9));
    let found = incidents_of([script.events(), told].concat());
    let alert = found.iter().find(|incident| incident.status == Status::Alert).unwrap();
    assert!(
        alert.principals.contains(&"arn:aws:iam::111122223333:user/bob".to_owned()),
        "{alert:?}"
    );
}
