//! Where CloudTrail puts its objects, and which folders can hold what is asked for.
//!
//! `[PREFIX/]AWSLogs/[ORGANISATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/`, by the day of delivery.

use cloudtrail::Time;

/// From when to when events are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Period {
    /// None before this moment.
    pub(crate) since: Option<Time>,
    /// None at or after it.
    pub(crate) until: Option<Time>,
}

/// Delivery may be so late, and names may be off by as much.
const MARGIN_HOURS: i64 = 24;

/// What to do with a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It belongs to a trail: look at what is in it, folder by folder.
    Into,
    /// Nobody knows what is in it.
    Unknown,
    /// List everything that is below it.
    All,
    /// Everything below it is outside the period.
    Outside,
    /// It belongs to another service that logs into the same bucket.
    Foreign,
}

/// What to do with the folder of this name, which ends with `/` or is empty.
pub(super) fn look(folder: &str, period: Period) -> Look {
    let mut parts = folder.trim_end_matches('/').rsplit("AWSLogs/");
    let below = parts.next().unwrap_or_default();
    if below == "AWSLogs" || below.ends_with("/AWSLogs") {
        return Look::Into;
    }
    if !parts.next().is_some_and(|above| above.is_empty() || above.ends_with('/')) {
        return Look::Unknown;
    }
    let mut parts: Vec<&str> = below.split('/').collect();
    if parts[0].starts_with("o-") {
        parts.remove(0);
    }
    let is_account =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [] => Look::Into,
        [account, rest @ ..] if is_account(account) => in_account(rest, period),
        _ => Look::Unknown,
    }
}

fn in_account(parts: &[&str], period: Period) -> Look {
    match parts {
        [service, ..] if !service.starts_with("CloudTrail") => Look::Foreign,
        [] | [_] => Look::Into,
        [_, _region, date @ ..] => match span(date) {
            Some(span) => period.look(span, date.len() == 3),
            None => Look::All,
        },
    }
}

/// The beginning and the end of `YYYY/MM/DD`, or as much of it as there is.
fn span(date: &[&str]) -> Option<(Time, Time)> {
    let day = |year: u32, month: u32, day: u32| -> Option<Time> {
        format!("{year:04}-{month:02}-{day:02}T00:00:00Z").parse().ok()
    };
    let number = |text: &&str, digits| {
        text.parse().ok().filter(|_| text.len() == digits && !text.starts_with('+'))
    };
    match date {
        [] => Some((Time::MIN, Time::MAX)),
        [year] => {
            let year = number(year, 4)?;
            Some((day(year, 1, 1)?, day(year + 1, 1, 1)?))
        }
        [year, month] => {
            let (year, month) = (number(year, 4)?, number(month, 2)?);
            let end = if month == 12 { day(year + 1, 1, 1) } else { day(year, month + 1, 1) };
            Some((day(year, month, 1)?, end?))
        }
        [year, month, date] => {
            let begin = day(number(year, 4)?, number(month, 2)?, number(date, 2)?)?;
            Some((begin, begin.plus_hours(24)))
        }
        _ => None,
    }
}

impl Period {
    fn look(self, (begin, end): (Time, Time), is_day: bool) -> Look {
        let since = self.since.map_or(Time::MIN, |time| time.plus_hours(-MARGIN_HOURS));
        let until = self.until.map_or(Time::MAX, |time| time.plus_hours(MARGIN_HOURS));
        if end <= since || begin >= until {
            Look::Outside
        } else if is_day || (begin >= since && end <= until) {
            Look::All
        } else {
            Look::Into
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, Period, look};

    #[test]
    fn folders_of_trails() {
        let period = Period {
            since: Some("2026-10-20T12:00:00Z".parse().unwrap()),
            until: Some("2026-12-02T00:00:00Z".parse().unwrap()),
        };
        for (folder, expected) in [
            ("", Look::Unknown),
            ("logs/", Look::Unknown),
            ("AWSLogs/", Look::Into),
            ("a/b/AWSLogs/", Look::Into),
            ("o-abc/AWSLogs/o-abc/", Look::Into),
            ("AWSLogs/111122223333/", Look::Into),
            ("AWSLogs/aws-controltower/", Look::Unknown),
            ("MyAWSLogs/111122223333/vpcflowlogs/", Look::Unknown),
            ("AWSLogs/111122223333/vpcflowlogs/", Look::Foreign),
            ("AWSLogs/111122223333/CloudTrail/", Look::Into),
            ("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2025/", Look::Outside),
            ("AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/", Look::Into),
            ("AWSLogs/1/CloudTrail/eu-west-1/2025/", Look::Outside),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/", Look::Into),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/09/", Look::Outside),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/10/", Look::Into),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/11/", Look::All),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/12/", Look::Into),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/10/18/", Look::Outside),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/10/19/", Look::All),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/12/02/", Look::All),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/12/03/", Look::Outside),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/13/", Look::All),
            ("AWSLogs/1/CloudTrail/eu-west-1/2026/02/30/", Look::All),
            ("AWSLogs/1/CloudTrail/eu-west-1/old/", Look::All),
            ("AWSLogs/1/CloudTrail/eu-west-1/2020/01/01/more/", Look::All),
        ] {
            assert_eq!(look(folder, period), expected, "{folder}");
        }
        let region = "AWSLogs/1/CloudTrail/eu-west-1/";
        assert_eq!(look(region, Period::default()), Look::All);
    }
}
