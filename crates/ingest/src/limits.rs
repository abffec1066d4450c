//! How much is read at a time, and what is believed of a source before it is read.

use crate::Error;

/// How much is read at a time, and how much is held. The defaults suit a laptop; what is handed
/// over does not depend on them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Objects of more text than this are measured first and read in pieces, in bytes.
    pub whole_text: u64,
    /// Text of the objects that are decoded between two looks at the watermark, in bytes.
    pub round_text: u64,
    /// Number of objects that are decoded between two looks at the watermark.
    pub round_objects: usize,
    /// Events in one piece of a large object.
    pub piece: usize,
    /// Large objects that are open at the same time, one thread each. Where more than that overlap
    /// in time, the further ones are sorted as if there were no order in them.
    pub streams: usize,
    /// Events that may wait in memory for their turn, in bytes; what goes beyond is sorted on disk.
    pub held: usize,
    /// Events that come back from disk in one round, in bytes.
    pub round_events: usize,
    /// Sorted files on disk, at most; more are merged.
    pub runs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            whole_text: 64 << 20,
            round_text: 16 << 20,
            round_objects: 4_096,
            piece: 1_024,
            streams: 64,
            held: 128 << 20,
            round_events: 16 << 20,
            runs: 64,
        }
    }
}

/// What tells how early the records of an object may be.
///
/// Every archive is sorted, whatever is believed; believing more saves work when it is true. When
/// it turns out not to be, reading ends with [`Error::Behind`] and begins anew with less belief.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trust {
    /// The time of delivery in its name, which costs nothing to know. Files that somebody merged
    /// or renamed lie, and so does CloudTrail on a bad day.
    #[default]
    Names,
    /// A first pass over its text.
    Contents,
    /// Nothing: all of the source is read and sorted before the first event is handed over.
    Nothing,
}

impl Trust {
    /// What to believe when reading has ended with this error; `None` if trying again is no use.
    pub fn after(self, error: &Error) -> Option<Self> {
        match (error, self) {
            (Error::Behind { .. }, Self::Names) => Some(Self::Contents),
            (Error::Behind { .. }, Self::Contents) => Some(Self::Nothing),
            _ => None,
        }
    }
}
