//! Requests to receivers: bounded in time and size, to no address that was not meant, and without
//! a secret in any fault.

mod guard;
mod proxies;
mod tls;

use std::error::Error as _;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, redirect};
use url::Url;

use self::guard::Guard;
pub use self::proxies::Proxies;
pub(crate) use self::tls::roots;
use crate::address::Refused;
use crate::fault::Trouble;
use crate::settings::Connection;
use crate::text::line;
use crate::{Secret, SecretSource};

/// What is read of an answer; what receivers have to say is far shorter.
const LONGEST_ANSWER: usize = 256 * 1024;
/// So many characters of what a receiver said are told.
const LONGEST_WORD: usize = 200;
/// A connection that nobody uses is not kept longer, since receivers close theirs after a minute.
const IDLE: Duration = Duration::from_secs(30);

/// The way to one receiver.
pub(crate) struct Http {
    client: Client,
    guard: Guard,
    /// What no fault may say.
    hidden: Vec<String>,
}

/// What a receiver answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// So long it asked to be left alone.
    pub(crate) wait: Option<Duration>,
}

/// What is needed to open a channel, beside its settings.
pub(crate) struct Surroundings<'a> {
    pub(crate) environment: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) proxies: &'a Proxies,
}

impl Surroundings<'_> {
    /// Fetches a secret.
    pub(crate) fn secret(&self, source: &SecretSource) -> Result<Secret, String> {
        source.load(self.environment).map_err(|error| error.to_string())
    }
}

impl Http {
    /// Opens the way to a receiver. Nothing is sent; its address and the `secrets` are what no fault
    /// may say.
    pub(crate) fn new(
        connection: &Connection,
        proxies: &Proxies,
        receiver: Option<&Url>,
        secrets: &[&Secret],
    ) -> Result<Self, String> {
        let guard = Guard::new(connection.allow_private, proxies);
        let builder = Client::builder()
            .user_agent(concat!("keyhound/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls::configuration(connection.ca_file.as_deref())?)
            .redirect(redirect::Policy::none())
            .referer(false)
            .timeout(connection.timeout())
            .connect_timeout(connection.timeout())
            .pool_idle_timeout(IDLE)
            .dns_resolver(guard.clone());
        let client = proxies
            .apply(builder)
            .build()
            .map_err(|error| format!("the way to it cannot be opened ({})", chain(&error)))?;
        let mut hidden: Vec<String> =
            secrets.iter().map(|secret| secret.reveal().to_owned()).collect();
        hidden.extend(receiver.map(ToString::to_string));
        hidden.extend(receiver.and_then(Url::host_str).map(ToOwned::to_owned));
        // The longest first, so that no part of one is left over; what is tiny is no secret.
        hidden.retain(|text| text.len() >= 4);
        hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Ok(Self { client, guard, hidden })
    }

    #[cfg(feature = "aws")]
    pub(crate) fn request(&self, method: reqwest::Method, url: &Url) -> RequestBuilder {
        self.client.request(method, url.clone())
    }

    pub(crate) fn post(&self, url: &Url) -> RequestBuilder {
        self.client.post(url.clone())
    }

    pub(crate) fn get(&self, url: &Url) -> RequestBuilder {
        self.client.get(url.clone())
    }

    /// Sends a request and reads the answer, whatever its status.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        now: Timestamp,
    ) -> Result<Answer, Trouble> {
        let request = request.build().map_err(|error| self.failed(&error.without_url()))?;
        self.guard
            .admits(request.url())
            .await
            .map_err(|refused| Trouble::lasting(refused.to_string()))?;
        let response = self.client.execute(request).await;
        let response = response.map_err(|error| self.failed(&error.without_url()))?;
        let status = response.status().as_u16();
        let wait = retry_after(response.headers(), now);
        if response.status().is_redirection() {
            let to = if response.headers().contains_key(LOCATION) { " elsewhere" } else { "" };
            return Err(Trouble::lasting(format!(
                "the receiver answers with a redirect{to} (status {status}), which is not \
                 followed; configure its final address"
            )));
        }
        let body = self.body(response).await?;
        Ok(Answer { status, body, wait })
    }

    /// Reads an answer up to a bound; what is beyond is not waited for.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    let room = LONGEST_ANSWER - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if body.len() == LONGEST_ANSWER {
                        return Ok(body);
                    }
                }
                Ok(None) => return Ok(body),
                Err(error) => return Err(self.failed(&error.without_url())),
            }
        }
    }

    /// What a receiver said, for a fault: one line, cut, without what is secret.
    pub(crate) fn said(&self, text: &str) -> String {
        let text = self
            .hidden
            .iter()
            .fold(text.trim().to_owned(), |text, hidden| text.replace(hidden.as_str(), "…"));
        line(&text, LONGEST_WORD)
    }

    /// What an answer that is no success means. `said` is what the receiver gave as its reason.
    pub(crate) fn refused(&self, answer: &Answer, said: &str) -> Trouble {
        let status = answer.status;
        let said = if said.is_empty() { String::new() } else { format!(": {}", self.said(said)) };
        let reason = format!("the receiver answered with status {status}{said}");
        match status {
            408 | 425 | 429 | 500.. => Trouble::Passing { reason, wait: answer.wait },
            401 | 403 => Trouble::lasting(format!("{reason}; check the secret of the channel")),
            404 | 410 => Trouble::lasting(format!("{reason}; check the address of the channel")),
            _ => Trouble::lasting(reason),
        }
    }

    /// Why no answer came.
    fn failed(&self, error: &reqwest::Error) -> Trouble {
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(refused) = cause.downcast_ref::<Refused>() {
                return Trouble::lasting(refused.to_string());
            }
            source = cause.source();
        }
        if error.is_builder() {
            return Trouble::lasting(format!("no request can be made ({})", self.why(error)));
        }
        Trouble::passing(if error.is_timeout() {
            "the receiver did not answer in time".to_owned()
        } else if error.is_connect() {
            format!("the receiver cannot be reached ({})", self.why(error))
        } else {
            format!("the connection broke ({})", self.why(error))
        })
    }

    fn why(&self, error: &reqwest::Error) -> String {
        self.said(&chain(error))
    }
}

impl Answer {
    pub(crate) fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// `Retry-After`, in seconds or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// An error with its causes, each once.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::retry_after;

    #[test]
    fn receivers_say_how_long_to_wait() {
        let now = "2026-11-27T12:00:00Z".parse().unwrap();
        let cases = [
            ("30", Some(30)),
            (" 0 ", Some(0)),
            ("Fri, 27 Nov 2026 12:02:00 GMT", Some(120)),
            ("Fri, 27 Nov 2026 11:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
