//! Rules from their text to their matches, on records as CloudTrail writes them.

mod correlations;
mod loading;
mod matching;

use std::sync::Arc;

use cloudtrail::decode::Decoder;
use cloudtrail::{Event, RecordRules};
use serde_json::{Value, json};

use crate::{Loaded, RuleFile, Ruleset, load};

/// A rule for CloudTrail with this detection; its title is its file's name.
fn rule(name: &str, detection: &str) -> RuleFile {
    let detection = detection.trim_matches('\n');
    let text = format!(
        "title: {name}\nid: {name}\nstatus: test\nlevel: high\nlogsource:\n    product: aws\n    \
         service: cloudtrail\ndetection:\n{detection}\n"
    );
    file(&format!("rules/{name}.yml"), &text)
}

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.to_owned(), text: text.to_owned(), licence: String::new() }
}

/// Rules that all can be used.
fn usable(files: Vec<RuleFile>) -> Ruleset {
    let Loaded { rules, left_out, .. } = load(files);
    assert_eq!(left_out, []);
    rules
}

/// A record of a call by a user, and what is different in it.
fn record(seconds: i64, different: &Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.10",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAALICE",
            "arn": "arn:aws:iam::111122223333:user/alice",
            "accountId": "111122223333",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "userName": "alice",
        },
        "eventTime": cloudtrail::Time::from_seconds(1_772_409_600 + seconds).to_string(),
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0 exec-env/CloudShell",
        "requestParameters": {"userName": "mallory", "tags": [{"key": "a"}, {"key": "b"}]},
        "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{seconds:012x}"),
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
    });
    for (name, value) in different.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

/// Records as the decoder hands them over, with what the rules say of them.
fn decoded(rules: &Arc<Ruleset>, records: &[Value]) -> Vec<Event> {
    let text = serde_json::to_vec(&json!({ "Records": records })).unwrap();
    let mut events = Vec::new();
    let rules: Arc<dyn RecordRules> = Arc::<Ruleset>::clone(rules);
    Decoder::with_rules(Some(rules)).decode(&text, &mut |event| events.push(event));
    assert_eq!(events.len(), records.len());
    events
}

/// The ids of the rules that count for an event.
fn matching(rules: &Ruleset, event: &Event) -> Vec<String> {
    let numbers = event.matches.iter().flat_map(|matches| &matches.rules);
    numbers.map(|number| rules.cards()[usize::from(*number)].id.to_string()).collect()
}
