//! Event time: microseconds since 1970, UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in UTC, in microseconds since 1970-01-01. The only clock of the core is this one, and
/// it stands in the records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

impl Time {
    /// The earliest moment, before every record.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest moment, after every record.
    pub const MAX: Self = Self(i64::MAX);

    /// The moment that many microseconds after 1970 began.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The moment that many seconds after 1970 began.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// Reads a record's time: RFC 3339, or the same without a zone, as exports of CloudTrail Lake
    /// and of some tools write it. It is always UTC.
    ///
    /// Nothing was recorded before 2000, and a date after 2100 is an error or a trap.
    pub fn of_record(text: &str) -> Option<Self> {
        const BEGINNING_OF_2000: i64 = 946_684_800;
        const BEGINNING_OF_2100: i64 = 4_102_444_800;
        let time: Option<Self> = text.parse().ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            let timestamp = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
            Some(Self(timestamp.as_microsecond()))
        });
        time.filter(|time| (BEGINNING_OF_2000..BEGINNING_OF_2100).contains(&time.seconds()))
    }

    /// Reads the time of an answer of AWS: as records write it, or as STS does,
    /// `Jul 30, 2024, 9:46:15 PM`, with and without its second comma.
    pub fn of_answer(text: &str) -> Option<Self> {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let first = text.bytes().next()?;
        if first.is_ascii_digit() {
            return Self::of_record(text);
        }
        let mut words = text
            .split(|separator: char| separator == ',' || separator.is_whitespace())
            .filter(|word| !word.is_empty());
        let mut next = || words.next();
        let (month, day, year, clock, half) = (next()?, next()?, next()?, next()?, next()?);
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        let mut clock = clock.splitn(3, ':').map(|part| part.parse::<u8>().ok());
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let half = match half {
            "AM" => 0,
            "PM" => 12,
            _ => return None,
        };
        let (day, year): (u8, u16) = (day.parse().ok()?, year.parse().ok()?);
        let hour = (hour <= 12).then_some(hour % 12 + half)?;
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        Self::of_record(&text)
    }

    /// Microseconds since 1970 began.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 began.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Whole hours since 1970 began.
    pub const fn hour(self) -> i64 {
        self.0.div_euclid(HOUR)
    }

    /// Whole days since 1970 began.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    #[must_use]
    /// The moment that many hours later; never past the ends of time.
    pub const fn plus_hours(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours.saturating_mul(HOUR)))
    }

    #[must_use]
    /// The moment that many seconds later; never past the ends of time.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// Seconds from `earlier` to this moment; negative when it is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(SECOND)
    }

    /// Hour of the day, 0 to 23, and whether the day is a Saturday or Sunday.
    pub const fn hour_of_day(self) -> (u8, bool) {
        // 1970-01-01 was a Thursday: day 0 has weekday 3 when Monday is 0.
        let weekday = (self.day() + 3).rem_euclid(7);
        (self.hour().rem_euclid(24) as u8, weekday >= 5)
    }
}

/// The text is no RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotATime;

impl FromStr for Time {
    type Err = NotATime;

    /// Reads RFC 3339. CloudTrail's own form, `2026-01-02T03:04:05Z`, takes a short path.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        if let Some(seconds) = parse_cloudtrail_form(text.as_bytes()) {
            return Ok(Self::from_seconds(seconds));
        }
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| NotATime)?;
        Ok(Self(timestamp.as_microsecond()))
    }
}

/// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ`; `None` for every other text.
fn parse_cloudtrail_form(text: &[u8]) -> Option<i64> {
    let [
        y0,
        y1,
        y2,
        y3,
        b'-',
        m0,
        m1,
        b'-',
        d0,
        d1,
        b'T',
        h0,
        h1,
        b':',
        n0,
        n1,
        b':',
        s0,
        s1,
        b'Z',
    ] = text
    else {
        return None;
    };
    let pair = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let year = pair(y0, y1)? * 100 + pair(y2, y3)?;
    let (month, day) = (pair(m0, m1)?, pair(d0, d1)?);
    let (hour, minute, second) = (pair(h0, h1)?, pair(n0, n1)?, pair(s0, s1)?);
    let valid = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    valid.then(|| days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `days_from_civil`).
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => fmt::Display::fmt(&timestamp, formatter),
            Err(_) => write!(formatter, "{}µs", self.0),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// RFC 3339 in formats for people, microseconds in binary ones.
impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
            text.parse().map_err(|_| de::Error::custom("a time is written as RFC 3339 has it"))
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn the_short_path_agrees_with_the_library() {
        for day in (0..40_000).step_by(13) {
            let time = Time::from_seconds(day * 86_400 + (day * 7_919) % 86_400);
            assert_eq!(time.to_string().parse(), Ok(time));
            let slow: jiff::Timestamp = time.to_string().parse().unwrap();
            assert_eq!(slow.as_second(), time.seconds());
        }
    }

    #[test]
    fn other_forms_and_nonsense() {
        let time = |text: &str| text.parse::<Time>().ok().map(Time::micros);
        assert_eq!(time("1970-01-01T00:00:01.5Z"), Some(1_500_000));
        assert_eq!(time("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(time("1970-01-01T00:00:03"), None);
        let record = |text: &str| Time::of_record(text).map(Time::micros);
        assert_eq!(record("2000-01-01 00:00:02.250"), Some(946_684_802_250_000));
        assert_eq!(record("2000-01-01T00:00:03"), Some(946_684_803_000_000));
        for text in
            ["yesterday", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
        {
            assert_eq!(record(text), None, "{text:?}");
        }
        for text in [
            "",
            "yesterday",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(time(text), None, "{text:?}");
        }
    }

    #[test]
    fn times_in_answers() {
        let time = |text: &str| Time::of_answer(text).map(|time| time.to_string());
        for (text, expected) in [
            ("Jul 30, 2024, 9:46:15 PM", "2024-07-30T21:46:15Z"),
            ("Dec 2, 2021 12:12:12 AM", "2021-12-02T00:12:12Z"),
            ("Jan 01, 2019 0:00:00 PM", "2019-01-01T12:00:00Z"),
            ("Mar 4, 2025, 10:22:06\u{202f}AM", "2025-03-04T10:22:06Z"),
            ("2025-03-04T10:22:06Z", "2025-03-04T10:22:06Z"),
        ] {
            assert_eq!(time(text).as_deref(), Some(expected), "{text:?}");
        }
        for text in ["", "soon", "Feb 30, 2024, 9:46:15 PM", "Jul 30, 2024, 13:46:15 PM", "Jul 30"]
        {
            assert_eq!(time(text), None, "{text:?}");
        }
    }

    #[test]
    fn weekends() {
        let time: Time = "2026-11-22T23:59:59Z".parse().unwrap();
        assert_eq!(time.hour_of_day(), (23, true));
        assert_eq!(time.plus_hours(1).hour_of_day(), (0, false));
    }
}
