//! When a duty is done: at random through the day, like clockwork, or in somebody's working hours.

use std::collections::BTreeSet;

use crate::habits::Routine;
use crate::seed::{Dice, Seed};

/// Seconds of an hour.
pub const HOUR: i64 = 3_600;
/// Seconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// A routine with its schedule.
#[derive(Debug, Clone)]
pub struct Duty {
    /// What is done.
    pub routine: &'static Routine,
    /// When.
    pub schedule: Schedule,
    /// In which account, by its place in the organisation.
    pub account: usize,
    /// In which of the principal's regions, by place; past the end means the last.
    pub region: usize,
}

/// When something is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// At random, so often an hour on average.
    Steady {
        /// Bursts an hour at full activity.
        per_hour: f64,
        /// How activity goes through day and week.
        rhythm: Rhythm,
    },
    /// Every so many minutes.
    Every {
        /// The interval.
        minutes: i64,
    },
    /// Once a day.
    Daily {
        /// The hour of the day, UTC.
        hour: i64,
    },
    /// Once a week.
    Weekly {
        /// The day, 0 for Monday.
        day: i64,
        /// The hour of the day, UTC.
        hour: i64,
    },
    /// By a person, on working days, so often a day on average.
    Workday {
        /// Bursts a day.
        per_day: f64,
    },
    /// Once, at a time in seconds since 1970.
    Once {
        /// The time.
        at: i64,
    },
}

/// How activity goes through day and week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// The same at all hours.
    Flat,
    /// With the users: low at night, somewhat lower at weekends.
    Day,
    /// With the developers: working hours only.
    Work,
}

impl Rhythm {
    /// The share of full activity in an hour, for somebody `offset` hours east of Greenwich.
    pub fn at(self, hour: i64, offset: i64) -> f64 {
        let local = hour + offset * HOUR;
        let (hour, weekend) = (local.rem_euclid(DAY) / HOUR, weekday(local) >= 5);
        match self {
            Self::Flat => 1.0,
            Self::Day => {
                let share = match hour {
                    0..=5 => 0.3,
                    6..=8 => 0.7,
                    9..=20 => 1.2,
                    _ => 0.8,
                };
                if weekend { share * 0.6 } else { share }
            }
            Self::Work if weekend => 0.03,
            Self::Work => match hour {
                9..=11 | 13..=17 => 1.6,
                8 | 12 | 18 => 0.7,
                19..=22 => 0.1,
                _ => 0.02,
            },
        }
    }
}

/// The day of the week, 0 for Monday.
pub fn weekday(seconds: i64) -> i64 {
    // 1 January 1970 was a Thursday.
    (seconds.div_euclid(DAY) + 3).rem_euclid(7)
}

impl Schedule {
    /// The starts within the hour that begins at `hour`, for somebody `offset` hours east.
    /// A person's starts come from the day's plan instead.
    pub fn starts(self, hour: i64, offset: i64, own: Seed, dice: &mut Dice) -> Vec<i64> {
        let day_hour = hour.rem_euclid(DAY) / HOUR;
        // Clockwork has a phase of its own and is a few seconds late each time.
        let phase = |period: i64| own.part("phase", 0).dice().between(0, period - 1);
        match self {
            Self::Steady { per_hour, rhythm } => {
                let count = dice.count(per_hour * rhythm.at(hour, offset));
                let starts = (0..count).map(|_| hour + dice.between(0, HOUR - 1));
                // A start is what a burst's choices come from, so there is one at a time.
                starts.collect::<BTreeSet<_>>().into_iter().collect()
            }
            Self::Every { minutes } => {
                let period = (minutes * 60).max(60);
                let first = hour + (phase(period) - hour).rem_euclid(period);
                (first..hour + HOUR)
                    .step_by(period as usize)
                    .map(|start| start + dice.between(0, 5))
                    .collect()
            }
            Self::Daily { hour: at } if at == day_hour => vec![hour + phase(HOUR)],
            Self::Weekly { day, hour: at } if at == day_hour && weekday(hour) == day => {
                vec![hour + phase(HOUR)]
            }
            Self::Once { at } if (hour..hour + HOUR).contains(&at) => vec![at],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clockwork_comes_at_its_interval() {
        let (own, mut dice) = (Seed::new(1), Seed::new(2).dice());
        let every = Schedule::Every { minutes: 25 };
        let starts: Vec<i64> =
            (0..48).flat_map(|hour| every.starts(hour * HOUR, 0, own, &mut dice)).collect();
        assert!(starts.windows(2).all(|pair| (1_490..=1_510).contains(&(pair[1] - pair[0]))));
        let weekly = Schedule::Weekly { day: 0, hour: 6 };
        let weeks = (0..24 * 28).flat_map(|hour| weekly.starts(hour * HOUR, 0, own, &mut dice));
        assert_eq!(weeks.count(), 4);
    }

    #[test]
    fn developers_sleep() {
        let tuesday = 5 * DAY;
        assert!(Rhythm::Work.at(tuesday + 10 * HOUR, 0) > 1.0);
        assert!(Rhythm::Work.at(tuesday + 3 * HOUR, 0) < 0.1);
        assert!(Rhythm::Work.at(tuesday + 3 * HOUR, 8) > 1.0);
        assert_eq!(weekday(0), 3);
    }
}
