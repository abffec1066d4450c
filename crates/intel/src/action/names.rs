//! The names under which CloudTrail and IAM know services and actions.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

static SERVICES: LazyLock<HashMap<&'static str, &'static str, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/event-sources.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect()
});

/// IAM service prefix of an event source: `monitoring.amazonaws.com` gives `cloudwatch`.
pub fn service(event_source: &str) -> &str {
    let name = [".amazonaws.com", ".amazonaws.com.cn", ".aws.amazon.com"]
        .iter()
        .find_map(|suffix| event_source.strip_suffix(suffix))
        .unwrap_or(event_source);
    SERVICES.get(name).copied().unwrap_or(name)
}

/// Event name without the API version that Lambda and `CloudFront` append:
/// `UpdateFunctionCode20150331v2` gives `UpdateFunctionCode`.
pub fn base_name(event_name: &str) -> &str {
    let bytes = event_name.as_bytes();
    if !bytes.last().is_some_and(u8::is_ascii_digit) {
        return event_name;
    }
    let digits = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let mut end = event_name.len();
    // `v2` after a date is the revision of that version.
    let before = digits(event_name);
    if before > 8 && bytes[before - 1] == b'v' && bytes[before - 2].is_ascii_digit() {
        end = before - 1;
    }
    let name = &event_name[..end];
    let start = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').len();
    let date = &name[start..];
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    if start > 0 && digits == 8 && date.trim_start_matches('_').starts_with("20") {
        &event_name[..start]
    } else {
        event_name
    }
}
