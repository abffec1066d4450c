//! Who made which credential where no single record tells: across accounts, along chains of roles,
//! by sign-in sessions.

use incident::Incident;
use serde_json::{Value, json};

use crate::callers::{alice, app, session};
use crate::incidents::incidents_of;
use crate::script::{BOTO, HOSTER, KALI, OTHER_HOSTER, STRANGER_ACCOUNT, Script, VPN};

const SESSION: &str = "ASIAMADEMADEMADEMADE";
const LOUD: [&str; 3] = ["iam:ListUsers", "secretsmanager:GetSecretValue", "iam:CreateUser"];

/// Alice's key in a stranger's hands.
fn stolen() -> Script {
    alice().quiet(20).from(HOSTER).with(KALI).calls_all(LOUD)
}

/// A session of a role in another account, whose sessions of this name have a history.
fn deputy() -> Value {
    let mut identity = session("deputy", "nightly");
    identity["accessKeyId"] = json!(SESSION);
    identity
}

fn with_origin(mut identity: Value, field: &str, origin: &str) -> Value {
    identity["sessionContext"][field] = json!(origin);
    identity
}

/// The calling account's record names Alice, the called account's the key; either comes first.
fn crosses(script: Script, caller_first: bool) -> Script {
    let shared = json!("11111111-2222-4333-8444-555555555555");
    let request = json!({ "roleArn": "arn:aws:iam::111122223333:role/deputy" });
    let by_alice = |script: Script| {
        script.asks("sts:AssumeRole", request.clone()).edit("sharedEventID", shared.clone())
    };
    let by_account = |script: Script| {
        let answer = json!({
            "credentials": { "accessKeyId": SESSION },
            "assumedRoleUser": { "arn": "arn:aws:sts::111122223333:assumed-role/deputy/nightly" },
        });
        let identity = json!({
            "type": "AWSAccount", "accountId": STRANGER_ACCOUNT, "principalId": "AIDAALICE",
        });
        let script = script.asks("sts:AssumeRole", request.clone());
        let script = script.edit("sharedEventID", shared.clone());
        script.edit("userIdentity", identity).answered(answer)
    };
    if caller_first { by_account(by_alice(script)) } else { by_alice(by_account(script)) }
}

fn works_elsewhere(script: Script, identity: Value) -> Script {
    script.becomes(identity).from(OTHER_HOSTER).with(BOTO).calls_all(LOUD)
}

fn nightly() -> Script {
    Script::of(session("deputy", "nightly")).quiet(20)
}

fn roots(incidents: &[Incident]) -> Vec<&str> {
    incidents
        .iter()
        .filter_map(|incident| Some(incident.root_access_key_id.as_ref()?.as_str()))
        .collect()
}

#[test]
fn a_call_into_another_account_is_told_by_both_records_together() {
    for caller_first in [true, false] {
        let script = works_elsewhere(crosses(stolen(), caller_first), deputy());
        let incidents = incidents_of(&script.and(&nightly()));
        let titles: Vec<_> =
            incidents.iter().map(|one| (&one.title, &one.access_key_ids)).collect();
        assert_eq!(incidents.len(), 1, "caller first: {caller_first}: {titles:#?}");
        assert_eq!(roots(&incidents), ["AKIAAAAAAAAAAAAALICE"]);
        let minted = |incident: &Incident| {
            incident.ledger.iter().any(|line| line.signal == "minted-by-incident")
        };
        assert!(minted(&incidents[0]));
    }
}

#[test]
fn without_the_shared_id_nobody_knows_who_called() {
    let script = crosses(stolen(), true).edit("sharedEventID", json!("another"));
    let incidents = incidents_of(&works_elsewhere(script, deputy()).and(&nightly()));
    assert_eq!(incidents.len(), 2);
}

#[test]
fn sessions_of_one_origin_are_one_theft_though_nobody_saw_them_being_made() {
    for (field, origin) in [
        ("sourceIdentity", "alice"),
        ("signInSessionArn", "arn:aws:signin:us-east-1:111122223333:session/0a1b2c3d"),
    ] {
        let marked = |name| with_origin(session(name, "nightly"), field, origin);
        let first = Script::of(session("deputy", "nightly")).quiet(20);
        let second = Script::of(session("auditor", "nightly")).quiet(20);
        let first = first.becomes(marked("deputy")).from(HOSTER).with(KALI).calls_all(LOUD);
        let second = second.becomes(marked("auditor")).from(VPN).with(BOTO).calls_all(LOUD);
        let incidents = incidents_of(&first.clone().and(&second));
        assert_eq!(incidents.len(), 1, "{field}");
        let unmarked = Script::of(session("auditor", "nightly")).quiet(20);
        let unmarked = unmarked.from(VPN).with(BOTO).calls_all(LOUD);
        assert_eq!(incidents_of(&first.and(&unmarked)).len(), 2, "{field}");
    }
}

#[test]
fn a_source_identity_names_the_user_that_it_came_from() {
    let marked = with_origin(session("deputy", "nightly"), "sourceIdentity", "alice");
    let role = nightly().becomes(marked).from(OTHER_HOSTER).with(BOTO).calls_all(LOUD);
    let incidents = incidents_of(&stolen().and(&role));
    assert_eq!(incidents.len(), 1);
    let other = app().quiet(20).from(VPN).with(KALI).calls_all(LOUD);
    assert_eq!(incidents_of(&other.and(&role)).len(), 2);
}
