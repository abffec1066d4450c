//! The only clock of the program: when a user said something. No result of a scan depends on it.

use std::time::{SystemTime, UNIX_EPOCH};

use cloudtrail::Time;

/// Now, to the second.
#[expect(clippy::disallowed_methods, reason = "a verdict says when it was given")]
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or_default())
}
