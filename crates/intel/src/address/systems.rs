//! Autonomous systems: the built-in snapshot of announced ranges, numbers and names.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::ranges::Ranges;

static RANGES: LazyLock<Ranges> =
    LazyLock::new(|| Ranges::parse(include_bytes!("../../../../data/as.bin")).unwrap_or_default());

/// Names are wanted for display only, so they stay packed until the first question.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    Names::unpack(include_bytes!("../../../../data/as-names.bin")).unwrap_or_default()
});

/// An autonomous system of the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct System {
    pub(super) number: u32,
    label: u32,
}

impl System {
    /// The system that announces an address.
    pub(super) fn of(ip: IpAddr) -> Option<Self> {
        let label = RANGES.find(ip)?;
        Some(Self { number: RANGES.number(label)?, label })
    }

    pub(super) fn name(self) -> Option<&'static str> {
        NAMES.get(self.label)
    }
}

/// Day of the snapshot, `YYYY-MM-DD`.
pub(super) fn date() -> &'static str {
    RANGES.date
}

/// Name of a system by its number: a scan, for what users type.
pub(super) fn name(number: u32) -> Option<&'static str> {
    let labels = 0..RANGES.labels() as u32;
    labels
        .into_iter()
        .find(|&label| RANGES.number(label) == Some(number))
        .and_then(|label| NAMES.get(label))
}

/// Lines of text in label order.
#[derive(Default)]
struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    fn unpack(bytes: &[u8]) -> Option<Self> {
        let (size, packed) = bytes.split_first_chunk()?;
        let mut text = vec![0; u32::from_le_bytes(*size) as usize];
        libdeflater::Decompressor::new().deflate_decompress(packed, &mut text).ok()?;
        let text = String::from_utf8(text).ok()?;
        let ends = text.match_indices('\n').map(|(at, _)| at as u32).collect();
        Some(Self { text, ends })
    }

    fn get(&self, label: u32) -> Option<&str> {
        let end = *self.ends.get(label as usize)? as usize;
        let start = match label.checked_sub(1) {
            Some(before) => *self.ends.get(before as usize)? as usize + 1,
            None => 0,
        };
        self.text.get(start..end).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
impl System {
    pub(super) fn label(self) -> u32 {
        self.label
    }
}

#[cfg(test)]
pub(super) fn rows(v4: bool) -> Vec<(u128, u128, u32)> {
    RANGES.rows(v4)
}
