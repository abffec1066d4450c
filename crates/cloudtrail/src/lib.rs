//! CloudTrail bytes become events.
//!
//! [`decode::decode`] takes the bytes of one object in any dialect that CloudTrail data is met in and
//! gives [`Event`]s to a sink; whatever could not be read is returned beside them as [`Problem`]s
//! and is never thrown. This crate knows nothing of detection, storage, the network or the clock.
//!
//! ```
//! let file = br#"{"Records":[{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z",
//!   "eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","awsRegion":"us-east-1",
//!   "sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15.0","eventID":"1",
//!   "userIdentity":{"type":"IAMUser","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}]}"#;
//! let mut events = Vec::new();
//! let report = cloudtrail::decode::decode(file, &mut |event| events.push(event));
//! assert_eq!((report.read, report.problems.len()), (1, 0));
//! assert_eq!(events[0].name, "GetCallerIdentity");
//! ```

mod access_key;
mod account;
mod arn;
pub mod decode;
mod event;
mod event_id;
mod health;
mod identities;
mod identity;
mod mint;
mod problem;
mod record;
mod region;
mod rules;
mod source;
mod surrogate;
mod text;
mod time;

pub use access_key::{AccessKeyId, KeyKind};
pub use account::AccountId;
pub use arn::Arn;
pub use event::{Category, Event, Outcome};
pub use event_id::EventId;
pub use identity::{Identity, IdentityKind, Issuer, OnBehalfOf, Session};
pub use mint::{Grant, GrantKind};
pub use problem::{Problem, ProblemKind};
pub use region::Region;
pub use rules::{Correlations, Matches, RecordRules};
pub use source::Source;
pub use time::Time;
