//! Jira: an issue for each incident, a comment for each further news, and a transition when it is
//! taken, closed or reopened. Cloud (REST 3) and Server or Data Center (REST 2).
//!
//! Issues are found by a label that names the incident, comments by the key of the delivery in
//! them, so telling twice leaves one of each. Labels are found through Jira's index, which lags
//! behind by a few seconds: after an issue that may or may not have been made, a repeat waits.

mod api;
mod format;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::api::Api;
use self::format::text_of;
use crate::fault::Trouble;
use crate::http::Surroundings;
use crate::settings::Connection;
use crate::text::{cut, cut_utf16};
use crate::{Message, News, Receipt, SecretSource, Severity, Status};

/// A project of Jira.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JiraSettings {
    /// The address of the site: `https://example.atlassian.net`.
    pub url: String,
    /// Which Jira it is.
    #[serde(default)]
    pub deployment: Deployment,
    /// The mail address of the account whose token it is; in the cloud only.
    pub user: Option<String>,
    /// An API token of the cloud, or a personal access token of a server.
    pub token: SecretSource,
    /// The key of the project: `SEC`.
    pub project: String,
    /// The type of the issues.
    #[serde(default = "task")]
    pub issue_type: String,
    /// Labels that every issue gets.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Names of priorities by severity; without them none is set.
    #[serde(default)]
    pub priorities: BTreeMap<Severity, String>,
    /// The transition when somebody takes the incident.
    pub take_transition: Option<String>,
    /// The transition when it is closed.
    pub close_transition: Option<String>,
    /// The transition when it is reopened.
    pub reopen_transition: Option<String>,
    /// How Jira is talked to.
    #[serde(default)]
    pub connection: Connection,
}

/// Which Jira it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deployment {
    /// At Atlassian.
    #[default]
    Cloud,
    /// Server or Data Center.
    Server,
}

fn task() -> String {
    "Task".to_owned()
}

pub(super) struct Jira {
    api: Api,
    settings: JiraSettings,
}

/// An issue is found by its label after so long.
const INDEXED: Duration = Duration::from_secs(20);

/// Characters of a summary, and of a text; both are Jira's limits (255 and 32,767), the latter
/// with room for what escaping adds.
const SUMMARY: usize = 255;
const TEXT: usize = 30_000;

impl Jira {
    pub(super) fn open(settings: &JiraSettings, around: &Surroundings<'_>) -> Result<Self, String> {
        let is_key = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        if settings.project.is_empty() || !settings.project.bytes().all(is_key) {
            let project = &settings.project;
            return Err(format!("{project:?} is no key of a project; write it as in SEC-1: SEC"));
        }
        if let Some(label) =
            settings.labels.iter().find(|label| label.contains(char::is_whitespace))
        {
            return Err(format!("the label {label:?} holds a blank, which Jira refuses; write -"));
        }
        Ok(Self { api: Api::open(settings, around)?, settings: settings.clone() })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let issue = match message.thread() {
            Some(thread) => Some(thread.to_owned()),
            None => self.api.search(&self.query(message), now).await?,
        };
        let Some(issue) = issue else {
            if message.news() == Some(News::Closed) {
                let remark = "there is no issue of it, so there is none to close".to_owned();
                return Ok(Receipt { thread: None, remark: Some(remark) });
            }
            // It may have been made although no answer came.
            let made = self.api.create(&self.fields(message), now).await;
            let issue = made.map_err(|trouble| trouble.not_before(INDEXED))?;
            return Ok(Receipt { thread: Some(issue), remark: None });
        };
        // An issue that is there although it is news was made by an attempt that was cut off.
        let mut remark = None;
        if !matches!(message.news(), Some(News::Opened | News::Test) | None) {
            self.comment(&issue, message, now).await?;
            remark = self.transition(&issue, message, now).await?;
        }
        Ok(Receipt { thread: Some(issue), remark })
    }

    /// What finds the issue of a message.
    fn query(&self, message: &Message<'_>) -> String {
        let (project, label) = (&self.settings.project, label(message));
        format!("project = \"{project}\" AND labels = \"{label}\" ORDER BY created ASC")
    }

    fn fields(&self, message: &Message<'_>) -> Value {
        let story = message.story();
        let labels = ["keyhound".to_owned(), label(message)];
        let labels: Vec<&String> = labels.iter().chain(&self.settings.labels).collect();
        let mut fields = json!({
            "project": { "key": self.settings.project },
            "issuetype": { "name": self.settings.issue_type },
            "summary": cut_utf16(&story.headline, SUMMARY),
            "description": text_of(self.settings.deployment, &story, None, TEXT),
            "labels": labels,
        });
        if let Some(priority) = self.settings.priorities.get(&story.severity) {
            fields["priority"] = json!({ "name": priority });
        }
        fields
    }

    async fn comment(
        &self,
        issue: &str,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        if self.api.comments(issue, now).await?.contains(message.key()) {
            return Ok(());
        }
        let story = message.story();
        let text = text_of(self.settings.deployment, &story, Some(message.key()), TEXT);
        self.api.comment(issue, &text, now).await
    }

    /// Moves the issue on; says so where the workflow has no such transition from where it is.
    async fn transition(
        &self,
        issue: &str,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Option<String>, Trouble> {
        let taken = message.notice().is_some_and(|notice| notice.status == Status::InProgress);
        let name = match message.news() {
            Some(News::Closed) => &self.settings.close_transition,
            Some(News::Reopened) => &self.settings.reopen_transition,
            Some(News::Taken) => &self.settings.take_transition,
            Some(News::Updated) if taken => &self.settings.take_transition,
            _ => &None,
        };
        let Some(name) = name else { return Ok(None) };
        if self.api.transition(issue, name, now).await? {
            return Ok(None);
        }
        let name = cut(name, 100);
        Ok(Some(format!("issue {issue} has no transition {name:?} from where it stands")))
    }
}

/// The label of an incident: letters, digits and dashes only, since it stands in a query.
fn label(message: &Message<'_>) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let id = message.group().chars().map(|c| if allowed(c) { c } else { '-' });
    format!("keyhound-{}", id.take(100).collect::<String>())
}
