//! Splunk's HTTP Event Collector.

use notify::{Channels, News};

use crate::fixture::{SECRET, notice, open_at, passing, tell};
use crate::hostile::{HOSTILE, SPELLED_OUT, hostile};
use crate::receiver::{Receiver, Reply, answer};

fn open(receiver: &Receiver, settings: &str) -> Channels {
    let url = receiver.url("");
    open_at(
        &url,
        &format!("kind = 'splunk'\nurl = '{url}'\ntoken = {{ env = 'SECRET' }}\n{settings}"),
    )
}

#[test]
fn an_event() {
    let receiver = Receiver::of(vec![answer(200, r#"{"text":"Success","code":0}"#)]);
    tell(&open(&receiver, "index = 'security'"), &notice(), News::Opened).unwrap();
    let request = receiver.only();
    assert_eq!(request.target, "/services/collector/event");
    assert_eq!(request.header("authorization"), format!("Splunk {SECRET}"));
    insta::assert_json_snapshot!(request.json());
}

#[test]
fn a_hostile_text_stays_what_it_is() {
    let receiver = Receiver::of(vec![answer(200, r#"{"text":"Success","code":0}"#)]);
    tell(&open(&receiver, ""), &hostile(), News::Opened).unwrap();
    let request = receiver.only();
    let event = request.json()["event"].clone();
    assert_eq!(event["incident"]["owner"], HOSTILE);
    assert!(event["text"].as_str().unwrap().contains(SPELLED_OUT));
    // One line: collectors cut their input at line ends.
    assert!(!request.body.contains(['\n', '\r']));
}

#[test]
fn an_event_may_be_a_finding() {
    let receiver = Receiver::of(vec![answer(200, r#"{"text":"Success","code":0}"#)]);
    tell(&open(&receiver, "body = 'ocsf'"), &notice(), News::Opened).unwrap();
    let event = receiver.only().json();
    assert_eq!(
        (&event["sourcetype"], &event["event"]["class_uid"]),
        (&"keyhound:ocsf".into(), &2004.into())
    );
}

#[test]
fn what_splunk_answers_decides() {
    let cases = [
        (answer(503, r#"{"text":"Server is busy","code":9}"#), Ok(None)),
        (Reply::Answer(429, "retry-after: 3\r\n", String::new()), Ok(Some(3))),
        (
            answer(403, r#"{"text":"Invalid token","code":4}"#),
            Err(
                "the receiver answered with status 403: Invalid token; check the secret of the channel",
            ),
        ),
        (
            answer(400, r#"{"text":"Incorrect index","code":7}"#),
            Err("the receiver answered with status 400: Incorrect index"),
        ),
    ];
    for (reply, expected) in cases {
        let fault =
            tell(&open(&Receiver::of(vec![reply]), ""), &notice(), News::Opened).unwrap_err();
        let expected =
            expected.map_err(|reason| format!("channel ops could not be told: {reason}"));
        assert_eq!(passing(&fault), expected);
    }
}
