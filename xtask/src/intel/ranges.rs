//! Encodes sorted, disjoint address ranges into the block format that `intel::address::ranges` reads.
//!
//! A file is: magic, date, counts; the numbers that labels stand for; then for IPv4 and IPv6 the first
//! address of each block, the offset of each block, and the blocks. A block holds 16 ranges:
//! head byte (bit 7: a gap precedes; bits 0-6: log2 of the length, or 127), the gap, the length if it is no
//! power of two, the label. Gaps and lengths are a shift byte and a varint, since addresses end in zeros.

use anyhow::bail;

/// One range of addresses, both ends included, and the label it carries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) first: u128,
    pub(super) last: u128,
    pub(super) label: u32,
}

const MAGIC: &[u8; 8] = b"KHRANGE1";
const BLOCK: usize = 16;
const ODD_LENGTH: u8 = 127;
const GAP: u8 = 0x80;

/// Encodes a file; `date` is the day of the source, `numbers[label]` is what a label stands for.
pub(super) fn encode(
    date: &str,
    numbers: &[u32],
    v4: &[Range],
    v6: &[Range],
) -> anyhow::Result<Vec<u8>> {
    if date.len() != 10 {
        bail!("date {date} is not YYYY-MM-DD");
    }
    if v4.iter().chain(v6).any(|range| range.label >= 1 << 21) {
        bail!("a label takes more than three bytes");
    }
    let (v4, v6) = (family(v4, 4)?, family(v6, 16)?);
    let mut out = MAGIC.to_vec();
    out.extend(date.as_bytes());
    for count in [numbers.len(), v4.blocks, v4.data.len(), v6.blocks, v6.data.len()] {
        out.extend(u32::try_from(count)?.to_le_bytes());
    }
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    for part in [v4.keys, v4.offsets, v4.data, v6.keys, v6.offsets, v6.data] {
        out.extend(part);
    }
    Ok(out)
}

/// Joins neighbours with one label and refuses ranges that overlap or run backwards.
pub(super) fn merge(ranges: impl IntoIterator<Item = Range>) -> anyhow::Result<Vec<Range>> {
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(before) if range.first <= before.last || range.last < range.first => {
                bail!("{range:?} does not follow {before:?}")
            }
            Some(before) if before.last + 1 == range.first && before.label == range.label => {
                before.last = range.last;
            }
            _ => merged.push(range),
        }
    }
    Ok(merged)
}

struct Family {
    blocks: usize,
    keys: Vec<u8>,
    offsets: Vec<u8>,
    data: Vec<u8>,
}

fn family(ranges: &[Range], width: usize) -> anyhow::Result<Family> {
    let mut family = Family { blocks: 0, keys: Vec::new(), offsets: Vec::new(), data: Vec::new() };
    for block in ranges.chunks(BLOCK) {
        family.blocks += 1;
        family.keys.extend(&block[0].first.to_le_bytes()[..width]);
        family.offsets.extend(u32::try_from(family.data.len())?.to_le_bytes());
        let mut next = block[0].first;
        for range in block {
            entry(&mut family.data, range, range.first - next);
            next = range.last + 1;
        }
    }
    Ok(family)
}

fn entry(data: &mut Vec<u8>, range: &Range, gap: u128) {
    let length = range.last - range.first + 1;
    let exponent =
        if length.is_power_of_two() { length.trailing_zeros() as u8 } else { ODD_LENGTH };
    data.push(exponent | if gap > 0 { GAP } else { 0 });
    if gap > 0 {
        scaled(data, gap);
    }
    if exponent == ODD_LENGTH {
        scaled(data, length);
    }
    varint(data, u128::from(range.label));
}

fn scaled(data: &mut Vec<u8>, value: u128) {
    let shift = value.trailing_zeros();
    data.push(shift as u8);
    varint(data, value >> shift);
}

fn varint(data: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        data.push(value as u8 | 0x80);
        value >>= 7;
    }
    data.push(value as u8);
}
