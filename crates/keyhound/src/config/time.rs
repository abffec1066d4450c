//! Times as people write them: a moment, or a day.

use cloudtrail::Time;

/// What to write where a time is wanted.
pub(crate) const FORM: &str = "2026-11-20 or 2026-11-20T08:00:00Z";

/// The first moment of a day, or the moment itself.
pub(crate) fn beginning(text: &str) -> Option<Time> {
    match day(text) {
        Some(day) => Some(day),
        None => text.parse().ok(),
    }
}

/// The first moment after a day, or the moment itself.
pub(crate) fn end(text: &str) -> Option<Time> {
    match day(text) {
        Some(day) => Some(day.plus_hours(24)),
        None => text.parse().ok(),
    }
}

/// The last day before a moment that begins a day.
pub(crate) fn last_day(end: Time) -> String {
    end.plus_seconds(-1).to_string().chars().take(10).collect()
}

fn day(text: &str) -> Option<Time> {
    if text.len() != 10 {
        return None;
    }
    format!("{text}T00:00:00Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{beginning, end, last_day};

    #[test]
    fn a_day_is_a_whole_day() {
        let time = |text: &str| text.parse().ok();
        assert_eq!(beginning("2026-11-20"), time("2026-11-20T00:00:00Z"));
        assert_eq!(end("2026-11-20"), time("2026-11-21T00:00:00Z"));
        assert_eq!(end("2026-11-20").map(last_day).as_deref(), Some("2026-11-20"));
        assert_eq!(end("2026-11-20T08:00:00Z"), time("2026-11-20T08:00:00Z"));
        assert_eq!(beginning("2026-11-20T09:00:00+01:00"), time("2026-11-20T08:00:00Z"));
        for wrong in ["yesterday", "2026-02-30", "2026-11-20T08:00", "7d", ""] {
            assert_eq!((beginning(wrong), end(wrong)), (None, None), "{wrong}");
        }
    }
}
