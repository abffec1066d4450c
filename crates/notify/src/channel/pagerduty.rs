//! `PagerDuty`, by Events API v2: one incident of theirs for each of ours, triggered, acknowledged
//! and resolved.
//!
//! The key of an event is our incident, so telling it twice changes nothing. Form and limits:
//! <https://developer.pagerduty.com/docs/send-alert-event>.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use crate::fault::Trouble;
use crate::http::{Http, Surroundings};
use crate::settings::{Connection, checked};
use crate::story::Story;
use crate::text::{cut, cut_bytes, line};
use crate::{Message, News, Receipt, Secret, SecretSource, Severity, Status};

/// A service of `PagerDuty`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerDutySettings {
    /// The integration key of the service, of the kind Events API v2.
    pub routing_key: SecretSource,
    /// Where the service is.
    #[serde(default)]
    pub region: ServiceRegion,
    /// Another address than `PagerDuty`'s, for what speaks its API.
    pub url: Option<String>,
    /// How `PagerDuty` is talked to.
    #[serde(default)]
    pub connection: Connection,
}

/// The regions of `PagerDuty`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceRegion {
    /// The United States.
    #[default]
    Us,
    /// Europe.
    Eu,
}

impl ServiceRegion {
    const fn address(self) -> &'static str {
        match self {
            Self::Us => "https://events.pagerduty.com/v2/enqueue",
            Self::Eu => "https://events.eu.pagerduty.com/v2/enqueue",
        }
    }
}

pub(super) struct PagerDuty {
    http: Http,
    url: Url,
    key: Secret,
}

/// Characters of a summary and of a key; bytes of one detail, of which there are few, so that an
/// event stays far below 512 kB.
const SUMMARY: usize = 1_024;
const DEDUP_KEY: usize = 255;
const DETAIL: usize = 8_000;

impl PagerDuty {
    pub(super) fn open(
        settings: &PagerDutySettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        let key = around.secret(&settings.routing_key)?;
        let address = settings.url.as_deref().unwrap_or(settings.region.address());
        let url = checked(address, &settings.connection)?;
        let http = Http::new(&settings.connection, around.proxies, Some(&url), &[&key])?;
        Ok(Self { http, url, key })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        for action in actions(message) {
            let event = event(message, action, self.key.reveal());
            let request = self.http.post(&self.url).header("content-type", "application/json");
            let answer = self.http.send(request.body(event.to_string()), now).await?;
            if !answer.succeeded() {
                return Err(self.http.refused(&answer, &said(&answer.json())));
            }
        }
        Ok(Receipt::default())
    }
}

/// What is done, in order. Triggering again adds to an incident that is open, and whoever has
/// acknowledged it stays on it.
fn actions(message: &Message<'_>) -> &'static [&'static str] {
    let taken = message.notice().is_some_and(|notice| notice.status == Status::InProgress);
    match message.news() {
        Some(News::Closed) => &["resolve"],
        Some(News::Taken) => &["acknowledge"],
        Some(News::Opened | News::Updated | News::Reopened) if taken => &["trigger", "acknowledge"],
        _ => &["trigger"],
    }
}

fn event(message: &Message<'_>, action: &str, routing_key: &str) -> Value {
    let mut event = json!({
        "routing_key": routing_key,
        "event_action": action,
        "dedup_key": cut(&format!("keyhound-{}", message.group()), DEDUP_KEY),
    });
    if action != "trigger" {
        return event;
    }
    let story = message.story();
    event["client"] = json!("Keyhound");
    if let Some(link) = &story.link {
        event["client_url"] = json!(link.as_str());
        event["links"] = json!([{ "href": link.as_str(), "text": "Open in Keyhound" }]);
    }
    event["payload"] = payload(message, &story);
    event
}

fn payload(message: &Message<'_>, story: &Story) -> Value {
    let notice = message.notice();
    let account = notice.and_then(|notice| notice.accounts.first());
    let source =
        account.map_or_else(|| "AWS".to_owned(), |account| format!("AWS account {account}"));
    let mut payload = json!({
        "summary": cut(&story.headline, SUMMARY),
        "source": line(&source, DEDUP_KEY),
        "severity": severity(story.severity),
        "component": "credential",
        "class": "stolen-credential",
        "custom_details": details(story),
    });
    if let Some(notice) = notice {
        payload["timestamp"] = json!(notice.last_seen.to_string());
        payload["group"] = json!(line(&notice.owner, DEDUP_KEY));
    }
    payload
}

fn details(story: &Story) -> Map<String, Value> {
    let facts = story.facts.iter().map(|fact| (fact.label, fact.value.clone()));
    let sections = story.sections.iter().map(|section| (section.title, section.lines.join("\n")));
    let details = facts.chain(sections);
    details.map(|(label, text)| (label.to_owned(), json!(cut_bytes(&text, DETAIL)))).collect()
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "info",
        Severity::Medium => "warning",
        Severity::High => "error",
        Severity::Critical => "critical",
    }
}

fn said(answer: &Value) -> String {
    let errors = answer["errors"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let words: Vec<&str> = answer["message"].as_str().into_iter().chain(errors).collect();
    words.join(": ")
}
