//! Numbers, times and chances in words.

use cloudtrail::{EventId, Time};

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 alert`, `2 alerts`, `no alert`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(number)),
    }
}

/// `12.3 MB`.
pub fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => count(bytes, "byte", "bytes"),
    }
}

/// A score in tenths of a bit, rounded down: what is told as 14.0 has reached 14.
pub fn tenths(bits: f64) -> i64 {
    (bits * 10.0 + 1e-6).floor() as i64
}

/// `17.3 bits`.
pub fn bits(score: f64) -> String {
    format!("{:.1} bits", tenths(score) as f64 / 10.0)
}

/// `about 97 %`; the ends are not claimed to be sure.
pub fn chance(probability: f64) -> String {
    if probability >= 0.995 {
        "over 99 %".to_owned()
    } else if probability < 0.01 {
        "under 1 %".to_owned()
    } else {
        format!("about {:.0} %", probability * 100.0)
    }
}

/// `2026-11-20`.
pub fn day(time: Time) -> String {
    let text = time.to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// `02:14:07`.
pub fn clock(time: Time) -> String {
    let text = time.to_string();
    let clock = text.split('T').nth(1).unwrap_or_default();
    clock.get(..8).unwrap_or(clock).to_owned()
}

/// `2026-11-20 02:14:07`.
pub fn moment(time: Time) -> String {
    format!("{} {}", day(time), clock(time))
}

/// `40 s`, `12 min`, `1 h 12 min`, `3 d 4 h`: the two largest units that are not zero.
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let pair = |large: i64, large_unit, small: i64, small_unit| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    if days > 0 {
        pair(days, "d", hours, "h")
    } else if hours > 0 {
        pair(hours, "h", minutes, "min")
    } else if minutes > 0 {
        pair(minutes, "min", seconds % 60, "s")
    } else {
        format!("{seconds} s")
    }
}

/// The first event of several and how many there are besides; `None` where there is none.
pub fn events(ids: &[EventId]) -> Option<String> {
    let first = ids.first()?;
    Some(match ids.len() - 1 {
        0 => first.to_string(),
        more => format!("{first} and {more} more"),
    })
}

/// The first few of a list, and how many there are besides.
pub fn first_few<T>(items: &[T], few: usize) -> (&[T], usize) {
    // One line saying "1 more" is no shorter than the line it hides.
    let shown = if items.len() <= few + 1 { items.len() } else { few };
    (&items[..shown], items.len() - shown)
}

#[cfg(test)]
mod tests {
    use super::{bits, chance, clock, count, day, duration, grouped, moment, size};

    #[test]
    fn numbers() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(count(0, "alert", "alerts"), "no alert");
        assert_eq!(count(1, "alert", "alerts"), "1 alert");
        assert_eq!(count(4_200, "alert", "alerts"), "4,200 alerts");
        let cases =
            [(1, "1 byte"), (999, "999 bytes"), (1_250, "1.2 kB"), (87_960_000_000, "87.9 GB")];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn scores_do_not_claim_a_threshold_that_they_miss() {
        let cases =
            [(13.97, "13.9 bits"), (14.0, "14.0 bits"), (27.332, "27.3 bits"), (0.3, "0.3 bits")];
        for (score, expected) in cases {
            assert_eq!(bits(score), expected);
        }
    }

    #[test]
    fn chances() {
        let cases = [
            (0.0, "under 1 %"),
            (0.012, "about 1 %"),
            (0.5, "about 50 %"),
            (0.9699, "about 97 %"),
            (0.9949, "about 99 %"),
            (1.0, "over 99 %"),
        ];
        for (probability, expected) in cases {
            assert_eq!(chance(probability), expected);
        }
    }

    #[test]
    fn times() {
        let time = "2026-11-20T02:14:07.25Z".parse().unwrap();
        assert_eq!((day(time), clock(time)), ("2026-11-20".to_owned(), "02:14:07".to_owned()));
        assert_eq!(moment(time), "2026-11-20 02:14:07");
        let cases = [
            (0, "0 s"),
            (59, "59 s"),
            (84, "1 min 24 s"),
            (3_600, "1 h"),
            (4_320, "1 h 12 min"),
            (273_600, "3 d 4 h"),
            (-5, "0 s"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(seconds), expected);
        }
    }
}
