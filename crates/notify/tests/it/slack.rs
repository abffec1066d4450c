//! Slack, as its documentation says that it answers.

use notify::{Message, News, Notice, Standing};
use serde_json::{Value, json};

use crate::fixture::{SECRET, notice, now, open_at, passing, run, tell, tell_in, texts};
use crate::hostile::{HOSTILE, SPELLED_OUT, hostile, huge};
use crate::receiver::{Receiver, Reply, answer};
use crate::webhook::digest;

const WEBHOOK: &str = "kind = 'slack'\nwebhook = { env = 'URL' }";

fn bot(receiver: &Receiver) -> notify::Channels {
    let api = receiver.url("/api/");
    let settings = format!(
        "kind = 'slack'\ntoken = {{ env = 'SECRET' }}\nchannel = '#security'\napi = '{api}'"
    );
    open_at(&api, &settings)
}

fn posted(ts: &str) -> Reply {
    answer(200, json!({ "ok": true, "channel": "C0123456789", "ts": ts }))
}

/// What a webhook is sent.
fn body(notice: &Notice, news: News) -> Value {
    let receiver = Receiver::of(vec![answer(200, "ok")]);
    tell(&open_at(&receiver.url("/services/T/B/x"), WEBHOOK), notice, news).unwrap();
    let request = receiver.only();
    assert_eq!(request.target, "/services/T/B/x");
    request.json()
}

#[test]
fn messages() {
    for news in [News::Opened, News::Updated, News::Closed] {
        insta::assert_json_snapshot!(format!("message_{}", news.word()), body(&notice(), news));
    }
}

#[test]
fn a_digest() {
    let receiver = Receiver::of(vec![answer(200, "ok")]);
    let channels = open_at(&receiver.url("/"), WEBHOOK);
    let digest = digest(HOSTILE);
    run(channels.tell(&Message::Digest(&digest), now())).unwrap();
    insta::assert_json_snapshot!(receiver.only().json());
}

#[test]
fn a_hostile_text_is_never_parsed() {
    for news in [News::Opened, News::Updated, News::Closed] {
        let body = body(&hostile(), news);
        assert_eq!(body["parse"], "none");
        assert_eq!(body["link_names"], false);
        let mut seen = 0;
        for (path, text) in texts(&body) {
            if !text.contains("evil.example") {
                continue;
            }
            seen += 1;
            let object = body.pointer(path.rsplit_once('/').unwrap().0).unwrap();
            if path == "/text" {
                assert!(!text.contains(['<', '>']), "{text}");
            } else {
                assert_eq!(object["type"], "plain_text", "{path}");
                assert_eq!(object["emoji"], false, "{path}");
            }
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text}");
        }
        assert!(seen >= 3, "{body:#}");
        // The link was none, and none is sent.
        assert!(!body.to_string().contains("mrkdwn"), "{body:#}");
    }
    assert!(
        body(&hostile(), News::Opened).to_string().contains(&SPELLED_OUT.replace('\\', "\\\\"))
    );
}

#[test]
fn a_link_cannot_end_early() {
    let link = "https://keyhound.example.com/?a=<b>|c&d=\"> <!channel>";
    let body = body(&Notice { link: Some(link.to_owned()), ..notice() }, News::Opened);
    let link = body["blocks"].as_array().unwrap().iter().find_map(|block| {
        (block["text"]["type"] == "mrkdwn").then(|| block["text"]["text"].as_str().unwrap())
    });
    assert_eq!(
        link,
        Some(
            "<https://keyhound.example.com/?a=%3Cb%3E%7Cc&amp;d=%22%3E%20%3C!channel%3E|Open in Keyhound>"
        )
    );
}

#[test]
fn the_limits_of_slack_are_kept() {
    let body = body(&huge(), News::Opened);
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    for block in blocks {
        let fields = block["fields"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(fields.len() <= 10);
        let most = if block["type"] == "header" { 150 } else { 3_000 };
        let length = |text: &Value| text["text"].as_str().unwrap_or_default().chars().count();
        assert!(length(&block["text"]) <= most, "{block}");
        assert!(fields.iter().all(|field| length(field) <= 2_000), "{block}");
    }
    assert!(body.to_string().contains("more characters)"));
    assert!(body.to_string().contains("… and 194 more"));
}

#[test]
fn a_bot_keeps_an_incident_in_one_thread() {
    let receiver = Receiver::of(vec![posted("1795.000100"), posted("1795.000200")]);
    let channels = bot(&receiver);
    let first = tell(&channels, &notice(), News::Opened).unwrap();
    assert_eq!(first.thread.as_deref(), Some("C0123456789/1795.000100"));
    let second = tell_in(&channels, &notice(), News::Updated, first.thread.as_deref()).unwrap();
    assert_eq!(second.thread, first.thread);
    let requests = receiver.requests();
    assert_eq!(requests[0].target, "/api/chat.postMessage");
    assert_eq!(requests[0].header("authorization"), format!("Bearer {SECRET}"));
    let (one, two) = (requests[0].json(), requests[1].json());
    assert_eq!((&one["channel"], &one["thread_ts"]), (&json!("#security"), &Value::Null));
    assert_eq!(
        (&two["channel"], &two["thread_ts"]),
        (&json!("C0123456789"), &json!("1795.000100"))
    );
    assert_ne!(one["client_msg_id"], two["client_msg_id"]);
    assert_eq!(one["client_msg_id"].as_str().unwrap().len(), 36);
}

#[test]
fn a_repeat_is_the_same_message() {
    let receiver = Receiver::of(vec![answer(500, ""), posted("1"), posted("2")]);
    let channels = bot(&receiver);
    passing(&tell(&channels, &notice(), News::Opened).unwrap_err()).unwrap();
    tell(&channels, &notice(), News::Opened).unwrap();
    tell(&channels, &Notice { version: 4, ..notice() }, News::Updated).unwrap();
    let ids: Vec<Value> =
        receiver.requests().iter().map(|request| request.json()["client_msg_id"].clone()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
}

#[test]
fn what_concerns_all_is_shown_to_all() {
    let cases = [
        (News::Updated, Standing::Alert, false),
        (News::Updated, Standing::Page, true),
        (News::Reopened, Standing::Alert, true),
        (News::Closed, Standing::Page, false),
    ];
    for (news, standing, expected) in cases {
        let receiver = Receiver::of(vec![posted("2")]);
        let notice = Notice { standing, ..notice() };
        tell_in(&bot(&receiver), &notice, news, Some("C1/1")).unwrap();
        assert_eq!(receiver.only().json()["reply_broadcast"], expected, "{news:?} {standing:?}");
    }
}

#[test]
fn what_slack_answers_decides() {
    let error = |error: &str| answer(200, json!({ "ok": false, "error": error }));
    let cases = [
        (error("ratelimited"), Ok(None)),
        (Reply::Answer(429, "retry-after: 7\r\n", "{}".to_owned()), Ok(Some(7))),
        (error("internal_error"), Ok(None)),
        (error("invalid_auth"), Err("Slack says invalid_auth; check the bot's token")),
        (
            error("not_in_channel"),
            Err("Slack says not_in_channel; check the channel and invite the bot into it"),
        ),
        (
            error("missing_scope"),
            Err("Slack says missing_scope; give the bot the scope chat:write"),
        ),
        (error("\u{1b}[2J"), Err(r"Slack says \u{1b}[2J")),
        (error(SECRET), Err("Slack says …")),
        (answer(200, "<html>"), Err("Slack says no error named")),
    ];
    for (reply, expected) in cases {
        let fault = tell(&bot(&Receiver::of(vec![reply])), &notice(), News::Opened).unwrap_err();
        let expected =
            expected.map_err(|reason| format!("channel ops could not be told: {reason}"));
        assert_eq!(passing(&fault), expected);
    }
    let gone = Receiver::of(vec![answer(404, "no_service")]);
    let told = tell(&open_at(&gone.url("/"), WEBHOOK), &notice(), News::Opened).unwrap_err();
    assert_eq!(
        passing(&told),
        Err("channel ops could not be told: the receiver answered with status 404: no_service; check the address of the channel".to_owned())
    );
}
