//! Microsoft Teams: an Adaptive Card to the webhook of a workflow ("Post to a channel when a
//! webhook request is received").
//!
//! Every text of an incident is a `TextRun`, which is not Markdown: nothing in it becomes a link,
//! an emphasis or a mention. A workflow cannot reply to what it posted, so each update is a message
//! of its own. Form and limit:
//! <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::fault::Trouble;
use crate::http::{Http, Surroundings};
use crate::settings::{Connection, address};
use crate::story::Story;
use crate::text::cut_bytes;
use crate::{Message, Receipt, SecretSource, Severity};

/// A channel of Microsoft Teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamsSettings {
    /// The address of the workflow's webhook.
    pub webhook: SecretSource,
    /// How Teams is talked to.
    #[serde(default)]
    pub connection: Connection,
}

pub(super) struct Teams {
    http: Http,
    url: Url,
}

/// Teams takes 28 kB; some of it is kept back for what it adds itself.
const LONGEST_BODY: usize = 26_000;
/// Bytes of one line, halved until the whole fits.
const LONGEST_LINE: usize = 1_600;

impl Teams {
    pub(super) fn open(
        settings: &TeamsSettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        let secret = around.secret(&settings.webhook)?;
        let url = address(&secret, &settings.connection)?;
        let http = Http::new(&settings.connection, around.proxies, Some(&url), &[&secret])?;
        Ok(Self { http, url })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let request = self.http.post(&self.url).header("content-type", "application/json");
        let answer = self.http.send(request.body(body(&message.story())), now).await?;
        if answer.succeeded() {
            return Ok(Receipt::default());
        }
        let said = answer.json();
        let said = said["error"]["message"].as_str().unwrap_or_default();
        Err(self.http.refused(&answer, said))
    }
}

/// The whole message, its lines cut as far as the limit asks for.
fn body(story: &Story) -> String {
    let mut most = LONGEST_LINE;
    loop {
        let body = envelope(&card(story, most)).to_string();
        if body.len() <= LONGEST_BODY || most < 64 {
            return body;
        }
        most /= 2;
    }
}

fn envelope(card: &Value) -> Value {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

fn card(story: &Story, most: usize) -> Value {
    let run = |text: &str| json!({ "type": "TextRun", "text": cut_bytes(text, most) });
    let bold = |text: &str| json!({ "type": "TextRun", "weight": "Bolder", "text": text });
    let block = |inlines: Vec<Value>| json!({ "type": "RichTextBlock", "inlines": inlines });
    let mut headline = run(&story.headline);
    headline["weight"] = json!("Bolder");
    headline["size"] = json!("Large");
    headline["color"] = json!(color(story.severity));
    let mut body = vec![block(vec![headline])];
    for fact in &story.facts {
        body.push(block(vec![bold(&format!("{}: ", fact.label)), run(&fact.value)]));
    }
    for section in &story.sections {
        let mut title = block(vec![bold(section.title)]);
        title["spacing"] = json!("Medium");
        title["separator"] = json!(true);
        body.push(title);
        body.extend(section.lines.iter().map(|line| block(vec![run(&format!("• {line}"))])));
    }
    let mut reference = run(&format!("Keyhound, {}", story.reference));
    reference["isSubtle"] = json!(true);
    reference["size"] = json!("Small");
    body.push(block(vec![reference]));
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut_bytes(&story.headline, most),
        "msteams": { "width": "Full" },
        "body": body,
    });
    if let Some(link) = story.link.as_ref().filter(|link| link.as_str().len() <= 2_000) {
        card["actions"] = json!([{ "type": "Action.OpenUrl", "title": "Open in Keyhound", "url": link.as_str() }]);
    }
    card
}

const fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "Default",
        Severity::Medium => "Accent",
        Severity::High => "Warning",
        Severity::Critical => "Attention",
    }
}
