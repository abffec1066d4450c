//! Writes events into a lake while they are scanned.
//!
//! Events wait until their day is over or memory is short, by day and bucket; then each day and
//! bucket becomes a file. Events that the lake has are left out. Nothing that was written counts
//! before [`Writer::commit`] names it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use cloudtrail::{Event, EventId, Time};
use rayon::prelude::*;

use crate::encode::{Encoded, File, Finished, encode};
use crate::index::Stored;
use crate::lake::Lake;
use crate::manifest::{FileEntry, INDEXES, Manifest, STAGED, whereabouts};
use crate::{Error, rows, tables};

/// The memory that waiting events may take before some are written, in bytes, roughly.
const HELD: usize = 256 << 20;

/// The memory of an event beside its record, roughly.
const EVENT: usize = 700;

/// So many files are written before they are named, at most.
const UNNAMED: usize = 512;

/// A day and a bucket.
type Partition = (i64, u32);

/// The ids of a partition with their times.
pub(crate) type Ids = HashSet<(Time, EventId), foldhash::fast::FixedState>;

/// What became of the events that were given to a writer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Events that are in the lake now and were not.
    pub added: u64,
    /// Events that were there already.
    pub there: u64,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The text of their records, in bytes.
    pub text: u64,
}

/// Writes events into a lake.
#[derive(Debug)]
pub struct Writer {
    lake: Arc<Lake>,
    /// The list of files as it was when events were last compared with it.
    seen: Manifest,
    waiting: BTreeMap<Partition, Waiting>,
    unnamed: Vec<Unnamed>,
    pub(crate) tables: tables::Found,
    /// Distinguishes this writer's files from all others'.
    name: String,
    written: Written,
}

#[derive(Debug, Default)]
struct Waiting {
    events: Vec<Box<Event>>,
    bytes: usize,
}

/// A file that no version names yet.
#[derive(Debug)]
struct Unnamed {
    partition: Partition,
    path: String,
    entry: FileEntry,
    listed: Vec<u32>,
}

impl Lake {
    /// Begins to write. What killed writers left is brought in order first.
    pub fn writer(self: &Arc<Self>) -> Result<Writer, Error> {
        let seen = self.manifest()?;
        seen.settle(&self.place)?;
        Ok(Writer {
            lake: Arc::clone(self),
            seen,
            waiting: BTreeMap::new(),
            unnamed: Vec::new(),
            tables: tables::Found::default(),
            name: unique_name(),
            written: Written::default(),
        })
    }
}

impl Writer {
    /// Takes the events of some shards in, which carry their records. No event to come is earlier
    /// than `watermark`, latecomers aside: days that are over are written.
    pub fn add(
        &mut self,
        shards: impl IntoIterator<Item = (u8, Vec<Box<Event>>)>,
        watermark: Time,
    ) -> Result<(), Error> {
        for (shard, events) in shards {
            let bucket = bucket(shard, self.seen.buckets);
            for event in events {
                let waiting = self.waiting.entry((event.time.day(), bucket)).or_default();
                waiting.bytes += EVENT + event.record.as_ref().map_or(0, |record| record.len());
                waiting.events.push(event);
            }
        }
        let rest = self.waiting.split_off(&(watermark.day(), 0));
        let mut due = std::mem::replace(&mut self.waiting, rest);
        let mut held: usize = self.waiting.values().map(|waiting| waiting.bytes).sum();
        // The largest first, so that files are few.
        while held > HELD
            && let Some(largest) = self.largest()
            && let Some(waiting) = self.waiting.remove(&largest)
        {
            held -= waiting.bytes;
            due.insert(largest, waiting);
        }
        self.write(due)?;
        if self.unnamed.len() > UNNAMED { self.commit().map(|_| ()) } else { Ok(()) }
    }

    /// Writes what waits and names all that was written: from now on it is in the lake.
    pub fn commit(&mut self) -> Result<Written, Error> {
        let waiting = std::mem::take(&mut self.waiting);
        self.write(waiting)?;
        let lake = Arc::clone(&self.lake);
        let place = &lake.place;
        let mut unnamed = std::mem::take(&mut self.unnamed);
        if unnamed.is_empty() && self.tables.is_empty() {
            return Ok(self.written);
        }
        let found = std::mem::take(&mut self.tables);
        let mut left = Vec::new();
        let manifest = Manifest::change(place, self.seen.buckets, |manifest| {
            left.extend(self.compare_again(manifest, &mut unnamed)?);
            let lists = unnamed.iter().map(|file| (file.path.as_str(), file.listed.as_slice()));
            let index = format!("{INDEXES}/{:012}-{}", manifest.version, self.name);
            if !unnamed.is_empty() {
                place.write(&index, Stored::new(lists).to_bytes().into())?;
            }
            for file in &unnamed {
                let entry = FileEntry { index: index.clone(), ..file.entry.clone() };
                manifest.files.insert(file.path.clone(), entry);
            }
            found.enter(place, manifest, &self.name)?;
            Ok(true)
        })?;
        place.remove_all(left)?;
        for file in unnamed {
            self.written.added += file.entry.rows;
            self.written.files += 1;
            self.written.bytes += file.entry.bytes;
            self.written.text += file.entry.text;
        }
        self.seen = manifest;
        Ok(self.written)
    }

    fn largest(&self) -> Option<Partition> {
        let largest = self.waiting.iter().max_by_key(|(_, waiting)| waiting.bytes);
        largest.map(|(partition, _)| *partition)
    }

    /// Writes a file for each partition.
    fn write(&mut self, due: BTreeMap<Partition, Waiting>) -> Result<(), Error> {
        let written: Vec<(Option<Unnamed>, u64)> = due
            .into_par_iter()
            .map(|(partition, waiting)| {
                let before = waiting.events.len();
                let events = self.without_known(partition, waiting.events)?;
                let file = self.stage(partition, &events)?;
                let added = file.as_ref().map_or(0, |file| file.entry.rows);
                events.into_par_iter().for_each(drop);
                Ok((file, before as u64 - added))
            })
            .collect::<Result<_, Error>>()?;
        for (file, there) in written {
            self.written.there += there;
            self.unnamed.extend(file);
        }
        Ok(())
    }

    /// Leaves out what the lake had when this writer last looked, and what it has written since.
    fn without_known(
        &self,
        partition: Partition,
        mut events: Vec<Box<Event>>,
    ) -> Result<Vec<Box<Event>>, Error> {
        let Some(period) = span(&events) else { return Ok(events) };
        let own = self.unnamed.iter().filter(|file| file.partition == partition);
        let own = own.map(|file| (file.path.as_str(), &file.entry));
        let known = self.known(of_partition(&self.seen, partition).chain(own), period)?;
        if !known.is_empty() {
            events.retain(|event| !known.contains(&(event.time, event.id.clone())));
        }
        Ok(events)
    }

    /// The ids of a period in those files that overlap it.
    fn known<'f>(
        &self,
        files: impl Iterator<Item = (&'f str, &'f FileEntry)>,
        (from, until): (Time, Time),
    ) -> Result<Ids, Error> {
        let place = &self.lake.place;
        let mut known = Ids::default();
        for (path, entry) in files.filter(|(_, e)| e.from <= until && e.until >= from) {
            let path = whereabouts(place, path, &entry.staged)?;
            rows::read(place, &path, entry.bytes, &["event_time", "event_id"], |rows| {
                known.extend(rows::ids(&rows).filter(|(time, _)| (from..=until).contains(time)));
                Ok(())
            })?;
        }
        Ok(known)
    }

    /// Writes events to where no reader looks yet.
    fn stage(&self, partition: Partition, events: &[Box<Event>]) -> Result<Option<Unnamed>, Error> {
        let Some((from, until)) = span(events) else { return Ok(None) };
        let Encoded { bytes, listed, rows, text } = encode(events)?;
        let entry = FileEntry {
            rows,
            bytes: 0,
            text,
            from,
            until,
            staged: String::new(),
            index: String::new(),
        };
        self.put(partition, bytes, entry, listed.sorted())
    }

    /// Compares what is not named yet with what others have named since this writer last looked.
    /// Files with events that are there now are written anew without them; tells what they leave
    /// behind.
    fn compare_again(
        &mut self,
        manifest: &Manifest,
        unnamed: &mut Vec<Unnamed>,
    ) -> Result<Vec<String>, Error> {
        let mut left = Vec::new();
        let mut compared = Vec::with_capacity(unnamed.len());
        for file in std::mem::take(unnamed) {
            let period = (file.entry.from, file.entry.until);
            let files = of_partition(manifest, file.partition);
            let fresh = files.filter(|(path, _)| !self.seen.files.contains_key(*path));
            let known = self.known(fresh, period)?;
            if known.is_empty() {
                compared.push(file);
                continue;
            }
            left.push(file.entry.staged.clone());
            let rows = file.entry.rows;
            let rest = self.without(&known, file)?;
            self.written.there += rows - rest.as_ref().map_or(0, |file| file.entry.rows);
            compared.extend(rest);
        }
        *unnamed = compared;
        self.seen = manifest.clone();
        Ok(left)
    }

    /// A file without the events that are known, if any are left.
    fn without(&self, known: &Ids, file: Unnamed) -> Result<Option<Unnamed>, Error> {
        let mut rest = File::begin(file.entry.rows as usize)?;
        rows::read(&self.lake.place, &file.entry.staged, file.entry.bytes, &[], |rows| {
            rest.write(&rows::unknown(&rows, known)?)
        })?;
        let Finished { bytes, rows, text } = rest.finish()?;
        if rows == 0 {
            return Ok(None);
        }
        self.put(file.partition, bytes, FileEntry { rows, text, ..file.entry }, file.listed)
    }

    /// Writes the bytes of a file to where no reader looks yet.
    fn put(
        &self,
        partition: Partition,
        bytes: Bytes,
        entry: FileEntry,
        listed: Vec<u32>,
    ) -> Result<Option<Unnamed>, Error> {
        let name = format!("{:012}-{}.parquet", self.seen.version, digest(&bytes));
        let path = format!("{}/{name}", folder(partition));
        let staged = format!("{STAGED}/{}/{name}", self.name);
        let size = bytes.len() as u64;
        self.lake.place.write(&staged, bytes)?;
        let entry = FileEntry { bytes: size, staged, ..entry };
        Ok(Some(Unnamed { partition, path, entry, listed }))
    }
}

/// What was written and not named is nobody's.
impl Drop for Writer {
    fn drop(&mut self) {
        let staged = self.unnamed.drain(..).map(|file| file.entry.staged).collect();
        // What cannot be removed now is removed by a later writer.
        let _ = self.lake.place.remove_all(staged);
    }
}

/// The bucket of a shard: neighbouring shards share one, so that more buckets are parts of fewer.
pub(crate) fn bucket(shard: u8, buckets: u32) -> u32 {
    u32::from(shard) * buckets / 256
}

/// The folder of a partition.
pub(crate) fn folder((day, bucket): Partition) -> String {
    let day = Time::from_seconds(day * 86_400).to_string();
    let day = day.get(..10).unwrap_or_default();
    format!("events/day={day}/bucket={bucket:02}")
}

/// The files of a partition.
fn of_partition(
    manifest: &Manifest,
    partition: Partition,
) -> impl Iterator<Item = (&str, &FileEntry)> {
    let folder = folder(partition) + "/";
    let files = manifest.files.range(folder.clone()..);
    files
        .take_while(move |(path, _)| path.starts_with(&folder))
        .map(|(path, entry)| (path.as_str(), entry))
}

fn span(events: &[Box<Event>]) -> Option<(Time, Time)> {
    let times = || events.iter().map(|event| event.time);
    Some((times().min()?, times().max()?))
}

/// A name for a file's content.
pub(crate) fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().as_str()[..16].to_owned()
}

/// A name that no other writer has.
pub(crate) fn unique_name() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}
