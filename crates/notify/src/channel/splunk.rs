//! Splunk, by its HTTP Event Collector.
//!
//! Splunk keeps what it is given as often as it is given; the field `key` tells repeats apart
//! (`| dedup key`). Form and codes:
//! <https://docs.splunk.com/Documentation/Splunk/latest/Data/HECExamples>.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::webhook::Body;
use crate::fault::Trouble;
use crate::http::{Http, Surroundings};
use crate::settings::{Connection, checked};
use crate::{Message, Receipt, Secret, SecretSource};

/// Splunk's HTTP Event Collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplunkSettings {
    /// The address of the collector: `https://splunk.example.com:8088`.
    pub url: String,
    /// Its token.
    pub token: SecretSource,
    /// The index; the token's own if absent.
    pub index: Option<String>,
    /// What the event is.
    #[serde(default)]
    pub body: Body,
    /// How Splunk is talked to.
    #[serde(default)]
    pub connection: Connection,
}

pub(super) struct Splunk {
    http: Http,
    url: Url,
    token: Secret,
    index: Option<String>,
    body: Body,
}

impl Splunk {
    pub(super) fn open(
        settings: &SplunkSettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        let token = around.secret(&settings.token)?;
        let mut url = checked(&settings.url, &settings.connection)?;
        url.set_path("/services/collector/event");
        let http = Http::new(&settings.connection, around.proxies, Some(&url), &[&token])?;
        Ok(Self { http, url, token, index: settings.index.clone(), body: settings.body })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let Some(event) = self.body.of(message)? else {
            let remark = "its kind of body has no digests, so none was sent".to_owned();
            return Ok(Receipt { thread: None, remark: Some(remark) });
        };
        let kind = match self.body {
            Body::Notice => "keyhound:incident",
            Body::Ocsf => "keyhound:ocsf",
            Body::Asff => "keyhound:asff",
        };
        let mut body = json!({
            "time": now.as_second(),
            "source": "keyhound",
            "sourcetype": kind,
            "event": event,
            "fields": { "key": message.key() },
        });
        if let Some(index) = &self.index {
            body["index"] = json!(index);
        }
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("authorization", format!("Splunk {}", self.token.reveal()));
        let answer = self.http.send(request.body(body.to_string()), now).await?;
        let said = answer.json();
        if answer.succeeded() && said["code"].as_i64().unwrap_or_default() == 0 {
            return Ok(Receipt::default());
        }
        Err(self.http.refused(&answer, said["text"].as_str().unwrap_or_default()))
    }
}
