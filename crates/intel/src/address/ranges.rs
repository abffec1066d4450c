//! Sorted, disjoint address ranges in blocks that are read where they lie: nothing is decoded at start.
//!
//! `xtask/src/intel/ranges.rs` writes the format and describes it.

use std::net::IpAddr;

/// A compiled file of labelled ranges.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ranges {
    /// Day of the source, `YYYY-MM-DD`.
    pub(super) date: &'static str,
    numbers: &'static [u8],
    v4: Blocks<4>,
    v6: Blocks<16>,
}

const MAGIC: &[u8] = b"KHRANGE1";
const BLOCK: usize = 32;
const ODD_LENGTH: u8 = 127;
const GAP: u8 = 0x80;

impl Ranges {
    /// Reads the head of a file; `None` if it is not one.
    pub(super) fn parse(bytes: &'static [u8]) -> Option<Self> {
        let mut rest = bytes;
        (take(&mut rest, MAGIC.len())? == MAGIC).then_some(())?;
        let date = str::from_utf8(take(&mut rest, 10)?).ok()?;
        let [numbers, v4_blocks, v4_data, v6_blocks, v6_data] =
            [(); 5].map(|()| take(&mut rest, 4).map_or(0, |word| u32_at(word, 0) as usize));
        let numbers = take(&mut rest, numbers.checked_mul(4)?)?;
        let v4 = Blocks::parse(&mut rest, v4_blocks, v4_data)?;
        let v6 = Blocks::parse(&mut rest, v6_blocks, v6_data)?;
        rest.is_empty().then_some(Self { date, numbers, v4, v6 })
    }

    /// Label of the range that holds the address.
    pub(super) fn find(&self, ip: IpAddr) -> Option<u32> {
        match ip {
            IpAddr::V4(v4) => self.v4.find(u128::from(u32::from(v4))),
            IpAddr::V6(v6) => self.v6.find(u128::from(v6)),
        }
    }

    /// The number a label stands for.
    pub(super) fn number(&self, label: u32) -> Option<u32> {
        let at = (label as usize).checked_mul(4)?;
        self.numbers.get(at..at + 4).map(|word| u32_at(word, 0))
    }

    /// How many labels stand for numbers.
    pub(super) fn labels(&self) -> usize {
        self.numbers.len() / 4
    }

    /// Every range of a family in order, for tests that compare with a plain scan.
    #[cfg(test)]
    pub(super) fn rows(&self, v4: bool) -> Vec<(u128, u128, u32)> {
        if v4 { self.v4.rows() } else { self.v6.rows() }
    }
}

/// The blocks of one address family, whose addresses are `WIDTH` bytes wide.
#[derive(Clone, Copy, Debug, Default)]
struct Blocks<const WIDTH: usize> {
    keys: &'static [u8],
    offsets: &'static [u8],
    data: &'static [u8],
}

impl<const WIDTH: usize> Blocks<WIDTH> {
    fn parse(rest: &mut &'static [u8], blocks: usize, data: usize) -> Option<Self> {
        let keys = take(rest, blocks.checked_mul(WIDTH)?)?;
        let offsets = take(rest, blocks.checked_mul(4)?)?;
        Some(Self { keys, offsets, data: take(rest, data)? })
    }

    fn find(&self, address: u128) -> Option<u32> {
        let (mut low, mut high) = (0, self.keys.len() / WIDTH);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.key(middle) <= address {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut entries = self.entries(low.checked_sub(1)?);
        entries.find(|&(_, last, _)| address <= last).and_then(|(first, _, label)| {
            // The first range that does not end before the address holds it or lies behind it.
            (first <= address).then_some(label)
        })
    }

    fn key(&self, block: usize) -> u128 {
        let mut word = [0; 16];
        if let Some(bytes) = self.keys.get(block * WIDTH..(block + 1) * WIDTH) {
            word[..WIDTH].copy_from_slice(bytes);
        }
        u128::from_le_bytes(word)
    }

    fn entries(&self, block: usize) -> Entries {
        let offset = u32_at(self.offsets, block) as usize;
        Entries {
            rest: self.data.get(offset..).unwrap_or_default(),
            next: self.key(block),
            left: BLOCK,
        }
    }

    #[cfg(test)]
    fn rows(&self) -> Vec<(u128, u128, u32)> {
        (0..self.keys.len() / WIDTH).flat_map(|block| self.entries(block)).collect()
    }
}

/// The ranges of one block: first and last address, label.
struct Entries {
    rest: &'static [u8],
    next: u128,
    left: usize,
}

impl Iterator for Entries {
    type Item = (u128, u128, u32);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let head = byte(&mut self.rest)?;
        let gap = if head & GAP == 0 { 0 } else { scaled(&mut self.rest)? };
        let length = match head & !GAP {
            ODD_LENGTH => scaled(&mut self.rest)?,
            exponent => 1 << exponent,
        };
        let label = varint(&mut self.rest)? as u32;
        let first = self.next.wrapping_add(gap);
        let last = first.wrapping_add(length - 1);
        self.next = last.wrapping_add(1);
        Some((first, last, label))
    }
}

fn take(rest: &mut &'static [u8], length: usize) -> Option<&'static [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn u32_at(bytes: &[u8], index: usize) -> u32 {
    let word = bytes.get(index * 4..index * 4 + 4).and_then(|word| word.try_into().ok());
    u32::from_le_bytes(word.unwrap_or_default())
}

#[inline]
fn byte(rest: &mut &'static [u8]) -> Option<u8> {
    let (first, left) = rest.split_first()?;
    *rest = left;
    Some(*first)
}

#[inline]
fn scaled(rest: &mut &'static [u8]) -> Option<u128> {
    let shift = byte(rest)?;
    Some(varint(rest)? << (shift & 127))
}

#[inline]
fn varint(rest: &mut &'static [u8]) -> Option<u128> {
    let first = byte(rest)?;
    if first < 0x80 {
        return Some(u128::from(first));
    }
    let mut value = u128::from(first & 0x7f);
    let mut shift = 7;
    loop {
        let next = byte(rest)?;
        value |= u128::from(next & 0x7f) << (shift & 127);
        if next < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}
