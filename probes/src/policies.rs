//! Policy documents, in every call that carries one.

use cloudtrail::Event;
use detect::{Completed, Judge, Lens, Outputs, Settings, Shard};
use intel::address::AddressBook;
use intel::thief::Thief;
use profile::Crowds;
use serde_json::{Value, json};

/// Calls and the name under which they carry a policy.
const CALLS: [(&str, &str, &str); 8] = [
    ("iam", "PutUserPolicy", "policyDocument"),
    ("iam", "CreateRole", "assumeRolePolicyDocument"),
    ("iam", "UpdateAssumeRolePolicy", "policyDocument"),
    ("iam", "CreatePolicyVersion", "policyDocument"),
    ("kms", "PutKeyPolicy", "policy"),
    ("s3", "PutBucketPolicy", "bucketPolicy"),
    ("secretsmanager", "PutResourcePolicy", "resourcePolicy"),
    ("lambda", "AddPermission20150331v2", "principal"),
];

pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let said = judged(&text);
    match serde_json::from_str::<Value>(&text) {
        // How a document is written down makes no difference.
        Ok(document) => {
            let other = serde_json::to_string_pretty(&document).unwrap_or_default();
            if fits(&text) && fits(&other) {
                assert_eq!(said, judged(&other));
            }
        }
        Err(_) if fits(&text) => {
            assert_eq!(said, judged("[]"), "what is no document allows nothing");
        }
        Err(_) => {}
    }
}

/// Whether a request with this document is kept in full.
fn fits(text: &str) -> bool {
    Value::from(text).to_string().len() + 200 < Event::DETAIL_LIMIT
}

/// All that a judge tells of calls with this document, the documents themselves left out.
fn judged(document: &str) -> Vec<String> {
    let events = events(document);
    let settings = Settings::default();
    let (book, crowds, completed) = (AddressBook::new(), Crowds::default(), Completed::new());
    let judge = Judge {
        book: &book,
        thief: Thief::shipped(),
        settings: &settings,
        crowds: &crowds,
        completed: &completed,
    };
    let mut outputs = Outputs::default();
    Shard::default().run(&judge, &mut Lens::default(), &events, false, &mut outputs);
    outputs.told.iter().map(|told| format!("{:?}", told.what)).collect()
}

fn events(document: &str) -> Vec<Event> {
    let records: Vec<Value> =
        CALLS.iter().zip(0..).map(|(call, second)| record(*call, second, document)).collect();
    let file = json!({ "Records": records }).to_string();
    let mut events = Vec::new();
    cloudtrail::decode::decode(file.as_bytes(), &mut |event| events.push(event));
    assert_eq!(events.len(), CALLS.len());
    events
}

fn record((service, name, key): (&str, &str, &str), second: u8, document: &str) -> Value {
    // S3 writes the document as JSON, all others as text. The principal of a permission is no
    // document, and the same whatever the document is.
    let policy = match (service, serde_json::from_str::<Value>(document)) {
        ("s3", Ok(parsed)) => parsed,
        ("lambda", _) => json!("*"),
        _ => json!(document),
    };
    json!({
        "eventVersion": "1.08",
        "eventTime": format!("2026-03-02T10:00:{second:02}Z"),
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "104.131.0.1",
        "userAgent": "aws-cli/2.23.6",
        "eventID": format!("00000000-0000-4000-8000-{second:012}"),
        "readOnly": false,
        "recipientAccountId": "111122223333",
        "requestParameters": { "userName": "x", "bucketName": "b", key: policy },
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAALICE",
            "accountId": "111122223333",
            "arn": "arn:aws:iam::111122223333:user/alice",
            "userName": "alice",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
    })
}
