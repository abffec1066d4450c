//! Which values are in which file: so that a question about one key, address or name opens only
//! the files that have it.
//!
//! Parquet's Bloom filters say as much, but only once a file is opened, and a quarter of a year is
//! well over a thousand files. A file's list is the 32-bit digests of its values, sorted; the lists
//! of all files that one commit adds are one object.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

#[cfg(any(test, feature = "query"))]
use crate::schema::COLUMNS;
use crate::schema::Column;

/// The digests of the listed values of one file.
#[derive(Debug, Default, Clone)]
pub(crate) struct Listed {
    digests: HashSet<u32, foldhash::fast::FixedState>,
}

/// Adds the values of one column to a list.
pub(crate) struct Adding<'l> {
    column: Option<&'static str>,
    last: String,
    listed: &'l mut Listed,
}

impl Listed {
    /// The list, for the values of one column; it ignores those of columns that are not listed.
    pub(crate) fn of(&mut self, column: &Column) -> Adding<'_> {
        let column = column.is_listed().then_some(column.name);
        Adding { column, last: String::new(), listed: self }
    }

    pub(crate) fn sorted(&self) -> Vec<u32> {
        self.digests.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Adding<'_> {
    /// Adds a value; neighbours are often the same.
    pub(crate) fn add(&mut self, value: &str) {
        let Some(column) = self.column else { return };
        if value.is_empty() || value == self.last {
            return;
        }
        self.last.clear();
        self.last.push_str(value);
        self.listed.digests.insert(digest(column, value));
    }
}

/// The digest of a column's value. It is stored, so it is FNV-1a, which never changes, and no hasher
/// of a library that may.
fn digest(column: &str, value: &str) -> u32 {
    let bytes = column.bytes().chain([0xff]).chain(value.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as u32
}

/// The lists of some files, by their paths, as they are stored.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// The version of what follows.
    format: u32,
    /// A path, and the differences from one digest to the next.
    files: Vec<(String, Vec<u32>)>,
}

const FORMAT: u32 = 1;

impl Stored {
    pub(crate) fn new<'a>(files: impl Iterator<Item = (&'a str, &'a [u32])>) -> Self {
        let stored = |(path, sorted): (&str, &[u32])| {
            let mut last = 0;
            let steps = sorted.iter().map(|digest| digest - std::mem::replace(&mut last, *digest));
            (path.to_owned(), steps.collect())
        };
        Self { format: FORMAT, files: files.map(stored).collect() }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // A list of numbers and texts always has a form in bytes.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok().filter(|stored: &Self| stored.format == FORMAT)
    }
}

/// The lists of all files of a lake.
#[derive(Debug, Default)]
pub(crate) struct Index {
    files: HashMap<String, Vec<u32>>,
}

impl Index {
    pub(crate) fn add(&mut self, stored: Stored) {
        for (path, steps) in stored.files {
            let mut at = 0_u32;
            let sorted = steps.into_iter().map(|step| {
                at = at.wrapping_add(step);
                at
            });
            self.files.insert(path, sorted.collect());
        }
    }

    /// The list of a file.
    pub(crate) fn of(&self, path: &str) -> Option<&[u32]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Whether a file may hold one of these values in a column. What is not listed may be anywhere.
    #[cfg(any(test, feature = "query"))]
    pub(crate) fn may_hold<'v>(
        &self,
        path: &str,
        column: &str,
        mut values: impl Iterator<Item = &'v str>,
    ) -> bool {
        let is_listed = COLUMNS.iter().any(|known| known.name == column && known.is_listed());
        let Some(digests) = self.files.get(path).filter(|_| is_listed) else { return true };
        values.any(|value| digests.binary_search(&digest(column, value)).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::{Index, Listed, Stored};
    use crate::schema::COLUMNS;

    fn column(name: &str) -> &'static crate::schema::Column {
        COLUMNS.iter().find(|column| column.name == name).unwrap()
    }

    #[test]
    fn a_file_is_found_by_what_it_holds_and_only_by_that() {
        let mut listed = Listed::default();
        listed.of(column("access_key_id")).add("AKIA1");
        listed.of(column("address")).add("198.51.100.7");
        listed.of(column("record")).add("{}");
        let sorted = listed.sorted();
        assert_eq!(sorted.len(), 2);
        let bytes = Stored::new([("a", sorted.as_slice())].into_iter()).to_bytes();
        let mut index = Index::default();
        index.add(Stored::from_bytes(&bytes).unwrap());
        assert_eq!(index.of("a"), Some(sorted.as_slice()));
        let may = |path, column, value: &str| index.may_hold(path, column, [value].into_iter());
        assert!(may("a", "access_key_id", "AKIA1") && may("a", "address", "198.51.100.7"));
        assert!(!may("a", "access_key_id", "AKIA2") && !may("a", "address", "AKIA1"));
        assert!(may("a", "record", "anything"), "records are not listed");
        assert!(may("b", "access_key_id", "AKIA2"), "nothing is known of the file");
        assert!(!index.may_hold("a", "address", [].into_iter()), "none of no values");
    }

    #[test]
    fn what_is_no_index_is_none() {
        assert!(Stored::from_bytes(b"").is_none());
        assert!(Stored::from_bytes(&[9, 0]).is_none());
    }
}
