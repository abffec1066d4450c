//! What a service answers: what was asked for, or a refusal.

use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use serde_json::Value;

use super::xml;

/// What was asked for. It may hold a secret, so nothing shows it.
pub(super) struct Answer(pub(super) Value);

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Answer")
    }
}

/// A service that will not, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// `AccessDenied`, without what comes before `#` and after `:`.
    pub(super) code: String,
    pub(super) message: String,
    /// Support of AWS asks for it.
    pub(super) request: String,
}

/// No more of a message is kept.
const LONGEST_MESSAGE: usize = 500;

/// Reads an answer of any of the services.
pub(super) fn understood(response: &HttpResponse) -> Result<Answer, OrchestratorError<Refusal>> {
    let text = response.body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let value = text.and_then(value);
    if !response.status().is_success() {
        let value = value.unwrap_or_default();
        return Err(OrchestratorError::operation(refusal(response, &value)));
    }
    match value {
        Some(value) => Ok(Answer(result(value))),
        None => Err(OrchestratorError::other("the answer is neither XML nor JSON")),
    }
}

fn value(text: &str) -> Option<Value> {
    match text.trim_start() {
        "" => Some(Value::Null),
        text if text.starts_with('<') => xml::value(text),
        text => serde_json::from_str(text).ok(),
    }
}

/// The query protocol wraps what it answers in `GetUserResult`.
fn result(value: Value) -> Value {
    let Value::Object(mut fields) = value else { return value };
    let name = fields.keys().find(|name| name.ends_with("Result")).cloned();
    match name.and_then(|name| fields.remove(&name)) {
        Some(result) => result,
        None => Value::Object(fields),
    }
}

fn refusal(response: &HttpResponse, body: &Value) -> Refusal {
    let first = |places: &[&str]| {
        let found = places.iter().find_map(|place| body.pointer(place)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let headers = response.headers();
    let code = first(&["/Error/Code", "/Errors/Error/Code", "/__type", "/code", "/Code"]);
    let code = if code.is_empty() {
        headers.get("x-amzn-errortype").unwrap_or_default().to_owned()
    } else {
        code
    };
    let code = code.rsplit('#').next().unwrap_or_default();
    let code = code.split(':').next().unwrap_or_default();
    let message = first(&["/Error/Message", "/Errors/Error/Message", "/message", "/Message"]);
    let request = first(&["/RequestId", "/RequestID", "/Error/RequestId"]);
    let header = headers.get("x-amzn-requestid").unwrap_or_default();
    Refusal {
        status: response.status().as_u16(),
        code: plain(code),
        message: plain(&message),
        request: plain(if request.is_empty() { header } else { &request }),
    }
}

/// The first line, without signs that steer a terminal. What AWS says about a wrong signature goes
/// on with the request, in which the session token is.
fn plain(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|sign| !sign.is_control()).take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body))
    }

    #[test]
    fn every_protocol_refuses_in_its_own_way() {
        let query = answer(
            403,
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        );
        let ec2 = answer(
            403,
            "<Response><Errors><Error><Code>AccessDenied</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>",
        );
        let mut json = answer(
            403,
            r#"{"__type":"com.amazonaws.organizations#AccessDenied","Message":"no\nToken: secret"}"#,
        );
        json.headers_mut().insert("x-amzn-requestid", "r");
        let mut rest = answer(403, r#"{"message":"n\u001bo"}"#);
        rest.headers_mut().insert("x-amzn-errortype", "AccessDenied:http://internal");
        rest.headers_mut().insert("x-amzn-requestid", "r");
        for response in [query, ec2, json, rest] {
            let error = understood(&response).unwrap_err();
            let refusal = error.as_operation_error().unwrap();
            assert_eq!(refusal.to_string(), "AccessDenied: no");
            assert_eq!((refusal.status, refusal.request.as_str()), (403, "r"));
        }
    }

    #[test]
    fn an_answer_without_sense_is_no_success() {
        assert!(understood(&answer(200, "<html>")).is_err());
        assert_eq!(understood(&answer(204, "")).unwrap().0, Value::Null);
        let broken = understood(&answer(502, "<html>Bad Gateway")).unwrap_err();
        assert_eq!(broken.as_operation_error().unwrap().status, 502);
    }
}
