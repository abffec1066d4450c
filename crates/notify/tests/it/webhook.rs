//! The generic webhook: what it is sent, and that its signature can be checked by others.

use std::io::Write;
use std::process::{Command, Stdio};

use notify::{Digest, Message, News, Severity};
use serde_json::json;

use crate::fixture::{SECRET, notice, now, open_at, passing, run, tell};
use crate::hostile::{HOSTILE, hostile};
use crate::receiver::{Receiver, answer};

const WEBHOOK: &str = "kind = 'webhook'\nurl = { env = 'URL' }\nsecret = { env = 'SECRET' }\n";

#[test]
fn news_are_a_document() {
    let receiver = Receiver::of(vec![answer(204, "")]);
    let channels = open_at(&receiver.url("/hook"), WEBHOOK);
    tell(&channels, &notice(), News::Updated).unwrap();
    let request = receiver.only();
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/hook"));
    assert_eq!(request.header("content-type"), "application/json");
    assert!(request.header("user-agent").starts_with("keyhound/"));
    insta::assert_json_snapshot!(request.json());
}

/// An implementation of the check that shares nothing with ours.
const CHECK: &str = r"
import base64, hashlib, hmac, sys
secret, id, time, signature = sys.argv[1:5]
signed = f'{id}.{time}.'.encode() + sys.stdin.buffer.read()
expected = 'v1,' + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
sys.exit(0 if hmac.compare_digest(expected, signature) else 1)
";

fn is_signed(id: &str, time: &str, signature: &str, body: &str) -> bool {
    let mut child = Command::new("python3")
        .args(["-c", CHECK, SECRET, id, time, signature])
        .stdin(Stdio::piped())
        .spawn()
        .expect("python3, which the tests need");
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn others_can_check_the_signature() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    tell(&open_at(&receiver.url("/"), WEBHOOK), &hostile(), News::Opened).unwrap();
    let request = receiver.only();
    let (id, time) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    let signature = request.header("webhook-signature");
    assert_eq!(time, now().as_second().to_string());
    assert_eq!(id, request.header("idempotency-key"));
    assert!(is_signed(id, time, signature, &request.body));
    assert!(!is_signed(id, "1", signature, &request.body));
    assert!(!is_signed(id, time, signature, &format!("{} ", request.body)));
}

#[test]
fn texts_arrive_as_they_are() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    tell(&open_at(&receiver.url("/"), WEBHOOK), &hostile(), News::Opened).unwrap();
    let document = receiver.only().json();
    assert_eq!(document["incident"]["owner"], json!(HOSTILE));
    assert!(!document["text"].as_str().unwrap().contains('\u{1b}'));
}

#[test]
fn bodies_may_be_findings() {
    for (body, field) in [("ocsf", "class_uid"), ("asff", "SchemaVersion")] {
        let receiver = Receiver::of(vec![answer(200, "")]);
        let settings = format!("{WEBHOOK}body = '{body}'");
        let channels = open_at(&receiver.url("/"), &settings);
        tell(&channels, &notice(), News::Opened).unwrap();
        assert!(!receiver.only().json()[field].is_null());
        let without = notify::Notice { ocsf: None, asff: Some("{".to_owned()), ..notice() };
        passing(&tell(&channels, &without, News::Opened).unwrap_err()).unwrap_err();
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[test]
fn headers_and_a_bearer_are_added() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    let settings =
        format!("{WEBHOOK}bearer = {{ env = 'SECRET' }}\nheaders = {{ X-Team = 'blue' }}");
    tell(&open_at(&receiver.url("/"), &settings), &notice(), News::Test).unwrap();
    let request = receiver.only();
    assert_eq!(request.header("authorization"), format!("Bearer {SECRET}"));
    assert_eq!(request.header("x-team"), "blue");
}

#[test]
fn a_digest_is_a_document_too() {
    let receiver = Receiver::of(vec![answer(200, "")]);
    let digest = digest("Key AKIAI44QH8DHBEXAMPLE of backup");
    let channels = open_at(&receiver.url("/"), WEBHOOK);
    run(channels.tell(&Message::Digest(&digest), now())).unwrap();
    insta::assert_json_snapshot!(receiver.only().json());
    let receiver = Receiver::of(vec![answer(200, "")]);
    let channels = open_at(&receiver.url("/"), &format!("{WEBHOOK}body = 'ocsf'"));
    let receipt = run(channels.tell(&Message::Digest(&digest), now())).unwrap();
    assert!(receipt.remark.unwrap().contains("no digests"));
    assert_eq!(receiver.requests().len(), 0);
}

/// Two incidents, one of them with this title.
pub(crate) fn digest(title: &str) -> Digest {
    serde_json::from_value(json!({
        "channel": "ops",
        "day": "2026-11-20",
        "entries": [
            { "id": "inc-1", "title": "Key AKIAIOSFODNN7EXAMPLE of deploy", "severity": Severity::Medium, "score": 12.5 },
            { "id": "inc-2", "title": title, "severity": Severity::Low, "score": 10.0 },
        ],
        "left_out": 3,
        "link": "https://keyhound.example.com/incidents?standing=watch&day=2026-11-20",
        "key": "0123456789abcdef0123456789abcdef",
    }))
    .unwrap()
}
