//! What the owners of a credential did around a theft, as far as a picture needs it.

use std::collections::BTreeMap;

use cloudtrail::{EventId, Time};

/// Calls of the robbed identities that are not suspicious, counted per hour or more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activity {
    /// Where the picture begins.
    pub from: Time,
    /// How long one bin is, in hours; at least one.
    pub hours: i64,
    /// How many bins there are.
    pub count: i64,
    /// Bins in which something happened, by number.
    pub bins: BTreeMap<i64, Bin>,
}

/// What happened in one bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    /// How many calls.
    pub calls: u64,
    /// The first of them, by time and id.
    pub first: (Time, EventId),
}

impl Activity {
    /// No picture has more bins than this.
    const MOST: i64 = 240;
    /// So many days before a theft are shown, and one after it.
    const BEFORE_HOURS: i64 = 7 * 24;
    const AFTER_HOURS: i64 = 24;

    /// An empty picture around a theft.
    pub fn around(first: Time, last: Time) -> Self {
        let begin = first.hour() - Self::BEFORE_HOURS;
        let end = last.hour() + Self::AFTER_HOURS;
        let hours = ((end - begin) / Self::MOST).max(0) + 1;
        // Whole days where bins are that long, so that midnight is a border.
        let begin = begin - begin.rem_euclid(24);
        let count = (end - begin) / hours + 1;
        Self { from: Time::from_seconds(begin * 3_600), hours, count, bins: BTreeMap::new() }
    }

    /// The first moment after the picture.
    pub fn until(&self) -> Time {
        self.from.plus_hours(self.hours * self.count)
    }

    /// The bin of a moment, if it is in the picture.
    pub fn bin_of(&self, time: Time) -> Option<i64> {
        if time < self.from || time >= self.until() {
            return None;
        }
        Some((time.hour() - self.from.hour()) / self.hours.max(1))
    }

    /// Counts a call.
    pub fn see(&mut self, time: Time, event: &EventId) {
        let Some(number) = self.bin_of(time) else { return };
        let this = (time, event.clone());
        let bin = self.bins.entry(number).or_insert_with(|| Bin { calls: 0, first: this.clone() });
        bin.calls += 1;
        bin.first = bin.first.clone().min(this);
    }

    /// Joins what another reader saw of the same picture.
    pub fn merge(&mut self, other: Self) {
        for (number, bin) in other.bins {
            match self.bins.get_mut(&number) {
                Some(own) => {
                    own.calls += bin.calls;
                    own.first = own.first.clone().min(bin.first);
                }
                None => {
                    self.bins.insert(number, bin);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cloudtrail::{EventId, Time};

    use super::Activity;

    #[test]
    fn a_picture_has_a_week_before_a_day_after_and_few_bins() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        let short = Activity::around(time("2026-11-20T02:14:07Z"), time("2026-11-20T03:26:19Z"));
        assert_eq!((short.hours, short.from), (1, time("2026-11-13T00:00:00Z")));
        assert!(short.until() > time("2026-11-21T03:26:19Z"));
        let long = Activity::around(time("2026-01-01T00:00:00Z"), time("2026-11-20T00:00:00Z"));
        assert!(long.count <= 245 && long.until() > time("2026-11-21T00:00:00Z"), "{long:?}");
    }

    #[test]
    fn the_order_of_the_calls_does_not_matter() {
        let at = Time::from_seconds(1_000_000);
        let calls: Vec<(Time, EventId)> =
            (0..40).map(|n| (at.plus_hours(n % 7), EventId::new(&format!("event {n}")))).collect();
        let mut whole = Activity::around(at, at);
        for (time, id) in &calls {
            whole.see(*time, id);
        }
        let (mut one, mut other) = (Activity::around(at, at), Activity::around(at, at));
        for (index, (time, id)) in calls.iter().rev().enumerate() {
            if index % 3 == 0 { one.see(*time, id) } else { other.see(*time, id) }
        }
        other.merge(one);
        assert_eq!(other, whole);
        assert_eq!(whole.bins.values().map(|bin| bin.calls).sum::<u64>(), 40);
    }
}
