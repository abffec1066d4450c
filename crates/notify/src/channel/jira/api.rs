//! The five calls of Jira's REST interface that are needed:
//! <https://developer.atlassian.com/cloud/jira/platform/rest/v3/> and
//! <https://developer.atlassian.com/server/jira/platform/rest/>.

use jiff::Timestamp;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use url::Url;

use super::{Deployment, JiraSettings};
use crate::Secret;
use crate::fault::Trouble;
use crate::http::{Answer, Http, Surroundings};
use crate::settings::checked;

pub(super) struct Api {
    http: Http,
    /// Up to and with `/rest/api/N`.
    base: Url,
    deployment: Deployment,
    user: Option<String>,
    token: Secret,
}

impl Api {
    pub(super) fn open(settings: &JiraSettings, around: &Surroundings<'_>) -> Result<Self, String> {
        let token = around.secret(&settings.token)?;
        let deployment = settings.deployment;
        let version = match (deployment, &settings.user) {
            (Deployment::Cloud, Some(_)) => "3",
            (Deployment::Cloud, None) => {
                return Err("it has no user; name the mail address whose token it is".to_owned());
            }
            (Deployment::Server, None) => "2",
            (Deployment::Server, Some(_)) => {
                return Err("a server's token needs no user; leave it out".to_owned());
            }
        };
        let mut base = checked(&settings.url, &settings.connection)?;
        let path = format!("{}/rest/api/{version}", base.path().trim_end_matches('/'));
        base.set_path(&path);
        base.set_query(None);
        let http = Http::new(&settings.connection, around.proxies, Some(&base), &[&token])?;
        Ok(Self { http, base, deployment, user: settings.user.clone(), token })
    }

    /// The first issue that a query finds.
    pub(super) async fn search(
        &self,
        query: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Trouble> {
        let path: &[&str] = match self.deployment {
            Deployment::Cloud => &["search", "jql"],
            Deployment::Server => &["search"],
        };
        let mut url = self.url(path);
        url.query_pairs_mut()
            .append_pair("jql", query)
            .append_pair("fields", "key")
            .append_pair("maxResults", "1");
        let found = self.ask(self.http.get(&url), now).await?;
        let key = found["issues"][0]["key"].as_str().filter(|key| is_issue(key));
        Ok(key.map(ToOwned::to_owned))
    }

    /// Makes an issue; its key.
    pub(super) async fn create(&self, fields: &Value, now: Timestamp) -> Result<String, Trouble> {
        let request = self.http.post(&self.url(&["issue"]));
        let made = self.ask(with(request, &json!({ "fields": fields })), now).await?;
        let key = made["key"].as_str().filter(|key| is_issue(key));
        key.map(ToOwned::to_owned)
            .ok_or_else(|| Trouble::passing("Jira did not name the issue that it made"))
    }

    /// The latest comments of an issue, as one text.
    pub(super) async fn comments(&self, issue: &str, now: Timestamp) -> Result<String, Trouble> {
        let mut url = self.url(&["issue", issue, "comment"]);
        url.query_pairs_mut().append_pair("orderBy", "-created").append_pair("maxResults", "20");
        Ok(self.ask(self.http.get(&url), now).await?["comments"].to_string())
    }

    pub(super) async fn comment(
        &self,
        issue: &str,
        text: &Value,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let request = self.http.post(&self.url(&["issue", issue, "comment"]));
        self.ask(with(request, &json!({ "body": text })), now).await.map(drop)
    }

    /// Takes the transition of this name, or the one to the status of this name; `false` if there
    /// is none.
    pub(super) async fn transition(
        &self,
        issue: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        let url = self.url(&["issue", issue, "transitions"]);
        let known = self.ask(self.http.get(&url), now).await?;
        let is = |value: &Value| {
            value.as_str().is_some_and(|text| text.to_lowercase() == name.to_lowercase())
        };
        let transitions = known["transitions"].as_array().map_or(&[][..], Vec::as_slice);
        let found = transitions
            .iter()
            .find(|one| is(&one["name"]))
            .or_else(|| transitions.iter().find(|one| is(&one["to"]["name"])));
        let Some(transition) = found else { return Ok(false) };
        let body = json!({ "transition": { "id": transition["id"] } });
        self.ask(with(self.http.post(&url), &body), now).await?;
        Ok(true)
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        url
    }

    async fn ask(&self, request: RequestBuilder, now: Timestamp) -> Result<Value, Trouble> {
        let request = match &self.user {
            Some(user) => request.basic_auth(user, Some(self.token.reveal())),
            None => request.bearer_auth(self.token.reveal()),
        };
        let answer = self.http.send(request.header("accept", "application/json"), now).await?;
        if answer.succeeded() { Ok(answer.json()) } else { Err(self.refused(&answer)) }
    }

    fn refused(&self, answer: &Answer) -> Trouble {
        let said = answer.json();
        let messages = said["errorMessages"].as_array().into_iter().flatten();
        let messages = messages.filter_map(Value::as_str).map(ToOwned::to_owned);
        let fields = said["errors"].as_object().into_iter().flatten();
        let fields =
            fields.map(|(name, why)| format!("{name}: {}", why.as_str().unwrap_or_default()));
        let words: Vec<String> = messages.chain(fields).collect();
        self.http.refused(answer, &words.join("; "))
    }
}

fn with(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

/// What may stand in an address: a key of Jira's, as in `SEC-1`.
fn is_issue(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (3..=64).contains(&text.len()) && text.bytes().all(allowed)
}
