//! One CloudTrail record, decoded.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::decode::typed::field;
use crate::{AccountId, EventId, Grant, Identity, Matches, Region, Source, Time};

/// One record, owned and compact. What repeats from record to record of a file is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// `eventTime`.
    pub time: Time,
    /// `eventID`; a digest of the record where it has none.
    pub id: EventId,
    /// `eventSource` without its `.amazonaws.com`, for example `iam`.
    pub service: CompactString,
    /// `eventName`, for example `CreateUser`.
    pub name: CompactString,
    /// `awsRegion`.
    pub region: Region,
    /// The account whose trail this is: `recipientAccountId`, else the caller's.
    pub account: Option<AccountId>,
    /// `userIdentity`.
    pub identity: Arc<Identity>,
    /// `sourceIPAddress` and `vpcEndpointId`.
    pub source: Source,
    /// `userAgent`.
    pub user_agent: Arc<str>,
    /// `errorCode`; empty for success.
    pub error: CompactString,
    /// What the error and the service's own answer say.
    pub outcome: Outcome,
    /// `readOnly`, where the record says so.
    pub read_only: Option<bool>,
    /// `eventCategory`, or what older records imply.
    pub category: Category,
    /// `sharedEventID`: the same call in another account's trail.
    pub shared_id: Option<EventId>,
    /// `sessionCredentialFromConsole`.
    pub from_console: bool,
    /// `additionalEventData.MFAUsed` of a sign-in.
    pub mfa_used: Option<bool>,
    /// `additionalEventData.bytesTransferredOut`.
    pub bytes_out: u64,
    /// `requestParameters` as JSON text; `None` when absent or over [`Event::DETAIL_LIMIT`].
    pub request: Option<Box<str>>,
    /// `responseElements` as JSON text, likewise; kept for calls that change something.
    pub response: Option<Box<str>>,
    /// The names in `resources`; left out where the request names the same: of S3 only the buckets
    /// of another account that a copy touches.
    pub resources: Vec<CompactString>,
    /// The credential that this event made or ended.
    pub grant: Option<Box<Grant>>,
    /// Which of the user's rules match; `None` for nearly all events.
    pub matches: Option<Box<Matches>>,
    /// The record as it stood, where a decoder was told to keep it.
    pub record: Option<Box<str>>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// It did what was asked.
    Success,
    /// The caller was not allowed to.
    Denied,
    /// It failed for another reason.
    Failed,
}

/// `eventCategory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Control plane.
    Management,
    /// Data plane: objects, function invocations, items.
    Data,
    /// Network activity through VPC endpoints.
    Network,
}

impl Event {
    /// Request and response texts over this many bytes are not kept.
    pub const DETAIL_LIMIT: usize = 64 * 1024;

    /// `service:Name`, the way IAM writes actions.
    pub fn action(&self) -> CompactString {
        compact_str::format_compact!("{}:{}", self.service, self.name)
    }

    /// A value of `requestParameters` at the top level, as text.
    pub fn request_text(&self, key: &str) -> Option<CompactString> {
        text_at(self.request.as_deref()?, key)
    }
}

/// The text under a top-level key of a JSON object; numbers and booleans become text. S3 wrote
/// headers as lists of one text for years.
fn text_at(json: &str, key: &str) -> Option<CompactString> {
    let value = match serde_json::from_str(&field(json, key)?).ok()? {
        serde_json::Value::Array(mut list) if list.len() == 1 => list.pop()?,
        value => value,
    };
    match value {
        serde_json::Value::String(text) => Some(CompactString::new(text)),
        serde_json::Value::Number(number) => Some(compact_str::format_compact!("{number}")),
        serde_json::Value::Bool(value) => Some(compact_str::format_compact!("{value}")),
        _ => None,
    }
}

impl Outcome {
    /// What an error code says. Services have many words for "not allowed"; all of these were met
    /// in AWS's documentation or in recorded trails.
    pub fn from_error(code: &str) -> Self {
        const DENIED: [&str; 10] = [
            "AccessDenied",
            "UnauthorizedOperation",
            "UnauthorizedAccess",
            "NotAuthorized",
            "AuthorizationError",
            "AuthFailure",
            "Forbidden",
            "ExplicitDeny",
            "Unauthorized",
            "AuthorizationDenied",
        ];
        if code.is_empty() {
            return Self::Success;
        }
        let denied = DENIED.iter().any(|word| code.contains(word));
        if denied { Self::Denied } else { Self::Failed }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, text_at};

    #[test]
    fn texts_at_the_top_are_found_in_usual_and_unusual_json() {
        for (json, found) in [
            (r#"{"a":"x","b":{"key":"deep"},"key":"text"}"#, Some("text")),
            (r#"{"key":["one"]}"#, Some("one")),
            (r#"{"key":["one","two"]}"#, None),
            (r#"{"key":7}"#, Some("7")),
            (r#"{"key":true}"#, Some("true")),
            (r#"{"key":"\u0041\n"}"#, Some("A\n")),
            (r#"{"\u006bey":"escaped"}"#, Some("escaped")),
            (r#"{"key":"first","key":"last"}"#, Some("last")),
            (r#"{"other":1}"#, None),
            ("null", None),
            ("{", None),
        ] {
            assert_eq!(text_at(json, "key").as_deref(), found, "{json}");
        }
    }

    #[test]
    fn refusals_are_told_from_other_errors() {
        for code in [
            "AccessDenied",
            "AccessDeniedException",
            "Client.UnauthorizedOperation",
            "UnauthorizedAccess",
            "NotAuthorizedException",
            "AuthorizationErrorException",
        ] {
            assert_eq!(Outcome::from_error(code), Outcome::Denied, "{code}");
        }
        for code in ["NoSuchBucketPolicy", "Client.DryRunOperation", "ThrottlingException"] {
            assert_eq!(Outcome::from_error(code), Outcome::Failed, "{code}");
        }
        assert_eq!(Outcome::from_error(""), Outcome::Success);
    }
}
