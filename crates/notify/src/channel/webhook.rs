//! Any receiver of HTTP: the notice as JSON, signed as Standard Webhooks says
//! (<https://www.standardwebhooks.com>), for which there are libraries in every language.
//!
//! `webhook-signature` is `v1,` and the Base64 of HMAC-SHA256 over `ID.TIMESTAMP.BODY`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use crate::fault::Trouble;
use crate::http::{Http, Surroundings};
use crate::settings::{Connection, address};
use crate::{Message, News, Receipt, Secret, SecretSource};

/// Any receiver of HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// The address.
    pub url: SecretSource,
    /// What bodies are signed with: `whsec_` and Base64, or any text of at least 16 characters.
    pub secret: SecretSource,
    /// What is sent as `Authorization: Bearer`.
    pub bearer: Option<SecretSource>,
    /// Further headers; what is secret does not belong here.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What the body is.
    #[serde(default)]
    pub body: Body,
    /// How the receiver is talked to.
    #[serde(default)]
    pub connection: Connection,
}

/// What is sent to a receiver of JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// The notice, what is new, and the message in words.
    #[default]
    Notice,
    /// An OCSF Detection Finding; digests are not sent.
    Ocsf,
    /// A finding in ASFF; digests are not sent.
    Asff,
}

impl Body {
    /// The body of a message; `None` where this kind of body cannot say it.
    pub(super) fn of(self, message: &Message<'_>) -> Result<Option<Value>, Trouble> {
        let ready = |text: Option<&String>, what: &str| {
            let text = text.ok_or_else(|| Trouble::lasting(format!("there is no {what} of it")))?;
            let value = serde_json::from_str(text);
            value.map(Some).map_err(|_| Trouble::lasting(format!("its {what} is no JSON")))
        };
        let Some(notice) = message.notice() else {
            return Ok((self == Self::Notice).then(|| document(message)));
        };
        // A test has no finding: nothing was found.
        let test = message.news() == Some(News::Test);
        match self {
            Self::Ocsf if !test => ready(notice.ocsf.as_ref(), "OCSF"),
            Self::Asff if !test => ready(notice.asff.as_ref(), "ASFF"),
            _ => Ok(Some(document(message))),
        }
    }
}

/// The version of the document below.
const SCHEMA: u32 = 1;

/// A message as JSON: the texts as they are, and the whole in words.
pub(super) fn document(message: &Message<'_>) -> Value {
    let mut document = json!({
        "schema": SCHEMA,
        "key": message.key(),
        "text": message.story().text(),
    });
    match message {
        Message::Incident { notice, delivery, .. } => {
            let mut notice = json!(notice);
            // They are bodies of their own.
            if let Some(fields) = notice.as_object_mut() {
                fields.remove("asff");
                fields.remove("ocsf");
            }
            document["news"] = json!(delivery.news);
            document["changes"] = json!(delivery.changes);
            document["incident"] = notice;
        }
        Message::Digest(digest) => {
            document["news"] = json!("digest");
            document["digest"] = json!(digest);
        }
    }
    document
}

pub(super) struct Webhook {
    http: Http,
    url: Url,
    secret: Secret,
    bearer: Option<Secret>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
}

impl Webhook {
    pub(super) fn open(
        settings: &WebhookSettings,
        around: &Surroundings<'_>,
    ) -> Result<Self, String> {
        let place = around.secret(&settings.url)?;
        let secret = around.secret(&settings.secret)?;
        if signing_key(secret.reveal()).len() < 16 {
            return Err("its secret is too short to sign with; take 16 bytes or more, as \
                        `openssl rand -base64 32` prints them"
                .to_owned());
        }
        let bearer = settings.bearer.as_ref().map(|source| around.secret(source)).transpose()?;
        let url = address(&place, &settings.connection)?;
        let secrets: Vec<&Secret> = [&place, &secret].into_iter().chain(&bearer).collect();
        let http = Http::new(&settings.connection, around.proxies, Some(&url), &secrets)?;
        let headers = settings.headers.iter().map(header).collect::<Result<_, _>>()?;
        Ok(Self { http, url, secret, bearer, headers, body: settings.body })
    }

    pub(super) async fn tell(
        &self,
        message: &Message<'_>,
        now: Timestamp,
    ) -> Result<Receipt, Trouble> {
        let Some(body) = self.body.of(message)? else {
            let remark = "its kind of body has no digests, so none was sent".to_owned();
            return Ok(Receipt { thread: None, remark: Some(remark) });
        };
        let body = body.to_string();
        let (id, time) = (message.key(), now.as_second());
        let mut request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", id)
            .header("webhook-id", id)
            .header("webhook-timestamp", time)
            .header("webhook-signature", signature(self.secret.reveal(), id, time, &body)?);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer.reveal());
        }
        let answer = self.http.send(request.body(body), now).await?;
        // What an unknown receiver says might be anything; its status is enough.
        if answer.succeeded() {
            Ok(Receipt::default())
        } else {
            Err(self.http.refused(&answer, ""))
        }
    }
}

/// A header that a user adds; none of those that carry the message and its proof.
fn header((name, value): (&String, &String)) -> Result<(HeaderName, HeaderValue), String> {
    const OURS: [&str; 8] = [
        "authorization",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
    ];
    let wrong = || format!("{name:?} is no header that may be set; choose another");
    let name: HeaderName = name.parse().map_err(|_| wrong())?;
    if OURS.contains(&name.as_str()) {
        return Err(wrong());
    }
    let value = value.parse().map_err(|_| format!("the value of the header {name} is none"))?;
    Ok((name, value))
}

/// The bytes of a secret: those of the Base64 behind `whsec_`, or else of the text itself.
fn signing_key(secret: &str) -> Vec<u8> {
    let decoded = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

fn signature(secret: &str, id: &str, time: i64, body: &str) -> Result<String, Trouble> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&signing_key(secret))
        .map_err(|error| Trouble::lasting(format!("it cannot be signed ({error})")))?;
    for part in [id, ".", &time.to_string(), ".", body] {
        mac.update(part.as_bytes());
    }
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// The example of the specification's reference implementations.
    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
