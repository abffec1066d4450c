//! Sorted, disjoint address ranges in blocks that are read where they lie: nothing is decoded at start.
//!
//! A search goes by the first 16 bits of an address to the few blocks it may be in, and reads one of them.
//! `xtask/src/intel/ranges.rs` writes the format and describes it.

use std::net::IpAddr;

/// A compiled file of labelled ranges.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// Day of the source, `YYYY-MM-DD`.
    pub(super) date: &'static str,
    numbers: &'static [u8],
    v4: Blocks<u64>,
    v6: Blocks<u128>,
}

const MAGIC: &[u8] = b"KHRANGE1";
const BLOCK: usize = 16;
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
            IpAddr::V4(v4) => self.v4.find(u32::from(v4).into()),
            IpAddr::V6(v6) => self.v6.find(v6.into()),
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

/// The blocks of one address family.
#[derive(Debug, Default)]
struct Blocks<N> {
    /// For each value of an address's first 16 bits, how many blocks begin before it; one more at the end.
    starts: Vec<u32>,
    /// First address of every block.
    keys: Vec<N>,
    offsets: &'static [u8],
    data: &'static [u8],
}

impl<N: Number> Blocks<N> {
    fn parse(rest: &mut &'static [u8], blocks: usize, data: usize) -> Option<Self> {
        let keys: Vec<N> =
            take(rest, blocks.checked_mul(N::WIDTH)?)?.chunks(N::WIDTH).map(N::read).collect();
        let offsets = take(rest, blocks.checked_mul(4)?)?;
        let mut starts = Vec::with_capacity(65_537);
        for (block, key) in (0..).zip(&keys) {
            if starts.len() <= key.prefix() {
                starts.resize(key.prefix() + 1, block);
            }
        }
        starts.resize(65_537, blocks as u32);
        Some(Self { starts, keys, offsets, data: take(rest, data)? })
    }

    fn find(&self, address: N) -> Option<u32> {
        let prefix = address.prefix();
        let (low, high) =
            (*self.starts.get(prefix)? as usize, *self.starts.get(prefix + 1)? as usize);
        let block = low + self.keys.get(low..high)?.partition_point(|&key| key <= address);
        let mut entries = self.entries(block.checked_sub(1)?);
        entries.find(|&(_, last, _)| address <= last).and_then(|(first, _, label)| {
            // The first range that does not end before the address holds it or lies behind it.
            (first <= address).then_some(label)
        })
    }

    fn entries(&self, block: usize) -> Entries<N> {
        let offset = u32_at(self.offsets, block) as usize;
        Entries {
            rest: self.data.get(offset..).unwrap_or_default(),
            next: self.keys.get(block).copied().unwrap_or_default(),
            left: BLOCK,
        }
    }

    #[cfg(test)]
    fn rows(&self) -> Vec<(u128, u128, u32)> {
        let entries = (0..self.keys.len()).flat_map(|block| self.entries(block));
        entries.map(|(first, last, label)| (first.into(), last.into(), label)).collect()
    }
}

/// The ranges of one block: first and last address, label.
struct Entries<N> {
    rest: &'static [u8],
    next: N,
    left: usize,
}

impl<N: Number> Iterator for Entries<N> {
    type Item = (N, N, u32);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let head = byte(&mut self.rest)?;
        let first =
            if head & GAP == 0 { self.next } else { self.next.plus(scaled(&mut self.rest)?) };
        // Ranges of odd length tell it; others end where the low bits of their length are all ones.
        let length = match head & !GAP {
            ODD_LENGTH => scaled(&mut self.rest)?,
            exponent => N::from(1).shifted(exponent),
        };
        let label = label(&mut self.rest)?;
        self.next = first.plus(length);
        Some((first, self.next.before(), label))
    }
}

/// An address as a number, wide enough for one past the last.
trait Number: Copy + Ord + Default + From<u8> + Into<u128> {
    /// Bytes of an address in the file.
    const WIDTH: usize;
    fn read(bytes: &[u8]) -> Self;
    /// The first 16 bits of the address.
    fn prefix(self) -> usize;
    fn plus(self, distance: Self) -> Self;
    fn before(self) -> Self;
    fn shifted(self, bits: u8) -> Self;
}

impl Number for u64 {
    const WIDTH: usize = 4;

    fn read(bytes: &[u8]) -> Self {
        u32_at(bytes, 0).into()
    }

    fn prefix(self) -> usize {
        (self >> 16) as usize
    }

    fn plus(self, distance: Self) -> Self {
        self.wrapping_add(distance)
    }

    fn before(self) -> Self {
        self.wrapping_sub(1)
    }

    fn shifted(self, bits: u8) -> Self {
        self << (bits & 63)
    }
}

impl Number for u128 {
    const WIDTH: usize = 16;

    fn read(bytes: &[u8]) -> Self {
        Self::from_le_bytes(bytes.try_into().unwrap_or_default())
    }

    fn prefix(self) -> usize {
        (self >> 112) as usize
    }

    fn plus(self, distance: Self) -> Self {
        self.wrapping_add(distance)
    }

    fn before(self) -> Self {
        self.wrapping_sub(1)
    }

    fn shifted(self, bits: u8) -> Self {
        self << (bits & 127)
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

/// A number that ends in zeros: how many, then the rest.
#[inline]
fn scaled<N: Number>(rest: &mut &'static [u8]) -> Option<N> {
    let shift = byte(rest)?;
    let mut value = N::default();
    for bits in (0..).step_by(7) {
        let next = byte(rest)?;
        value = value.plus(N::from(next & 0x7f).shifted(bits));
        if next < 0x80 {
            return Some(value.shifted(shift));
        }
    }
    None
}

/// A label: up to three bytes of seven bits, the last one without the high bit.
#[inline]
fn label(rest: &mut &'static [u8]) -> Option<u32> {
    let (value, left) = match *rest {
        [a @ ..0x80, left @ ..] => (u32::from(*a), left),
        [a, b @ ..0x80, left @ ..] => (u32::from(a & 0x7f) | u32::from(*b) << 7, left),
        [a, b, c @ ..0x80, left @ ..] => {
            (u32::from(a & 0x7f) | u32::from(b & 0x7f) << 7 | u32::from(*c) << 14, left)
        }
        _ => return None,
    };
    *rest = left;
    Some(value)
}
