//! Microsoft Teams: cards whose texts are no Markdown.

use notify::{News, Notice};
use serde_json::Value;

use crate::fixture::{notice, open_at, passing, tell, texts};
use crate::hostile::{hostile, huge};
use crate::receiver::{Receiver, Reply, answer};

const TEAMS: &str = "kind = 'teams'\nwebhook = { env = 'URL' }";

fn body(notice: &Notice, news: News) -> String {
    let receiver = Receiver::of(vec![answer(202, "")]);
    tell(&open_at(&receiver.url("/workflows/1"), TEAMS), notice, news).unwrap();
    receiver.only().body
}

fn json(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

#[test]
fn messages() {
    for news in [News::Opened, News::Updated] {
        insta::assert_json_snapshot!(
            format!("message_{}", news.word()),
            json(&body(&notice(), news))
        );
    }
}

#[test]
fn a_hostile_text_is_never_markdown() {
    for news in [News::Opened, News::Updated, News::Closed] {
        let body = json(&body(&hostile(), news));
        let mut seen = 0;
        for (path, text) in texts(&body) {
            if text.contains("evil.example") && !path.ends_with("/fallbackText") {
                seen += 1;
                let object = body.pointer(path.rsplit_once('/').unwrap().0).unwrap();
                assert_eq!(object["type"], "TextRun", "{path}");
            }
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text}");
        }
        assert!(seen >= 3, "{body:#}");
        // Without an entity no `<at>` is a mention, and a link that is none is no action.
        assert!(!body.to_string().contains("entities"));
        assert!(body.pointer("/attachments/0/content/actions").is_none());
    }
}

#[test]
fn the_limit_of_teams_is_kept() {
    for notice in [huge(), hostile()] {
        let body = body(&notice, News::Opened);
        assert!(body.len() < 28_000, "{}", body.len());
    }
    assert!(body(&huge(), News::Opened).contains("more characters)"));
}

#[test]
fn what_teams_answers_decides() {
    let busy = r#"{"error":{"code":"TooManyRequests","message":"Rate limit is exceeded."}}"#;
    let cases = [
        (Reply::Answer(429, "retry-after: 20\r\n", busy.to_owned()), Ok(Some(20))),
        (answer(502, ""), Ok(None)),
        (
            answer(401, r#"{"error":{"message":"The workflow is off."}}"#),
            Err(
                "the receiver answered with status 401: The workflow is off.; check the secret of the channel",
            ),
        ),
    ];
    for (reply, expected) in cases {
        let receiver = Receiver::of(vec![reply]);
        let fault = tell(&open_at(&receiver.url("/"), TEAMS), &notice(), News::Opened).unwrap_err();
        let expected =
            expected.map_err(|reason| format!("channel ops could not be told: {reason}"));
        assert_eq!(passing(&fault), expected);
    }
}
