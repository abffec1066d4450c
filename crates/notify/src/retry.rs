//! What becomes of a delivery that failed: exponential back-off with full jitter, as long as the
//! receiver wishes, within a total limit, then never again.
//!
//! Full jitter spreads those who wait over the whole of the interval:
//! <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Fault;

/// How patient to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patience {
    /// The longest wait before the second attempt, in seconds; it doubles with each one.
    pub first_seconds: u32,
    /// The longest wait between two attempts, in seconds.
    pub longest_seconds: u32,
    /// From so long after the first attempt on there is no other, in seconds.
    pub total_seconds: u32,
}

impl Default for Patience {
    /// Ten seconds, half an hour, a day.
    fn default() -> Self {
        Self { first_seconds: 10, longest_seconds: 30 * 60, total_seconds: 24 * 60 * 60 }
    }
}

/// What becomes of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It is tried again after so long.
    Again(Duration),
    /// It is not tried again, for a reason that people should see.
    Dead(String),
}

/// What becomes of a delivery after `attempts` attempts, the first of them `elapsed` ago.
///
/// `chance` is a number that nobody can foretell, from the caller's source of randomness.
pub fn next(
    patience: &Patience,
    attempts: u32,
    elapsed: Duration,
    fault: &Fault,
    chance: u64,
) -> Next {
    let wish = match fault {
        Fault::Final { .. } => return Next::Dead(fault.to_string()),
        Fault::Passing { wait, .. } => wait.unwrap_or_default(),
    };
    let seconds = |count: u32| Duration::from_secs(u64::from(count));
    let doubled = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let ceiling = seconds(patience.first_seconds)
        .saturating_mul(doubled)
        .min(seconds(patience.longest_seconds));
    // The receiver's wish is a floor; the jitter keeps those who were told the same apart.
    let wait = wish.saturating_add(part(ceiling, chance));
    let total = seconds(patience.total_seconds);
    if elapsed.saturating_add(wait) > total {
        let (minutes, times) =
            (elapsed.as_secs() / 60, if attempts == 1 { "attempt" } else { "attempts" });
        return Next::Dead(format!("given up after {attempts} {times} in {minutes} min; {fault}"));
    }
    Next::Again(wait)
}

/// A part of a time, as large as `chance` is of all numbers, in milliseconds.
fn part(whole: Duration, chance: u64) -> Duration {
    let milliseconds = whole.as_millis().saturating_mul(u128::from(chance)) >> 64;
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Next, Patience, next};
    use crate::Fault;

    const PATIENCE: Patience =
        Patience { first_seconds: 10, longest_seconds: 100, total_seconds: 1_000 };

    fn passing(wait: Option<u64>) -> Fault {
        let wait = wait.map(Duration::from_secs);
        Fault::Passing { channel: "ops".to_owned(), reason: "status 503".to_owned(), wait }
    }

    fn check(attempts: u32, elapsed: u64, wait: Option<u64>, chance: u64) -> Next {
        next(&PATIENCE, attempts, Duration::from_secs(elapsed), &passing(wait), chance)
    }

    #[test]
    fn waits_double_up_to_a_bound() {
        let almost = |seconds: u64| Next::Again(Duration::from_millis(seconds * 1_000 - 1));
        for (attempts, longest) in
            [(1, 10), (2, 20), (3, 40), (4, 80), (5, 100), (40, 100), (u32::MAX, 100)]
        {
            assert_eq!(check(attempts, 0, None, u64::MAX), almost(longest), "{attempts}");
            assert_eq!(check(attempts, 0, None, 0), Next::Again(Duration::ZERO));
        }
        assert_eq!(check(1, 0, None, u64::MAX / 2 + 1), Next::Again(Duration::from_secs(5)));
    }

    #[test]
    fn the_wish_of_the_receiver_is_a_floor() {
        assert_eq!(check(1, 0, Some(60), 0), Next::Again(Duration::from_mins(1)));
        assert_eq!(check(1, 0, Some(60), u64::MAX / 2 + 1), Next::Again(Duration::from_secs(65)));
    }

    #[test]
    fn there_is_an_end() {
        let dead = |next: Next| match next {
            Next::Dead(reason) => reason,
            Next::Again(wait) => panic!("again after {wait:?}"),
        };
        assert_eq!(
            dead(check(9, 999, None, u64::MAX)),
            "given up after 9 attempts in 16 min; channel ops could not be told for now: status 503"
        );
        assert_eq!(check(9, 900, None, 0), Next::Again(Duration::ZERO));
        dead(check(1, 0, Some(2_000), 0));
        dead(check(1, 0, Some(u64::MAX), u64::MAX));
        let fault = Fault::Final { channel: "ops".to_owned(), reason: "status 403".to_owned() };
        assert_eq!(dead(next(&PATIENCE, 1, Duration::ZERO, &fault, 0)), fault.to_string());
    }

    proptest! {
        #[test]
        fn no_attempt_is_later_than_the_limit(
            attempts in 1_u32..200, elapsed in 0_u64..3_000, wait in proptest::option::of(0_u64..3_000), chance: u64,
        ) {
            match check(attempts, elapsed, wait, chance) {
                Next::Again(pause) => {
                    prop_assert!(pause >= Duration::from_secs(wait.unwrap_or_default()));
                    prop_assert!(Duration::from_secs(elapsed) + pause <= Duration::from_secs(1_000));
                }
                Next::Dead(reason) => prop_assert!(reason.contains("status 503")),
            }
        }
    }
}
