//! How much a principal takes at a time: data events in windows of ten minutes.

use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

/// Length of a window, in seconds.
pub const WINDOW_SECONDS: i64 = 600;

/// What was taken in some windows: how many there were, their sum and the sum of their squares.
///
/// These three are all that the moments of a distribution need, and they add up: merging is exact
/// in any order. Nothing is forgotten, for what a principal once took it may take again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Windows in which anything was taken.
    pub windows: u32,
    /// Objects, items and answers of models.
    pub objects: Moments,
    /// Mebibytes that were sent out.
    pub mebibytes: Moments,
}

/// The sum over all windows, and the sum of the squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moments {
    sum: u64,
    squares: u64,
}

/// What was taken in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Which ten minutes, counted from 1970.
    window: u32,
    /// How many objects.
    pub objects: u32,
    /// How many bytes were sent out.
    pub bytes: u64,
}

/// What was taken within one hour, by windows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken(ThinVec<Amount>);

impl Taken {
    /// Adds one object of so many bytes at a time in seconds since 1970, and tells what its window
    /// holds so far.
    pub fn add(&mut self, seconds: i64, bytes: u64) -> Amount {
        let window = seconds.div_euclid(WINDOW_SECONDS) as u32;
        let index = self.0.iter().position(|amount| amount.window == window).unwrap_or_else(|| {
            self.0.reserve_exact(1);
            self.0.push(Amount { window, objects: 0, bytes: 0 });
            self.0.len() - 1
        });
        let amount = &mut self.0[index];
        amount.objects = amount.objects.saturating_add(1);
        amount.bytes = amount.bytes.saturating_add(bytes);
        *amount
    }

    /// All windows together.
    pub(crate) fn volume(&self) -> Volume {
        let mut volume = Volume::default();
        for amount in &self.0 {
            volume.merge(&Volume {
                windows: 1,
                objects: Moments::of(amount.objects.into()),
                mebibytes: Moments::of(amount.mebibytes()),
            });
        }
        volume
    }
}

impl Amount {
    /// Whole mebibytes that were sent out.
    pub const fn mebibytes(&self) -> u64 {
        self.bytes >> 20
    }
}

impl Volume {
    /// Adds the windows of another.
    pub const fn merge(&mut self, other: &Self) {
        self.windows = self.windows.saturating_add(other.windows);
        self.objects.merge(other.objects);
        self.mebibytes.merge(other.mebibytes);
    }
}

impl Moments {
    const fn of(amount: u64) -> Self {
        Self { sum: amount, squares: amount.saturating_mul(amount) }
    }

    const fn merge(&mut self, other: Self) {
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// The mean of a window.
    pub fn mean(&self, windows: u32) -> f64 {
        self.sum as f64 / f64::from(windows.max(1))
    }

    /// How improbable it is, in bits at least, that a window of this principal holds `amount` or
    /// more.
    ///
    /// The model is Poisson–Gamma: each window has a rate of its own, the rates have mean `m` and
    /// shape `r`, so that the variance is `m + m²/r`. Mean and shape are those of the windows seen
    /// and of one window of `pseudo` before them; `r` lies between 0.05 and 4, and grows to what
    /// was measured as `n/(n + 8)`, because few windows say little of how they differ.
    /// Chernoff's bound for the negative binomial then gives, for `x > m`,
    /// `log2 P(X ≥ x) ≤ −[x·ln(x/m) − (x + r)·ln((x + r)/(m + r))] / ln 2`.
    pub fn surprise(&self, windows: u32, amount: u64, pseudo: f64) -> f64 {
        const LEAST_SHAPE: f64 = 0.05;
        const MOST_SHAPE: f64 = 4.0;
        const FEW: f64 = 8.0;
        let seen = f64::from(windows);
        let count = seen + 1.0;
        let mean = (self.sum as f64 + pseudo) / count;
        let variance = (self.squares as f64 + pseudo * pseudo) / count - mean * mean;
        let measured = mean * mean / (variance - mean).max(mean * mean / MOST_SHAPE);
        let shape = (measured * seen / (seen + FEW)).clamp(LEAST_SHAPE, MOST_SHAPE);
        let x = amount as f64;
        if x <= mean {
            return 0.0;
        }
        let nats = x * libm::log(x / mean) - (x + shape) * libm::log((x + shape) / (mean + shape));
        nats.max(0.0) / std::f64::consts::LN_2
    }
}

#[cfg(test)]
mod tests {
    use super::{Moments, Taken, Volume};

    fn seen(amounts: &[u64]) -> (u32, Moments) {
        let mut all = Moments::default();
        for amount in amounts {
            all.merge(Moments::of(*amount));
        }
        (amounts.len() as u32, all)
    }

    #[test]
    fn a_window_far_above_steady_habits_is_a_surprise_and_one_near_them_is_none() {
        let (windows, steady) = seen(&[18, 20, 22].repeat(60));
        assert!(steady.surprise(windows, 30, 20.0) < 2.0);
        assert!(steady.surprise(windows, 400, 20.0) > 15.0);
        // Whoever takes a thousand now and then may do so again.
        let (windows, bursts) = seen(&[20, 20, 20, 20, 20, 20, 20, 20, 20, 1_000].repeat(20));
        assert!(bursts.surprise(windows, 1_200, 20.0) < 8.0);
        assert!(bursts.surprise(windows, 20_000, 20.0) > 15.0);
    }

    #[test]
    fn the_bound_is_never_below_the_probability() {
        // The exact tail of the negative binomial with mean m and shape r, by summing it up.
        let (windows, moments) = seen(&[3, 9, 14, 30, 8, 2, 41, 17].repeat(8));
        let count = f64::from(windows) + 1.0;
        let mean = (moments.sum as f64 + 20.0) / count;
        let variance = (moments.squares as f64 + 400.0) / count - mean * mean;
        let shape = mean * mean / (variance - mean) * f64::from(windows) / f64::from(windows + 8);
        let mut part = libm::exp(shape * libm::log(shape / (shape + mean)));
        let mut below = 0.0;
        for x in 0..200_u64 {
            let bound = libm::exp2(-moments.surprise(windows, x, 20.0));
            assert!(bound >= 1.0 - below - 1e-9, "{x}: {bound} {}", 1.0 - below);
            below += part;
            part *= (x as f64 + shape) / (x as f64 + 1.0) * mean / (shape + mean);
        }
    }

    #[test]
    fn windows_are_counted_by_their_ten_minutes() {
        let mut taken = Taken::default();
        for seconds in [0, 599, 600, 3_599, 1] {
            taken.add(seconds, 1 << 20);
        }
        let Volume { windows, objects, mebibytes } = taken.volume();
        assert_eq!((windows, objects), (3, mebibytes));
        assert_eq!(objects, Moments { sum: 5, squares: 9 + 1 + 1 });
    }
}
