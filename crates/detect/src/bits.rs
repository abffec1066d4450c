//! Evidence in bits, as fixed-point numbers, so that sums are the same everywhere.

use serde::{Deserialize, Serialize};

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// A number of bits in steps of 1/256: `log2( P(observed | thief) / P(observed | principal) )`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Bits(i32);

impl Bits {
    /// No evidence either way.
    pub const ZERO: Self = Self(0);

    /// Less than any evidence.
    pub const MIN: Self = Self(i32::MIN);

    /// So many whole bits.
    pub const fn whole(bits: i32) -> Self {
        Self(bits * 256)
    }

    /// The nearest step.
    pub fn from_f64(bits: f64) -> Self {
        Self((bits * 256.0).round() as i32)
    }

    /// The logarithm of a ratio of probabilities. The library's own `log2` is used rather than the
    /// platform's, so that every machine rounds alike.
    pub fn of_ratio(ratio: f64) -> Self {
        Self::from_f64(libm::log2(ratio))
    }

    /// As a floating-point number, for display and output.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 256.0
    }

    /// This number times `numerator / 256`, rounded towards zero.
    #[must_use]
    pub const fn scaled(self, numerator: i32) -> Self {
        Self((self.0 as i64 * numerator as i64 / 256) as i32)
    }

    /// Whether it speaks for theft.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether it speaks against theft.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Add for Bits {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Bits {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Bits {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Bits {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Bits {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:+.1}", self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn ratios_and_fractions() {
        assert_eq!(Bits::of_ratio(8.0), Bits::whole(3));
        assert_eq!(Bits::of_ratio(0.25), Bits::whole(-2));
        assert_eq!(Bits::whole(4).scaled(192), Bits::whole(3));
        assert_eq!(Bits::whole(-4).scaled(128).to_string(), "-2.0");
    }
}
