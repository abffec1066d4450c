//! `PagerDuty`: one incident of theirs for each of ours.

use notify::{Channels, Message, News, Notice, Status};
use serde_json::Value;

use crate::fixture::{SECRET, notice, now, open_at, passing, run, tell};
use crate::hostile::{SPELLED_OUT, hostile, huge};
use crate::receiver::{Receiver, Reply, answer};
use crate::webhook::digest;

fn open(receiver: &Receiver) -> Channels {
    let url = receiver.url("/v2/enqueue");
    open_at(&url, &format!("kind = 'pagerduty'\nrouting_key = {{ env = 'SECRET' }}\nurl = '{url}'"))
}

fn accepted() -> Reply {
    answer(202, r#"{"status":"success","message":"Event processed","dedup_key":"x"}"#)
}

fn events(notice: &Notice, news: News) -> Vec<Value> {
    let receiver = Receiver::of(vec![accepted()]);
    tell(&open(&receiver), notice, news).unwrap();
    receiver.requests().iter().map(crate::receiver::Request::json).collect()
}

#[test]
fn an_event() {
    insta::assert_json_snapshot!(events(&notice(), News::Opened));
}

#[test]
fn news_become_actions_on_one_incident() {
    let taken = Notice { status: Status::InProgress, ..notice() };
    let cases = [
        (notice(), News::Opened, "trigger"),
        (notice(), News::Updated, "trigger"),
        (notice(), News::Test, "trigger"),
        (taken.clone(), News::Taken, "acknowledge"),
        (taken, News::Updated, "trigger acknowledge"),
        (notice(), News::Closed, "resolve"),
        (notice(), News::Reopened, "trigger"),
    ];
    for (notice, news, expected) in cases {
        let events = events(&notice, news);
        let actions: Vec<&str> =
            events.iter().map(|event| event["event_action"].as_str().unwrap()).collect();
        assert_eq!(actions.join(" "), expected, "{news:?}");
        for event in &events {
            assert_eq!(event["routing_key"], SECRET);
            assert_eq!(event["dedup_key"], "keyhound-inc-0123456789ab");
            assert_eq!(event["payload"].is_null(), event["event_action"] != "trigger");
        }
    }
}

#[test]
fn the_limits_of_pagerduty_are_kept() {
    let event = &events(&huge(), News::Opened)[0];
    let summary = event["payload"]["summary"].as_str().unwrap();
    assert!(summary.chars().count() <= 1_024 && summary.contains("more characters)"), "{summary}");
    assert!(event.to_string().len() < 512 * 1_024);
    assert!(event["dedup_key"].as_str().unwrap().chars().count() <= 255);
    let long = Notice { id: "x".repeat(1_000), ..notice() };
    assert!(events(&long, News::Closed)[0]["dedup_key"].as_str().unwrap().chars().count() <= 255);
}

#[test]
fn a_hostile_text_is_one_plain_line() {
    let event = &events(&hostile(), News::Opened)[0];
    let summary = event["payload"]["summary"].as_str().unwrap();
    assert!(summary.contains("more characters)") || summary.contains(SPELLED_OUT), "{summary}");
    assert!(!summary.contains(char::is_control), "{summary}");
    assert!(event["client_url"].is_null() && event["links"].is_null());
}

#[test]
fn a_digest_is_an_incident_of_its_own() {
    let receiver = Receiver::of(vec![accepted()]);
    run(open(&receiver).tell(&Message::Digest(&digest("x")), now())).unwrap();
    let event = receiver.only().json();
    assert_eq!(event["dedup_key"], "keyhound-0123456789abcdef0123456789abcdef");
    assert_eq!(event["payload"]["severity"], "warning");
}

#[test]
fn what_pagerduty_answers_decides() {
    let invalid = r#"{"status":"invalid event","message":"Event object is invalid","errors":["'routing_key' is invalid: hunter2-hunter2-hunter2"]}"#;
    let cases = [
        (answer(429, ""), Ok(None)),
        (answer(500, ""), Ok(None)),
        (
            answer(400, invalid),
            Err(
                "the receiver answered with status 400: Event object is invalid: 'routing_key' is invalid: …",
            ),
        ),
    ];
    for (reply, expected) in cases {
        let fault = tell(&open(&Receiver::of(vec![reply])), &notice(), News::Opened).unwrap_err();
        let expected =
            expected.map_err(|reason| format!("channel ops could not be told: {reason}"));
        assert_eq!(passing(&fault), expected);
    }
}

#[test]
fn an_event_that_went_through_half_is_told_whole_again() {
    let receiver = Receiver::of(vec![accepted(), answer(500, ""), accepted()]);
    let taken = Notice { status: Status::InProgress, ..notice() };
    let channels = open(&receiver);
    passing(&tell(&channels, &taken, News::Updated).unwrap_err()).unwrap();
    tell(&channels, &taken, News::Updated).unwrap();
    let actions: Vec<String> =
        receiver.requests().iter().map(|one| one.json()["event_action"].to_string()).collect();
    assert_eq!(actions, ["\"trigger\"", "\"acknowledge\"", "\"trigger\"", "\"acknowledge\""]);
}
