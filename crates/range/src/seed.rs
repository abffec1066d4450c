//! Chance that repeats: every choice of the generator comes from a seed.
//!
//! Seeds form a tree (world, account, principal, hour), so that any part of a world can be
//! generated alone and comes out the same. The stream is `ChaCha8`, whose output is fixed by its
//! specification; how a number becomes a choice is written out here, in integers and exact
//! fractions, so that neither a library's next version nor another platform changes a corpus.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A place in the tree of seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// The root of a tree.
    pub fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The seed of a named part; `number` tells parts of one name apart.
    #[must_use]
    pub fn part(self, name: &str, number: u64) -> Self {
        // FNV-1a, then a finaliser: names are few and short, and only their difference matters.
        let named = name
            .bytes()
            .fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(mix(named ^ mix(number)))
    }

    /// The stream of choices that belongs to this seed.
    pub fn dice(self) -> Dice {
        let mut key = [0; 32];
        for (place, bytes) in (1_u64..).zip(key.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&mix(self.0 ^ mix(place)).to_le_bytes());
        }
        Dice(ChaCha8Rng::from_seed(key))
    }
}

/// The finaliser of the generator `SplitMix64`: every input bit changes every output bit.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A stream of choices.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// A number below `limit`; 0 if the limit is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high.abs_diff(low) + 1) as i64
    }

    /// A fraction of at least 0 and less than 1.
    pub fn fraction(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// One of these, all alike.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len() as u64) as usize)
    }

    /// One of these, the first far more often than the last (roughly as `1/rank`).
    pub fn pick_ranked<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let reach = self.below(from.len() as u64) + 1;
        from.get(self.below(reach) as usize)
    }

    /// One of these, by weight.
    pub fn weighted<'a, T>(&mut self, from: &'a [T], weight: impl Fn(&T) -> f64) -> Option<&'a T> {
        let total: f64 = from.iter().map(&weight).sum();
        let mut rest = self.fraction() * total;
        for item in from {
            rest -= weight(item);
            if rest < 0.0 {
                return Some(item);
            }
        }
        from.last()
    }

    /// These in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u64 + 1) as usize);
        }
    }

    /// The waiting time until the next of events that come at random, `mean` apart on average.
    ///
    /// Von Neumann's method of comparing uniform numbers: it needs no logarithm, whose last digit
    /// differs between platforms.
    pub fn gap(&mut self, mean: f64) -> f64 {
        let mut whole = 0.0;
        loop {
            let first = self.fraction();
            let mut last = first;
            let mut falls = 1_u32;
            loop {
                let next = self.fraction();
                if next > last {
                    break;
                }
                last = next;
                falls += 1;
            }
            if falls % 2 == 1 {
                return mean * (whole + first);
            }
            whole += 1.0;
        }
    }

    /// How many events fall into a period in which `mean` are expected.
    pub fn count(&mut self, mean: f64) -> u64 {
        let mut passed = self.gap(1.0);
        let mut count = 0;
        while passed < mean {
            count += 1;
            passed += self.gap(1.0);
        }
        count
    }

    /// Appends `length` characters of an alphabet (at most 64 characters are used).
    pub fn push(&mut self, text: &mut String, alphabet: &[u8], length: usize) {
        let mut left = 0;
        let mut bits = 0;
        for _ in 0..length {
            if left == 0 {
                bits = self.0.next_u64();
                left = 8;
            }
            let index = ((bits & 0xff) as usize * alphabet.len()) >> 8;
            text.push(char::from(alphabet[index]));
            bits >>= 8;
            left -= 1;
        }
    }

    /// A text of `length` characters of an alphabet.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(length);
        self.push(&mut text, alphabet, length);
        text
    }

    /// A random (version 4) UUID.
    pub fn uuid(&mut self) -> String {
        let mut text = String::with_capacity(36);
        self.push_uuid(&mut text);
        text
    }

    /// Appends a random (version 4) UUID.
    pub fn push_uuid(&mut self, text: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut number = (u128::from(self.0.next_u64()) << 64) | u128::from(self.0.next_u64());
        number = (number & !(0xf << 76)) | (0x4 << 76);
        number = (number & !(0x3 << 62)) | (0x2 << 62);
        for place in (0..32).rev() {
            text.push(char::from(DIGITS[((number >> (place * 4)) & 0xf) as usize]));
            if matches!(place, 24 | 20 | 16 | 12) {
                text.push('-');
            }
        }
    }
}

/// Digits and small letters of hexadecimal numbers.
pub const HEX: &[u8] = b"0123456789abcdef";
/// The alphabet of AWS's unique ids (`AIDA…`, `AROA…`) and access keys: base 32.
pub const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The alphabet of S3's request ids and of file names that CloudTrail writes.
pub const UPPER: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters and digits, as in the random part of a log file's name.
pub const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Small letters and digits.
pub const BASE36: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// Base 64.
pub const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_choices_for_ever() {
        let mut dice = Seed::new(7).part("account", 3).dice();
        assert_eq!(dice.below(1_000_000), 644_500);
        assert_eq!(dice.uuid(), "95c7b8b0-1317-4d3c-85cd-e7a64937d677");
    }

    #[test]
    fn parts_differ_by_name_and_number() {
        let seed = Seed::new(1);
        assert_ne!(seed.part("hour", 1), seed.part("hour", 2));
        assert_ne!(seed.part("hour", 1), seed.part("day", 1));
    }

    #[test]
    fn gaps_have_the_mean_asked_for() {
        let mut dice = Seed::new(5).dice();
        let mean = (0..20_000).map(|_| dice.gap(3.0)).sum::<f64>() / 20_000.0;
        assert!((2.9..3.1).contains(&mean), "{mean}");
        let count = (0..2_000).map(|_| dice.count(4.0)).sum::<u64>() as f64 / 2_000.0;
        assert!((3.85..4.15).contains(&count), "{count}");
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Seed::new(5).dice();
        let heavy =
            (0..10_000).filter(|_| *dice.weighted(&[1.0, 3.0], |w| *w).unwrap() > 2.0).count();
        assert!((7_300..7_700).contains(&heavy), "{heavy}");
    }
}
