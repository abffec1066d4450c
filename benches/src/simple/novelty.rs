//! Something new: a network alone, or two dimensions of one call.

use super::history::{News, SYSTEM};

/// Nothing is new to somebody with fewer active days.
const FEWEST_DAYS: u32 = 4;

/// A network (AS) that the principal never called from. The longer the history and the fewer the
/// networks in it, the worse.
pub(super) fn new_system(news: &News) -> f64 {
    if !news.new[SYSTEM] || news.days < FEWEST_DAYS {
        return 0.0;
    }
    f64::from(news.days) / news.systems.max(1) as f64
}

/// Two or more new values in one call; the more the worse, and with a longer history worse yet.
pub(super) fn new_dimensions(news: &News) -> f64 {
    let count = news.new.iter().filter(|new| **new).count();
    if count < 2 || news.days < FEWEST_DAYS {
        return 0.0;
    }
    let days = f64::from(news.days);
    count as f64 + days / (days + 20.0)
}
