//! How many different things happened within a time.

use std::hash::{BuildHasher, Hash};

/// Distinct values within a span of time, remembered up to a number beyond which nobody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// In seconds.
    span: i64,
    most: usize,
    /// Time of the newest sight, in seconds, and the value's hash.
    seen: Vec<(i64, u32)>,
}

impl Window {
    /// A window of so many seconds that tells up to `most` values apart.
    pub const fn new(span: i64, most: usize) -> Self {
        Self { span, most, seen: Vec::new() }
    }

    /// Notes a value and tells how many different ones the window holds, this one included.
    pub fn see(&mut self, seconds: i64, value: impl Hash) -> usize {
        let hash = hash(value);
        self.seen.retain(|(time, known)| *known != hash && seconds - time <= self.span);
        if self.seen.len() >= self.most {
            self.seen.remove(0);
        }
        self.seen.push((seconds, hash));
        self.seen.len()
    }

    /// Whether it holds a value now.
    pub fn holds(&self, seconds: i64, value: impl Hash) -> bool {
        let hash = hash(value);
        self.seen.iter().any(|(time, known)| *known == hash && seconds - time <= self.span)
    }

    /// How many different values it holds now.
    pub fn count(&self, seconds: i64) -> usize {
        self.seen.iter().filter(|(time, _)| seconds - time <= self.span).count()
    }
}

fn hash(value: impl Hash) -> u32 {
    foldhash::quality::FixedState::with_seed(1).hash_one(value) as u32
}

#[cfg(test)]
mod tests {
    use super::Window;

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
