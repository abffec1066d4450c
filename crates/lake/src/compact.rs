//! Many small files of a day and bucket become one, and old days go.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::interleave;
use arrow::datatypes::TimestampMicrosecondType;
use cloudtrail::Time;

use crate::Error;
use crate::encode::{BATCH, File, Finished};
use crate::index::{Index, Stored};
use crate::lake::Lake;
use crate::manifest::{FileEntry, INDEXES, Manifest, STAGED, partition, staged};
use crate::rows::{Reader, conform};
use crate::schema::schema;
use crate::writer::{digest, unique_name};

/// Rows of a file, at most: a file is made in memory.
pub(crate) const ROWS: u64 = 1 << 20;

/// What compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files that were joined.
    pub joined: u64,
    /// Files that they became.
    pub files: u64,
    /// The bytes of both.
    pub bytes_before: u64,
    /// Likewise afterwards.
    pub bytes: u64,
}

/// What retention removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Days.
    pub days: u64,
    /// Events.
    pub events: u64,
    /// Their files.
    pub files: u64,
    /// The bytes of the files.
    pub bytes: u64,
}

/// The files of a day and bucket.
type Partitions = BTreeMap<String, Vec<(String, FileEntry)>>;

impl Lake {
    /// Joins the files of each day and bucket that has several. Whoever reads meanwhile sees the
    /// old files or the new one. It may be stopped at any moment and begun again.
    pub fn compact(&self) -> Result<Compacted, Error> {
        let manifest = self.manifest()?;
        manifest.settle(&self.place)?;
        let mut partitions = Partitions::new();
        for (path, file) in &manifest.files {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let files = partitions.entry(folder.to_owned()).or_default();
            files.push((path.clone(), file.clone()));
        }
        // Full files stay as they are.
        for files in partitions.values_mut() {
            files.retain(|(_, file)| file.rows < ROWS);
        }
        partitions.retain(|_, files| files.len() > 1);
        let mut compacted = Compacted::default();
        // A day at a time: little is lost when it is stopped.
        let mut rest = partitions.into_iter().peekable();
        while let Some((folder, files)) = rest.next() {
            let day = partition(&format!("{folder}/")).map(|(day, _)| day.to_owned());
            let mut of_day = Partitions::from([(folder, files)]);
            while let Some((folder, files)) = rest
                .next_if(|(next, _)| partition(&format!("{next}/")).map(|p| p.0) == day.as_deref())
            {
                of_day.insert(folder, files);
            }
            self.compact_day(&manifest, &of_day, &mut compacted)?;
        }
        Ok(compacted)
    }

    fn compact_day(
        &self,
        manifest: &Manifest,
        partitions: &Partitions,
        compacted: &mut Compacted,
    ) -> Result<(), Error> {
        let name = unique_name();
        let index = self.index(manifest)?;
        let mut old = BTreeSet::new();
        let mut fresh = Vec::new();
        for (folder, files) in partitions {
            let lists = files.iter().filter_map(|(path, _)| index.of(path));
            let listed: BTreeSet<u32> = lists.flatten().copied().collect();
            let listed: Vec<u32> = listed.into_iter().collect();
            let period = |times: &dyn Fn(&FileEntry) -> Time| -> Vec<Time> {
                files.iter().map(|(_, file)| times(file)).collect()
            };
            let from = period(&|file| file.from).into_iter().min().unwrap_or(Time::MIN);
            let until = period(&|file| file.until).into_iter().max().unwrap_or(Time::MAX);
            for Finished { bytes, rows, text } in self.merge(files)? {
                let file = format!("{:012}-{}.parquet", manifest.version, digest(&bytes));
                let staged = format!("{STAGED}/{name}/{file}");
                let size = bytes.len() as u64;
                self.place.write(&staged, bytes)?;
                let index = String::new();
                let entry = FileEntry { rows, bytes: size, text, from, until, staged, index };
                fresh.push((format!("{folder}/{file}"), entry, listed.clone()));
            }
            old.extend(files.iter().cloned().map(|(path, file)| (path, file.bytes)));
        }
        let mut done = false;
        Manifest::change(&self.place, manifest.buckets, |manifest| {
            // Somebody else may have joined or removed them meanwhile.
            done = old.iter().all(|(path, _)| manifest.files.contains_key(path));
            if !done {
                return Ok(false);
            }
            manifest.files.retain(|path, _| !old.iter().any(|(gone, _)| gone == path));
            let lists = fresh.iter().map(|(path, _, listed)| (path.as_str(), listed.as_slice()));
            let index = format!("{INDEXES}/{:012}-{name}", manifest.version);
            self.place.write(&index, Stored::new(lists).to_bytes().into())?;
            for (path, entry, _) in &fresh {
                let entry = FileEntry { index: index.clone(), ..entry.clone() };
                manifest.files.insert(path.clone(), entry);
            }
            Ok(true)
        })?;
        if !done {
            let left = fresh.into_iter().map(|(_, entry, _)| entry.staged).collect();
            return self.place.remove_all(left);
        }
        compacted.joined += old.len() as u64;
        compacted.files += fresh.len() as u64;
        compacted.bytes_before += old.iter().map(|(_, bytes)| bytes).sum::<u64>();
        compacted.bytes += fresh.iter().map(|(_, entry, _)| entry.bytes).sum::<u64>();
        Ok(())
    }

    /// What files list of their values.
    pub(crate) fn index(&self, manifest: &Manifest) -> Result<Index, Error> {
        let mut index = Index::default();
        for path in manifest.indexes() {
            // Without its list a file is opened more often, that is all.
            if let Some(stored) = self.place.read(path)?.as_deref().and_then(Stored::from_bytes) {
                index.add(stored);
            }
        }
        Ok(index)
    }

    /// Removes the days before the newest so many days. The newest is that of the last event, not
    /// today: a lake that nobody fills loses nothing.
    pub fn retain(&self, days: u32) -> Result<Removed, Error> {
        let mut removed = Removed::default();
        let manifest = Manifest::change(&self.place, self.manifest()?.buckets, |manifest| {
            removed = Removed::default();
            let newest = manifest.files.values().map(|file| file.until.day()).max();
            let Some(newest) = newest else { return Ok(false) };
            let first = newest - i64::from(days) + 1;
            let mut gone = BTreeSet::new();
            manifest.files.retain(|_, file| {
                let stays = file.until.day() >= first;
                if !stays {
                    gone.insert(file.until.day());
                    removed.events += file.rows;
                    removed.files += 1;
                    removed.bytes += file.bytes;
                }
                stays
            });
            removed.days = gone.len() as u64;
            Ok(removed.files > 0)
        })?;
        manifest.settle(&self.place)?;
        Ok(removed)
    }

    /// Merges files, each in order, into one or several in order. Events that are there twice stay
    /// once.
    fn merge(&self, files: &[(String, FileEntry)]) -> Result<Vec<Finished>, Error> {
        let written = staged(&self.place)?;
        let mut cursors = Vec::with_capacity(files.len());
        for (path, file) in files {
            let place = if written.contains(&file.staged) { &file.staged } else { path };
            cursors.push(Cursor::open(self, place, file.bytes)?);
        }
        let mut heap: BinaryHeap<Reverse<(Key, usize)>> = BinaryHeap::new();
        for (number, cursor) in cursors.iter().enumerate() {
            heap.extend(cursor.key().map(|key| Reverse((key, number))));
        }
        let mut output = Output::default();
        let mut last: Option<Key> = None;
        while let Some(Reverse((key, number))) = heap.pop() {
            let cursor = &mut cursors[number];
            if last.as_ref() != Some(&key) {
                output.take(number, cursor.row);
            }
            last = Some(key);
            cursor.row += 1;
            if cursor.row >= cursor.batch.num_rows() || output.rows.len() >= BATCH {
                output.flush(&cursors)?;
            }
            let cursor = &mut cursors[number];
            cursor.refill()?;
            heap.extend(cursor.key().map(|key| Reverse((key, number))));
        }
        output.finish(&cursors)
    }
}

/// What files are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    principal: Option<Box<str>>,
    time: i64,
    id: Box<str>,
}

/// A file that is read from its beginning to its end.
struct Cursor {
    reader: Reader,
    batch: RecordBatch,
    row: usize,
}

impl Cursor {
    fn open(lake: &Lake, path: &str, size: u64) -> Result<Self, Error> {
        let reader = Reader::open(&lake.place, path, size, BATCH)?;
        let mut cursor = Self { reader, batch: RecordBatch::new_empty(schema()), row: 0 };
        cursor.refill()?;
        Ok(cursor)
    }

    /// Reads on where a piece is used up.
    fn refill(&mut self) -> Result<(), Error> {
        while self.row >= self.batch.num_rows()
            && let Some(batch) = self.reader.next()?
        {
            self.batch = conform(&batch, &schema())?;
            self.row = 0;
        }
        Ok(())
    }

    fn key(&self) -> Option<Key> {
        if self.row >= self.batch.num_rows() {
            return None;
        }
        let text = |name: &str| {
            let texts = self.batch.column_by_name(name)?.as_string_opt::<i32>()?;
            arrow::array::Array::is_valid(texts, self.row).then(|| texts.value(self.row).into())
        };
        let times = self.batch.column_by_name("event_time")?;
        Some(Key {
            principal: text("principal"),
            time: times.as_primitive_opt::<TimestampMicrosecondType>()?.value(self.row),
            id: text("event_id").unwrap_or_default(),
        })
    }
}

/// What was merged.
#[derive(Default)]
struct Output {
    /// Rows of the present pieces of the cursors, in order.
    rows: Vec<(usize, usize)>,
    file: Option<(File, u64)>,
    finished: Vec<Finished>,
}

impl Output {
    fn take(&mut self, cursor: usize, row: usize) {
        self.rows.push((cursor, row));
    }

    /// Writes the rows that were taken.
    fn flush(&mut self, cursors: &[Cursor]) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let column = |at: usize| -> Result<ArrayRef, Error> {
            let arrays: Vec<&dyn arrow::array::Array> =
                cursors.iter().map(|cursor| cursor.batch.column(at).as_ref()).collect();
            interleave(&arrays, &self.rows).map_err(Error::encode)
        };
        let columns = (0..schema().fields().len()).map(column).collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(schema(), columns).map_err(Error::encode)?;
        let (mut file, rows) = match self.file.take() {
            Some(file) => file,
            None => (File::begin(ROWS as usize)?, 0),
        };
        file.write(&batch)?;
        let rows = rows + self.rows.len() as u64;
        self.rows.clear();
        if rows >= ROWS {
            self.finished.push(file.finish()?);
        } else {
            self.file = Some((file, rows));
        }
        Ok(())
    }

    fn finish(mut self, cursors: &[Cursor]) -> Result<Vec<Finished>, Error> {
        self.flush(cursors)?;
        if let Some((file, _)) = self.file {
            self.finished.push(file.finish()?);
        }
        Ok(self.finished)
    }
}
