//! How many different things happened within a time.

use std::hash::{BuildHasher, Hash};

use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

/// Distinct values within a span of time, remembered up to a number beyond which nobody asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// In seconds.
    span: u32,
    most: u32,
    /// When each value was seen last, in seconds since 1970, and its hash.
    seen: ThinVec<(u32, u32)>,
}

impl Window {
    /// A window of so many seconds that tells up to `most` values apart.
    pub fn new(span: i64, most: usize) -> Self {
        Self { span: span as u32, most: most as u32, seen: ThinVec::new() }
    }

    /// Notes a value and tells how many different ones the window holds, this one included.
    pub fn see(&mut self, seconds: i64, value: impl Hash) -> usize {
        let hash = hash(value);
        let span = self.span;
        self.seen.retain(|(time, known)| *known != hash && is_within(span, *time, seconds));
        // Without room for any there is nothing to make room: a damaged snapshot says so.
        if self.seen.len() >= (self.most as usize).max(1) {
            self.seen.remove(0);
        }
        self.seen.reserve_exact(1);
        self.seen.push((seconds as u32, hash));
        self.seen.len()
    }

    /// Whether it holds a value now.
    pub fn holds(&self, seconds: i64, value: impl Hash) -> bool {
        let hash = hash(value);
        self.seen.iter().any(|(time, known)| *known == hash && is_within(self.span, *time, seconds))
    }

    /// How many different values it holds now.
    pub fn count(&self, seconds: i64) -> usize {
        self.seen.iter().filter(|(time, _)| is_within(self.span, *time, seconds)).count()
    }
}

fn is_within(span: u32, then: u32, now: i64) -> bool {
    now - i64::from(then) <= i64::from(span)
}

fn hash(value: impl Hash) -> u32 {
    foldhash::quality::FixedState::with_seed(1).hash_one(value) as u32
}

#[cfg(test)]
mod tests {
    use super::Window;

    #[test]
    fn a_window_without_room_is_no_danger() {
        assert_eq!(Window::new(10, 0).see(0, "a"), 1);
    }

    #[test]
    fn only_different_values_within_the_span_count() {
        let mut window = Window::new(10, 3);
        assert_eq!(window.see(0, "a"), 1);
        assert_eq!(window.see(1, "a"), 1);
        assert_eq!(window.see(2, "b"), 2);
        assert_eq!(window.see(12, "c"), 2);
        assert_eq!(window.count(30), 0);
        for (second, value) in ["d", "e", "f", "g"].into_iter().enumerate() {
            assert!(window.see(13 + second as i64, value) <= 3);
        }
    }
}
