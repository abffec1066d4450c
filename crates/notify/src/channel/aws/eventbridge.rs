//! A bus of Amazon EventBridge: the notice as an event that rules can look into.
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, Request};
use crate::channel::webhook::document;
use crate::fault::Trouble;
use crate::settings::EventBridgeSettings;
use crate::text::line;
use crate::{Message, Receipt};

/// Bytes of an entry as AWS counts them are 256 kB; what is longer loses its lists.
const LONGEST: usize = 250_000;

pub(super) async fn tell(
    client: &Client,
    settings: &EventBridgeSettings,
    message: &Message<'_>,
    now: Timestamp,
) -> Result<Receipt, Trouble> {
    let entry = json!({
        "EventBusName": settings.bus,
        "Source": "keyhound",
        "DetailType": if message.notice().is_some() { "Keyhound Incident" } else { "Keyhound Digest" },
        "Time": now.as_second(),
        "Detail": detail(message),
    });
    let request = Request {
        method: Method::POST,
        path: &[],
        headers: &[
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "AWSEvents.PutEvents"),
        ],
        body: json!({ "Entries": [entry] }).to_string(),
        action: "events:PutEvents on the bus",
    };
    let said = client.send(&request, now).await?.json();
    if said["FailedEntryCount"].as_u64() == Some(0) {
        return Ok(Receipt::default());
    }
    // The request was taken, and its only entry was not.
    let entry = &said["Entries"][0];
    let word = |name: &str| line(entry[name].as_str().unwrap_or_default(), 200);
    let (code, why) = (word("ErrorCode"), word("ErrorMessage"));
    let reason = format!("EventBridge did not take the event: {code}: {why}");
    Err(match code.as_str() {
        "InternalFailure" | "InternalException" | "ThrottlingException" => Trouble::passing(reason),
        _ => Trouble::lasting(reason),
    })
}

fn detail(message: &Message<'_>) -> String {
    let mut document = document(message);
    if document.to_string().len() > LONGEST {
        for name in ["achieved", "accounts", "keys", "reasons", "steps"] {
            shorten(&mut document["incident"][name]);
        }
        shorten(&mut document["changes"]);
        for name in ["title", "owner", "kind", "resolution", "assignee"] {
            let field = &mut document["incident"][name];
            if let Some(text) = field.as_str() {
                *field = json!(line(text, 400));
            }
        }
    }
    document.to_string()
}

fn shorten(list: &mut Value) {
    let Some(items) = list.as_array() else { return };
    let items = items.iter().take(10).filter_map(Value::as_str);
    *list = items.map(|text| json!(line(text, 400))).collect();
}
