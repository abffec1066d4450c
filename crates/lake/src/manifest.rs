//! The list of the files that a lake consists of.
//!
//! Each version is an object of its own, `_lake/versions/N.json`, and is created or not at all: of
//! two writers who both want to write version N, one has to look again. A file belongs to the lake
//! from the moment in which a version names it; then it is moved from where it was written to where
//! other engines find it, and what the version no longer names is removed. Whoever opens the lake
//! finishes what was begun.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use cloudtrail::Time;
use object_store::ObjectMeta;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::place::Place;

/// The version of the layout of a lake.
pub(crate) const FORMAT: u32 = 1;

/// Where versions are, where lists of values are, and where files are written before they are
/// named. Other engines overlook folders whose names begin with an underscore.
const VERSIONS: &str = "_lake/versions";
pub(crate) const INDEXES: &str = "_lake/indexes";
pub(crate) const STAGED: &str = "_staged";

/// So many versions are kept, for whoever is reading an older one.
const KEPT: usize = 16;

/// Attempts to write a version that others wrote first.
const ATTEMPTS: usize = 64;

/// One version of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// Into how many buckets each day is divided.
    pub(crate) buckets: u32,
    pub(crate) version: u64,
    /// What other tables are made of, by their names.
    pub(crate) tables: BTreeMap<String, Table>,
    /// The files with events, by path.
    pub(crate) files: BTreeMap<String, FileEntry>,
}

/// A file with events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// The text of its records, in bytes.
    pub(crate) text: u64,
    /// The first and the last event.
    pub(crate) from: Time,
    pub(crate) until: Time,
    /// Where the file was written; it may still be there.
    pub(crate) staged: String,
    /// The object with what the file lists of its values.
    pub(crate) index: String,
}

/// A table that is one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) path: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) staged: String,
}

/// The day and the bucket in a path of a file with events.
pub(crate) fn partition(path: &str) -> Option<(&str, u32)> {
    let mut parts = path.strip_prefix("events/")?.split('/');
    let day = parts.next()?.strip_prefix("day=")?;
    let bucket = parts.next()?.strip_prefix("bucket=")?.parse().ok()?;
    Some((day, bucket))
}

impl Manifest {
    /// The list of a lake in which nothing is.
    pub(crate) fn empty(buckets: u32) -> Self {
        Self {
            format: FORMAT,
            buckets,
            version: 0,
            tables: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// The latest version; `None` if there is no lake.
    pub(crate) fn load(place: &Place) -> Result<Option<Self>, Error> {
        // The latest may be removed between looking and reading only if later ones were written.
        for _ in 0..ATTEMPTS {
            let Some(latest) = versions(place)?.pop() else { return Ok(None) };
            let Some(bytes) = place.read(&latest)? else { continue };
            return Self::read(&latest, &bytes).map(Some);
        }
        Err(Error::Contended)
    }

    fn read(path: &str, bytes: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let damaged = |error: serde_json::Error| Error::Damaged {
            path: path.to_owned(),
            why: format!("is no list of files: {error}"),
        };
        let Head { format } = serde_json::from_slice(bytes).map_err(damaged)?;
        if format > FORMAT {
            return Err(Error::Newer { found: format, known: FORMAT });
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// Changes the list. `change` is asked again whenever somebody else was faster, with what they
    /// wrote; it answers `false` when there is nothing to change. What is written is the result.
    pub(crate) fn change(
        place: &Place,
        buckets: u32,
        mut change: impl FnMut(&mut Self) -> Result<bool, Error>,
    ) -> Result<Self, Error> {
        for _ in 0..ATTEMPTS {
            let mut manifest = Self::load(place)?.unwrap_or_else(|| Self::empty(buckets));
            if !change(&mut manifest)? {
                return Ok(manifest);
            }
            manifest.version += 1;
            let bytes = serde_json::to_vec(&manifest).map_err(Error::encode)?;
            if place.create(&version_path(manifest.version), bytes.into())? {
                manifest.settle(place)?;
                return Ok(manifest);
            }
        }
        Err(Error::Contended)
    }

    /// The objects with what files list of their values.
    pub(crate) fn indexes(&self) -> BTreeSet<&str> {
        self.files.values().map(|file| file.index.as_str()).collect()
    }

    /// Every path that belongs to the lake, with where its file was written.
    fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter().map(|(path, file)| (path.as_str(), file.staged.as_str()));
        let tables = self.tables.values().map(|table| (table.path.as_str(), table.staged.as_str()));
        files.chain(tables)
    }

    /// Brings the files to where the list says, and removes what it does not name. First removes,
    /// then moves: other engines may miss an event for a moment, and never see one twice.
    pub(crate) fn settle(&self, place: &Place) -> Result<(), Error> {
        let written = staged(place)?;
        let named: HashSet<&str> = self.paths().map(|(path, _)| path).collect();
        let mut unnamed = Vec::new();
        for folder in ["events", "tables"] {
            let there = place.list(folder)?.into_iter().map(|object| object.location.to_string());
            unnamed.extend(there.filter(|path| !named.contains(path.as_str())));
        }
        // What a later version brought was there only after that version was: looking for versions
        // after looking for files tells.
        if self.is_latest(place)? {
            place.remove_all(unnamed)?;
        }
        let moves = self.paths().filter(|(_, from)| written.contains(*from));
        place.rename_all(moves.map(|(to, from)| (from.to_owned(), to.to_owned())).collect())?;
        self.sweep(place)
    }

    /// Removes what writers left behind that were killed, and old versions.
    fn sweep(&self, place: &Place) -> Result<(), Error> {
        let mut versions = place.list(VERSIONS)?;
        versions.sort_unstable_by(|a, b| a.location.cmp(&b.location));
        let Some(latest) = versions.last().map(|latest| latest.last_modified.timestamp()) else {
            return Ok(());
        };
        let is_left = |object: &ObjectMeta| {
            latest.saturating_sub(object.last_modified.timestamp()) > LEFT_BEHIND_SECONDS
        };
        let mut old: Vec<String> = Vec::new();
        for folder in [STAGED, INDEXES] {
            let left = place.list(folder)?.into_iter().filter(is_left);
            old.extend(left.map(|object| object.location.to_string()));
        }
        let written: HashSet<&str> = self.paths().map(|(_, written)| written).collect();
        let indexes = self.indexes();
        old.retain(|path| !indexes.contains(path.as_str()) && !written.contains(path.as_str()));
        versions.truncate(versions.len().saturating_sub(KEPT));
        let versions = versions.into_iter().map(|object| object.location.to_string());
        place.remove_all(old.into_iter().chain(versions).collect())
    }

    fn is_latest(&self, place: &Place) -> Result<bool, Error> {
        Ok(versions(place)?.pop().is_some_and(|latest| latest == version_path(self.version)))
    }
}

/// What is still where it was written.
pub(crate) fn staged(place: &Place) -> Result<HashSet<String>, Error> {
    Ok(place.list(STAGED)?.into_iter().map(|object| object.location.to_string()).collect())
}

/// Where a file is that a list names: where it belongs, or still where it was written.
pub(crate) fn whereabouts(place: &Place, path: &str, written: &str) -> Result<String, Error> {
    // It moves in one direction only, and may do so between two looks.
    let is_written = !place.has(path)? && place.has(written)?;
    Ok(if is_written { written } else { path }.to_owned())
}

/// No writer takes so long from writing a file to naming it.
const LEFT_BEHIND_SECONDS: i64 = 86_400;

/// The paths of the versions, the latest last.
fn versions(place: &Place) -> Result<Vec<String>, Error> {
    let objects = place.list(VERSIONS)?.into_iter();
    let mut paths: Vec<String> = objects.map(|object| object.location.to_string()).collect();
    paths.sort_unstable();
    Ok(paths)
}

fn version_path(version: u64) -> String {
    format!("{VERSIONS}/{version:012}.json")
}
