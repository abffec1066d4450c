use std::collections::BTreeSet;

use super::*;

fn template(identity: &Value, event: &str) -> Value {
    json!({
        "eventTime": "2024-07-30T21:31:10Z",
        "eventName": event,
        "awsRegion": "eu-west-1",
        "recipientAccountId": "457448411975",
        "sourceIPAddress": "200.249.253.51",
        "userAgent": "stratus-red-team_5c59eb79",
        "userIdentity": identity,
    })
}

fn user() -> Value {
    template(
        &json!({
            "type": "IAMUser", "principalId": "AIDAX", "accountId": "457448411975",
            "arn": "arn:aws:iam::457448411975:user/christophe",
            "accessKeyId": "AKIAWOGXN38MFN92ING5", "userName": "christophe",
        }),
        "AssumeRole",
    )
}

fn role(session: &str, role: &str) -> Value {
    template(
        &json!({
            "type": "AssumedRole", "principalId": format!("AROAX:{session}"), "accountId": "457448411975",
            "arn": format!("arn:aws:sts::457448411975:assumed-role/{role}/{session}"),
            "accessKeyId": "ASIANQQHHS551LWULIWD",
            "sessionContext": { "attributes": { "creationDate": "2024-07-30T21:00:00Z", "mfaAuthenticated": "false" },
                "sessionIssuer": { "type": "Role", "arn": format!("arn:aws:iam::457448411975:role/{role}"), "userName": role } },
        }),
        "GetCallerIdentity",
    )
}

fn values(records: &[Record]) -> Vec<Value> {
    records.iter().map(|record| serde_json::from_str(&record.json).unwrap()).collect()
}

#[test]
fn every_kind_of_owner_has_a_quiet_history() {
    let root = template(
        &json!({ "type": "Root", "principalId": "457448411975", "accountId": "457448411975",
        "arn": "arn:aws:iam::457448411975:root", "accessKeyId": "" }),
        "ConsoleLogin",
    );
    let federated = template(
        &json!({ "type": "FederatedUser", "principalId": "457448411975:bob", "accountId": "457448411975",
        "arn": "arn:aws:sts::457448411975:federated-user/bob", "accessKeyId": "ASIASTJKC5GCM7ZE6LUP",
        "sessionContext": { "attributes": {} } }),
        "GetCallerIdentity",
    );
    for (template, owner, least) in [
        (user(), Owner::Person, 400),
        (role("i-0123456789abcdef0", "web-role"), Owner::Instance, 800),
        (role("m@acme.example", "AWSReservedSSO_Admin_599c9e90e350d2ff"), Owner::Console, 400),
        (role("aws-go-sdk-1722375070115152000", "job-role"), Owner::Program, 400),
        (federated, Owner::Person, 400),
        (root, Owner::Root, 8),
    ] {
        assert_eq!(Owner::of(&template), owner);
        let records = quiet_history(&template, 3, 1).unwrap();
        assert!(records.len() >= least, "{owner:?}: {}", records.len());
        assert!(records.is_sorted_by_key(|record| record.time));
        let end: jiff::Timestamp = "2024-07-30T20:31:10Z".parse().unwrap();
        assert!(records.iter().all(|record| record.time < end && record.account == "457448411975"));
        let days: BTreeSet<_> =
            records.iter().map(|record| record.time.as_second() / DAY).collect();
        assert!(
            days.len() >= if owner == Owner::Root { 3 } else { 14 },
            "{owner:?}: {}",
            days.len()
        );
        for value in values(&records) {
            assert_eq!(value["userIdentity"]["type"], template["userIdentity"]["type"]);
            assert_ne!(value["userAgent"], template["userAgent"]);
            assert_ne!(value["sourceIPAddress"], template["sourceIPAddress"]);
        }
    }
}

#[test]
fn a_long_term_key_stays_and_temporary_ones_are_renewed() {
    let keys = |template: &Value| -> BTreeSet<String> {
        values(&quiet_history(template, 3, 2).unwrap())
            .iter()
            .filter_map(|value| value["userIdentity"]["accessKeyId"].as_str().map(str::to_owned))
            .collect()
    };
    assert_eq!(keys(&user()), BTreeSet::from(["AKIAWOGXN38MFN92ING5".to_owned()]));
    let instance = keys(&role("i-0123456789abcdef0", "web-role"));
    assert!(instance.len() > 60 && instance.iter().all(|key| key.starts_with("ASIA")));
}

#[test]
fn a_seed_gives_the_same_history_again() {
    assert_eq!(quiet_history(&user(), 1, 5).unwrap(), quiet_history(&user(), 1, 5).unwrap());
    assert_ne!(quiet_history(&user(), 1, 5).unwrap(), quiet_history(&user(), 1, 6).unwrap());
}

#[test]
fn a_record_without_a_time_is_an_error() {
    let mut template = user();
    template["eventTime"] = json!("yesterday");
    assert!(matches!(quiet_history(&template, 1, 1), Err(Error::Record("eventTime"))));
}
