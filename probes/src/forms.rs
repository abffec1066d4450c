//! One record in every form that records are delivered in: each gives the same event.

use serde_json::{Value, json};

use crate::records::{Decoded, decoded};

pub(crate) fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(record) = record(text) else { return };
    let alone = decoded(record.as_bytes());
    // Without any mark of a record it is foreign, unless a file says that it holds records.
    if alone.1.read != 1 {
        return;
    }
    // What is malformed or skipped alone is so everywhere.
    for (form, object) in forms(record) {
        let found = decoded(object.as_bytes());
        assert_agree_on(&alone, &found, form);
    }
    let twice = decoded(format!(r#"{{"Records":[{record},{record}]}}"#).as_bytes());
    assert_eq!(twice.0.len(), 2 * alone.0.len());
    assert_eq!(twice.1.read, 2 * alone.1.read);
}

fn assert_agree_on(alone: &Decoded, found: &Decoded, form: &str) {
    assert_eq!(alone.0, found.0, "as {form}");
    let books = |(_, report): &Decoded| (report.read, report.skipped, report.malformed);
    assert_eq!(books(alone), books(found), "as {form}");
}

/// The text, if it is one JSON object with the marks of a record and no envelope.
fn record(text: &str) -> Option<&str> {
    let value: Value = serde_json::from_str(text).ok()?;
    let has =
        |key: &str| value.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    (has("eventTime") || has("eventName") || has("eventSource")).then(|| text.trim())
}

fn forms(record: &str) -> Vec<(&'static str, String)> {
    let text = |text: &str| Value::from(text).to_string();
    let bridge = format!(
        r#"{{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","account":"111122223333","time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":[],"detail":{record}}}"#
    );
    let notification = json!({ "Type": "Notification", "MessageId": "1", "Message": bridge });
    let queued = json!({ "Messages": [], "message": notification.to_string() });
    vec![
        ("file", format!(r#"{{"Records":[{record}]}}"#)),
        ("file with spaces", format!("{{ \"Records\" : [\n {record}\n ] }}\n")),
        ("array", format!("[{record}]")),
        ("line", format!("{record}\r\n")),
        ("file on a line", format!("\n{{\"Records\":[{record}]}}\n")),
        (
            "page of LookupEvents",
            format!(r#"{{"Events":[{{"EventId":"1","CloudTrailEvent":{}}}]}}"#, text(record)),
        ),
        ("event of EventBridge", bridge),
        ("notification", notification.to_string()),
        ("queued notification", queued.to_string()),
        (
            "export of Splunk",
            format!(r#"{{"preview":false,"result":{{"_raw":{}}}}}"#, text(record)),
        ),
        (
            "export of Elastic",
            format!(r#"{{"_index":"x","_source":{{"event":{{"original":{}}}}}}}"#, text(record)),
        ),
    ]
}
