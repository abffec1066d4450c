//! Thieves who know how Keyhound judges.

use std::fs;

use incident::Incident;
use serde_json::{Value, json};

use super::scan;

/// A call of an IAM user's long-term key, a minute after the one before.
fn call(number: usize, user_agent: &str, address: &str, action: &str, request: &Value) -> Value {
    let (service, name) = action.split_once(':').unwrap();
    json!({
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "carol",
            "arn": "arn:aws:iam::111122223333:user/carol", "accountId": "111122223333",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        "eventTime": format!("2026-03-02T{:02}:{:02}:00Z", 9 + number / 60, number % 60),
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": address,
        "userAgent": user_agent,
        "requestParameters": request,
        "responseElements": null,
        "eventID": format!("adversary-{number}"),
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
    })
}

fn surest(calls: &[Value]) -> Option<Incident> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trail.jsonl");
    let lines: Vec<String> = calls.iter().map(Value::to_string).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    scan(&file).incidents.into_iter().next()
}

#[test]
fn a_client_that_calls_itself_an_audit_program_is_no_excuse() {
    let theft = |user_agent: &str| {
        let mut calls = Vec::new();
        for action in ["sts:GetCallerIdentity", "s3:ListBuckets", "secretsmanager:ListSecrets"] {
            calls.push(call(calls.len(), user_agent, "185.220.101.5", action, &json!({})));
        }
        for secret in 0..30 {
            let request = json!({ "secretId": format!("prod/{secret}") });
            let action = "secretsmanager:GetSecretValue";
            calls.push(call(calls.len(), user_agent, "185.220.101.5", action, &request));
        }
        surest(&calls).map_or(0.0, |incident| incident.score)
    };
    let (honest, disguised) = (theft("Boto3/1.34.0"), theft("prowler/3.0"));
    assert!(honest >= 14.0, "{honest}");
    assert!(disguised >= honest - 2.0, "{disguised} against {honest}");
}

#[test]
fn to_remove_one_user_excuses_nothing_else() {
    let from = |calls: &[(&str, Value)]| {
        let calls: Vec<Value> = calls
            .iter()
            .enumerate()
            .map(|(number, (action, request))| {
                call(number, "aws-cli/2.15.0", "198.51.100.7", action, request)
            })
            .collect();
        surest(&calls).map_or(0.0, |incident| incident.score)
    };
    let theft = [
        ("cloudtrail:StopLogging", json!({ "name": "trail" })),
        ("iam:CreateAccessKey", json!({ "userName": "admin" })),
        ("guardduty:DeleteDetector", json!({ "detectorId": "d" })),
    ];
    let user = json!({ "userName": "decoy" });
    let decoy = [("iam:CreateUser", user.clone()), ("iam:DeleteUser", user)];
    let with_decoy: Vec<_> = theft.iter().chain(&decoy).cloned().collect();
    let (plain, decoyed) = (from(&theft), from(&with_decoy));
    // The steps that the decoy explains were worth something to the theft, too: no more than those.
    assert!(decoyed >= plain - 6.0 && decoyed >= 14.0, "{decoyed} against {plain}");
}
