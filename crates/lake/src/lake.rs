//! A lake: a folder or bucket with events as Parquet, and the list of its files.

use std::collections::HashSet;
use std::sync::Arc;

use cloudtrail::Time;
use object_store::ObjectStore;

use crate::Error;
use crate::compact::ROWS;
use crate::manifest::{Manifest, partition};
use crate::place::{Access, Place};

/// Into how many buckets a new lake divides each day: neighbours of the judge's 256 shards. A day
/// of a hundred thousand events then has files of two megabytes; setting up a file's fifty columns
/// takes as long as writing some hundred events. A day of sixty million has files of a million
/// events, eight of them at a time for as many workers.
pub const BUCKETS: u32 = 8;

/// A lake.
#[derive(Debug)]
pub struct Lake {
    pub(crate) place: Place,
}

/// What is in a lake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The version of the list of files.
    pub version: u64,
    /// Into how many buckets days are divided.
    pub buckets: u32,
    /// Events.
    pub events: u64,
    /// Files with events.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The text of their records, in bytes.
    pub text: u64,
    /// Days of which there are events.
    pub days: u64,
    /// Days and buckets that have more than one file: what compaction would join.
    pub loose: u64,
    /// By how many files compaction would make them fewer.
    pub spare: u64,
    /// The first and the last event.
    pub period: Option<(Time, Time)>,
    /// The other tables with their numbers of rows.
    pub tables: Vec<(String, u64)>,
}

/// So many files more than needed are a reason to join them: each costs a question that must open
/// it about a millisecond, in a bucket a request.
const DUE: u64 = 100;

impl Status {
    /// Whether it is time to join files.
    pub fn compaction_is_due(&self) -> bool {
        self.spare >= DUE
    }
}

impl Lake {
    /// Opens the lake in a folder or in `s3://BUCKET/PREFIX`, which must be there.
    pub fn open(name: &str, access: &Access) -> Result<Self, Error> {
        let lake = Self { place: Place::open(name, access, false)? };
        match Manifest::load(&lake.place)? {
            Some(_) => Ok(lake),
            None => Err(Error::NoLake { place: name.to_owned() }),
        }
    }

    /// Opens a lake, and makes one where there is none.
    pub fn create(name: &str, access: &Access) -> Result<Self, Error> {
        Self::made(Place::open(name, access, true)?)
    }

    /// Likewise in any store, which a name tells apart from others in messages. It must be able to
    /// create an object only if there is none.
    pub fn in_store(name: &str, store: Arc<dyn ObjectStore>) -> Result<Self, Error> {
        Self::made(Place::of(name, store)?)
    }

    fn made(place: Place) -> Result<Self, Error> {
        if Manifest::load(&place)?.is_none() {
            // Whoever is faster makes it.
            Manifest::change(&place, BUCKETS, |manifest| Ok(manifest.version == 0))?;
        }
        Ok(Self { place })
    }

    /// The place, as it was given.
    pub fn name(&self) -> &str {
        &self.place.name
    }

    /// What is in it.
    pub fn status(&self) -> Result<Status, Error> {
        let manifest = self.manifest()?;
        let mut status = Status {
            version: manifest.version,
            buckets: manifest.buckets,
            files: manifest.files.len() as u64,
            ..Status::default()
        };
        let mut days = HashSet::new();
        let mut before = None;
        let mut loose = HashSet::new();
        for (path, file) in &manifest.files {
            status.events += file.rows;
            status.bytes += file.bytes;
            status.text += file.text;
            let period = status.period.unwrap_or((file.from, file.until));
            status.period = Some((period.0.min(file.from), period.1.max(file.until)));
            let partition = partition(path);
            days.extend(partition.map(|(day, _)| day));
            // Full files stay as they are. Paths are sorted, so that files of a partition are
            // neighbours.
            if file.rows >= ROWS {
                continue;
            }
            if partition.is_some() && partition == before {
                loose.insert(partition);
                status.spare += 1;
            }
            before = partition;
        }
        status.days = days.len() as u64;
        status.loose = loose.len() as u64;
        status.tables =
            manifest.tables.iter().map(|(name, table)| (name.clone(), table.rows)).collect();
        Ok(status)
    }

    /// The latest list of files.
    pub(crate) fn manifest(&self) -> Result<Manifest, Error> {
        Manifest::load(&self.place)?.ok_or_else(|| Error::NoLake { place: self.place.name.clone() })
    }
}
