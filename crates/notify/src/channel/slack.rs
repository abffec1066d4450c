//! Slack: by an incoming webhook, or as a bot, whose updates go into the thread of the first
//! message.
//!
//! Every text of an incident is sent as `plain_text`, which Slack does not parse: no mention, no
//! link and no emphasis can come of it. Limits and escapes are Slack's own:
//! <https://docs.slack.dev/reference/block-kit/blocks> and
//! <https://docs.slack.dev/messaging/formatting-message-text>.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::fault::Trouble;
use crate::http::{Answer, Http, Surroundings};
use crate::settings::{Connection, address, checked};
use crate::story::Story;
use crate::text::cut;
use crate::{Message, News, Receipt, Secret, SecretSource, Standing};

/// A channel of Slack: either `webhook`, or `token` and `channel`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlackSettings {
    /// The address of an incoming webhook.
    pub webhook: Option<SecretSource>,
    /// The token of a bot, `xoxb-…`, with the scope `chat:write`.
    pub token: Option<SecretSource>,
    /// The id or name of the bot's channel: `C0123456789`, `#security`.
    pub channel: Option<String>,
    /// Where Slack's API is, if not at Slack.
    #[serde(default = "slack")]
    pub api: String,
    /// How Slack is talked to.
    #[serde(default)]
    pub connection: Connection,
}

fn slack() -> String {
    "https://slack.com/api/".to_owned()
}

pub(super) struct Slack {
    http: Http,
    way: Way,
}

enum Way {
    Webhook(Url),
    Bot { url: Url, token: Secret, channel: String },
}

/// Characters of a header, of a field and of a section's text, and fields of a section.
const HEADER: usize = 150;
const FIELD: usize = 2_000;
const SECTION: usize = 3_000;
const FIELDS: usize = 10;

impl Slack {
    pub(super) fn open(
        settings: &SlackSettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        let connection = &settings.connection;
        match (&settings.webhook, &settings.token, &settings.channel) {
            (Some(webhook), None, None) => {
                let secret = around.secret(webhook)?;
                let url = address(&secret, connection)?;
                let http = Http::new(connection, around.proxies, Some(&url), &[&secret])?;
                Ok(Self { http, way: Way::Webhook(url) })
            }
            (None, Some(token), Some(channel)) if !channel.is_empty() => {
                let token = around.secret(token)?;
                let base = checked(&settings.api, connection)?;
                let url = base.join("chat.postMessage").map_err(|error| error.to_string())?;
                let http = Http::new(connection, around.proxies, Some(&url), &[&token])?;
                Ok(Self { http, way: Way::Bot { url, token, channel: channel.clone() } })
            }
            _ => Err("it needs either webhook, or token and channel; name one of both".to_owned()),
        }
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let mut body = body(message);
        match &self.way {
            Way::Webhook(url) => {
                let request = self.http.post(url).header("content-type", "application/json");
                let answer = self.http.send(request.body(body.to_string()), now).await?;
                if answer.succeeded() {
                    return Ok(Receipt::default());
                }
                Err(self.http.refused(&answer, &answer.text()))
            }
            Way::Bot { url, token, channel } => {
                let (channel, thread) = place(channel, message.thread());
                body["channel"] = json!(channel);
                // Slack documents no promise for it, and other services with its API keep one.
                let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, message.key().as_bytes());
                body["client_msg_id"] = json!(id.to_string());
                if let Some(thread) = thread {
                    body["thread_ts"] = json!(thread);
                    body["reply_broadcast"] = json!(is_for_all(message));
                }
                let request = self
                    .http
                    .post(url)
                    .header("content-type", "application/json; charset=utf-8")
                    .bearer_auth(token.reveal());
                let answer = self.http.send(request.body(body.to_string()), now).await?;
                self.receipt(&answer, thread)
            }
        }
    }

    /// What Slack says is in the body, whatever the status.
    fn receipt(&self, answer: &Answer, thread: Option<&str>) -> Result<Receipt, Trouble> {
        /// Errors of Slack's that pass by themselves.
        const PASSING: [&str; 6] = [
            "fatal_error",
            "internal_error",
            "ratelimited",
            "request_timeout",
            "rollup_error",
            "service_unavailable",
        ];
        let said = answer.json();
        if !answer.succeeded() {
            return Err(self.http.refused(answer, said["error"].as_str().unwrap_or_default()));
        }
        if said["ok"] == json!(true) {
            let (channel, ts) = (said["channel"].as_str(), said["ts"].as_str());
            // Replies go to the first message, not to each other.
            let first = thread.or(ts);
            let thread = channel.zip(first).map(|(channel, first)| format!("{channel}/{first}"));
            return Ok(Receipt { thread, remark: None });
        }
        let error = said["error"].as_str().unwrap_or("no error named");
        let reason = format!("Slack says {}", self.http.said(error));
        if PASSING.contains(&error) {
            return Err(Trouble::Passing { reason, wait: answer.wait });
        }
        let advice = match error {
            "invalid_auth" | "not_authed" | "token_revoked" | "token_expired"
            | "account_inactive" => "; check the bot's token",
            "channel_not_found" | "not_in_channel" | "is_archived" => {
                "; check the channel and invite the bot into it"
            }
            "missing_scope" => "; give the bot the scope chat:write",
            _ => "",
        };
        Err(Trouble::lasting(format!("{reason}{advice}")))
    }
}

/// The channel and thread of the first message, where there was one: the channel by its id, since
/// its name may have changed.
fn place<'a>(configured: &'a str, thread: Option<&'a str>) -> (&'a str, Option<&'a str>) {
    match thread.and_then(|thread| thread.split_once('/')) {
        Some((channel, first)) => (channel, Some(first)),
        None => (configured, None),
    }
}

/// What everybody in the channel should see, not only who follows the thread.
fn is_for_all(message: &Message<'_>) -> bool {
    let paged = message.notice().is_some_and(|notice| notice.standing == Standing::Page);
    match message.news() {
        Some(News::Reopened) => true,
        Some(News::Updated) => paged,
        _ => false,
    }
}

/// A message as blocks, and as text for notifications and readers of screens.
fn body(message: &Message<'_>) -> Value {
    let story = message.story();
    json!({
        "text": escaped(&cut(&story.headline, 500)),
        "blocks": blocks(&story),
        // Nothing is made a link or a mention that was not sent as one, and no link is fetched.
        "parse": "none",
        "link_names": false,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn blocks(story: &Story) -> Vec<Value> {
    let text = |text: &str| json!({ "type": "plain_text", "emoji": false, "text": text });
    let mut blocks = vec![json!({ "type": "header", "text": text(&cut(&story.headline, HEADER)) })];
    if story.headline.chars().count() > HEADER {
        let whole = text(&cut(&story.headline, SECTION));
        blocks.push(json!({ "type": "section", "text": whole }));
    }
    if !story.facts.is_empty() {
        let fields = story.facts.iter().take(FIELDS);
        let fields =
            fields.map(|fact| text(&cut(&format!("{}: {}", fact.label, fact.value), FIELD)));
        blocks.push(json!({ "type": "section", "fields": fields.collect::<Vec<_>>() }));
    }
    for section in &story.sections {
        let lines: Vec<String> = section.lines.iter().map(|line| format!("• {line}")).collect();
        let lines = cut(&format!("{}\n{}", section.title, lines.join("\n")), SECTION);
        blocks.push(json!({ "type": "section", "text": text(&lines) }));
    }
    if let Some(link) = &story.link {
        let link = format!("<{}|Open in Keyhound>", escaped_link(link));
        let link = json!({ "type": "mrkdwn", "verbatim": true, "text": link });
        if link["text"].as_str().is_some_and(|text| text.len() <= SECTION) {
            blocks.push(json!({ "type": "section", "text": link }));
        }
    }
    let reference = text(&cut(&format!("Keyhound, {}", story.reference), SECTION));
    blocks.push(json!({ "type": "context", "elements": [reference] }));
    blocks
}

/// What Slack reads as a mention, channel or link is text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An address inside `<…|…>`.
fn escaped_link(link: &Url) -> String {
    let link = link.as_str().replace('|', "%7C").replace('<', "%3C").replace('>', "%3E");
    link.replace('&', "&amp;")
}
