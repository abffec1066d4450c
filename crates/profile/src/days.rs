//! On which days something was seen.

use serde::{Deserialize, Serialize};

/// Days since 1970-01-01.
pub type Day = i32;

/// A set of days: the last 128 before the newest one. Older days are forgotten.
///
/// Merging two sets is exact, associative and commutative, because a day is forgotten only when a
/// newer one pushes it out of the window, whichever set that one stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    newest: Day,
    /// Bit k is the day `newest − k`. Two halves, because a `u128` would make whoever holds a few
    /// of these a third larger.
    seen: [u64; 2],
}

/// Weights are counted in 256ths of a day.
const UNIT: u32 = 256;

impl Days {
    /// The set with one day in it.
    pub const fn one(day: Day) -> Self {
        Self { newest: day, seen: [1, 0] }
    }

    /// The set whose days are the bits of `seen`, counted back from its newest day.
    pub(crate) const fn of_bits(newest: Day, seen: u128) -> Self {
        Self { newest, seen: [seen as u64, (seen >> 64) as u64] }
    }

    /// Bit k is the day `newest − k`.
    pub(crate) const fn bits(self) -> u128 {
        (self.seen[1] as u128) << 64 | self.seen[0] as u128
    }

    /// Adds a day.
    pub fn add(&mut self, day: Day) {
        self.merge(Self::one(day));
    }

    /// Adds all days of another set.
    pub fn merge(&mut self, other: Self) {
        let (newer, older) =
            if self.newest >= other.newest { (*self, other) } else { (other, *self) };
        let shift = newer.newest.abs_diff(older.newest);
        let seen = newer.bits() | older.bits().checked_shl(shift).unwrap_or(0);
        *self = Self::of_bits(newer.newest, seen);
    }

    /// Whether a day is in the set.
    pub const fn holds(self, day: Day) -> bool {
        let age = self.newest.saturating_sub(day);
        0 <= age && age < 128 && self.bits() >> age & 1 == 1
    }

    /// How many days are in the set.
    pub const fn count(&self) -> u32 {
        self.seen[0].count_ones() + self.seen[1].count_ones()
    }

    /// The newest day.
    pub const fn newest(&self) -> Day {
        self.newest
    }

    /// The oldest day that is remembered.
    pub const fn oldest(&self) -> Day {
        self.newest - (127 - self.bits().leading_zeros() as Day)
    }

    /// The number of days, each counted half for every whole `half_life` (in days) of its age.
    /// In 256ths of a day.
    pub fn weight(&self, today: Day, half_life: u32) -> u32 {
        let age_of_newest = today.saturating_sub(self.newest).max(0).unsigned_abs();
        let mut total = 0;
        let mut rest = self.bits();
        let mut age = age_of_newest;
        while rest != 0 {
            let halvings = age / half_life;
            if halvings >= 16 {
                break;
            }
            // All days up to the next halving have the same weight.
            let span = half_life - age % half_life;
            let group = if span >= 128 { rest } else { rest & ((1_u128 << span) - 1) };
            total += (group.count_ones() * UNIT) >> halvings;
            rest = rest.checked_shr(span).unwrap_or(0);
            age += span;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Day, Days};

    fn set(days: &[Day]) -> Option<Days> {
        let (first, rest) = days.split_first()?;
        let mut set = Days::one(*first);
        for day in rest {
            set.add(*day);
        }
        Some(set)
    }

    #[test]
    fn weights_halve_with_age() {
        let mut days = Days::one(100);
        days.add(70);
        assert_eq!(days.weight(100, 30), 256 + 128);
        assert_eq!(days.weight(130, 30), 128 + 64);
        assert_eq!(days.weight(100_000, 30), 0);
        assert_eq!((days.count(), days.oldest(), days.newest()), (2, 70, 100));
    }

    proptest! {
        #[test]
        fn merging_is_associative_and_commutative(
            a in prop::collection::vec(0..400, 1..20),
            b in prop::collection::vec(0..400, 1..20),
            c in prop::collection::vec(0..400, 1..20),
        ) {
            let (a, b, c) = (set(&a).unwrap(), set(&b).unwrap(), set(&c).unwrap());
            let merge = |mut left: Days, right: Days| { left.merge(right); left };
            prop_assert_eq!(merge(a, b), merge(b, a));
            prop_assert_eq!(merge(merge(a, b), c), merge(a, merge(b, c)));
        }

        #[test]
        fn the_weight_is_the_sum_over_the_days(
            days in prop::collection::vec(0..128, 1..60),
            today in 128..300,
        ) {
            let set = set(&days).unwrap();
            let distinct: std::collections::BTreeSet<_> = days.iter().collect();
            let sum: f64 = distinct.iter().map(|day| 256.0 / f64::from(1 << ((today - **day) / 30))).sum();
            // Each group of days of one weight is rounded down once.
            prop_assert!((f64::from(set.weight(today, 30)) - sum).abs() <= 16.0);
        }
    }
}
