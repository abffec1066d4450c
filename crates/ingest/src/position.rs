//! How far a run has come, so that a later one can go on from there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cloudtrail::Time;
use serde::{Deserialize, Serialize};

use crate::{Object, Source};

/// Up to when events were handed over, and what was read for that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Everything before this moment has been handed over.
    pub watermark: Time,
    /// The objects that were read.
    pub(crate) known: BTreeMap<String, Known>,
    /// Records handed over that were there already, and that came late.
    pub(crate) duplicate: u64,
    pub(crate) late: u64,
}

/// An object that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// Its size as stored, and when it was changed last.
    pub(crate) size: u64,
    pub(crate) version: u64,
    /// It holds nothing before this.
    pub(crate) bound: Time,
    /// Nor after this; the end of time where it must be read again for another reason, such as a
    /// problem to be told of.
    pub(crate) latest: Time,
    /// Its part of the books.
    pub(crate) read: u64,
    pub(crate) accepted: u64,
    pub(crate) skipped: u64,
    pub(crate) text: u64,
}

impl Position {
    /// What is known of an object; nothing if it has changed since.
    pub(crate) fn of(&self, object: &Object, source: &dyn Source) -> Option<&Known> {
        let known = self.known.get(object.path.to_str()?)?;
        let same = known.size == object.size && known.version == source.version(object);
        same.then_some(known)
    }

    /// How many objects were read.
    pub fn objects(&self) -> usize {
        self.known.len()
    }

    /// Whether nothing is missing that what was handed over came from: `there` are the objects of
    /// today that are known and unchanged.
    pub(crate) fn stands_on(&self, there: &[PathBuf]) -> bool {
        let mut gone: BTreeMap<&str, &Known> =
            self.known.iter().map(|(path, known)| (path.as_str(), known)).collect();
        for path in there {
            path.to_str().and_then(|path| gone.remove(path));
        }
        gone.values().all(|known| known.bound >= self.watermark)
    }
}
