//! Writing records as CloudTrail delivers them: gzipped files in folders by account, region and day.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use libdeflater::{CompressionLvl, Compressor};

use crate::error::Result;
use crate::record::Record;
use crate::seed::{ALPHANUMERIC, Dice, Seed};

/// How records are delivered.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The organisation's id, `o-…`, for the folders of an organisation trail.
    pub organisation: Option<String>,
    /// Fewest and most records of a file. A file is written when it is full or `window` is over.
    pub records: (u64, u64),
    /// For how many seconds of event time a file collects records; CloudTrail writes about every
    /// five minutes.
    pub window: i64,
    /// Whether the records of a file are in any order, as in real files, or by time.
    pub shuffled: bool,
    /// The share of records that are delivered twice.
    pub duplicates: f64,
    /// The share of records that come late, in a file up to two hours after their own.
    pub late: f64,
    /// The root of random choices.
    pub seed: u64,
}

impl Layout {
    /// Files of some thousand records, collected for as long as that takes.
    pub fn packed(seed: u64) -> Self {
        Self {
            organisation: None,
            records: (2_000, 5_000),
            window: i64::MAX,
            shuffled: false,
            duplicates: 0.0,
            late: 0.0,
            seed,
        }
    }

    /// Files as CloudTrail delivers them: five minutes each, in any order, now and then twice or late.
    pub fn delivered(seed: u64) -> Self {
        Self {
            window: 300,
            records: (4_000, 4_000),
            shuffled: true,
            duplicates: 0.001,
            late: 0.005,
            ..Self::packed(seed)
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Books {
    /// Records, duplicates not counted.
    pub records: u64,
    /// Records written a second time.
    pub duplicates: u64,
    /// Files.
    pub files: u64,
    /// Bytes of JSON.
    pub raw_bytes: u64,
    /// Bytes of the files.
    pub file_bytes: u64,
}

/// Writes records, which come in order of time, below a folder. Memory holds the open files only.
pub fn write(
    folder: &Path,
    records: impl IntoIterator<Item = Result<Record>>,
    layout: &Layout,
) -> Result<Books> {
    let mut writer = Writer::new(folder, layout);
    for record in records {
        let record = record?;
        writer.deliver_late(record.time.as_second())?;
        if writer.dice.chance(layout.duplicates) {
            writer.books.duplicates += 1;
            let delay = writer.dice.between(1, 7_200);
            writer.late.push_back((record.time.as_second() + delay, record.clone()));
        }
        writer.books.records += 1;
        if writer.dice.chance(layout.late) {
            let delay = writer.dice.between(300, 7_200);
            writer.late.push_back((record.time.as_second() + delay, record));
        } else {
            let now = record.time.as_second();
            writer.put(&record, now)?;
        }
    }
    writer.finish()
}

/// The open files.
struct Writer<'a> {
    folder: &'a Path,
    layout: &'a Layout,
    dice: Dice,
    compressor: Compressor,
    open: BTreeMap<(String, String), File>,
    late: VecDeque<(i64, Record)>,
    made: BTreeSet<PathBuf>,
    books: Books,
}

/// A file that is being filled.
struct File {
    opened: i64,
    limit: u64,
    records: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(folder: &'a Path, layout: &'a Layout) -> Self {
        Self {
            folder,
            layout,
            dice: Seed::new(layout.seed).part("corpus", 0).dice(),
            compressor: Compressor::new(CompressionLvl::default()),
            open: BTreeMap::new(),
            late: VecDeque::new(),
            made: BTreeSet::new(),
            books: Books::default(),
        }
    }

    /// Puts a record that is delivered now into its file.
    fn put(&mut self, record: &Record, now: i64) -> Result<()> {
        let key = (record.account.clone(), record.region.clone());
        let start = now - now.rem_euclid(self.layout.window.clamp(1, 86_400));
        if let Some(file) = self.open.get(&key)
            && now - file.opened >= self.layout.window
        {
            self.close(&key)?;
        }
        let (low, high) = self.layout.records;
        let dice = &mut self.dice;
        let file = self.open.entry(key.clone()).or_insert_with(|| File {
            opened: start,
            limit: dice.between(low as i64, high as i64) as u64,
            records: Vec::new(),
        });
        file.records.push(record.json.clone());
        if file.records.len() as u64 >= file.limit {
            self.close(&key)?;
        }
        Ok(())
    }

    /// Delivers what was held back until now.
    fn deliver_late(&mut self, now: i64) -> Result<()> {
        while let Some(place) = self.late.iter().position(|(due, _)| *due <= now) {
            if let Some((due, record)) = self.late.remove(place) {
                self.put(&record, due)?;
            }
        }
        Ok(())
    }

    /// Writes a file.
    fn close(&mut self, key: &(String, String)) -> Result<()> {
        let Some(mut file) = self.open.remove(key) else { return Ok(()) };
        if self.layout.shuffled {
            self.dice.shuffle(&mut file.records);
        }
        let text = format!("{{\"Records\":[{}]}}", file.records.join(","));
        let mut bytes = vec![0; self.compressor.gzip_compress_bound(text.len())];
        let length = self
            .compressor
            .gzip_compress(text.as_bytes(), &mut bytes)
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        let path = self.folder.join(self.name(key, file.opened));
        if let Some(parent) = path.parent()
            && self.made.insert(parent.to_owned())
        {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, &bytes[..length])?;
        self.books.files += 1;
        self.books.raw_bytes += text.len() as u64;
        self.books.file_bytes += length as u64;
        Ok(())
    }

    /// The path that CloudTrail would give a file.
    fn name(&mut self, (account, region): &(String, String), opened: i64) -> String {
        let time = Timestamp::from_second(opened).unwrap_or(Timestamp::UNIX_EPOCH);
        let organisation =
            self.layout.organisation.as_ref().map(|id| format!("{id}/")).unwrap_or_default();
        format!(
            "AWSLogs/{organisation}{account}/CloudTrail/{region}/{}/{account}_CloudTrail_{region}_{}_{}.json.gz",
            time.strftime("%Y/%m/%d"),
            time.strftime("%Y%m%dT%H%MZ"),
            self.dice.text(ALPHANUMERIC, 16),
        )
    }

    fn finish(mut self) -> Result<Books> {
        let late = std::mem::take(&mut self.late);
        for (due, record) in late {
            self.put(&record, due)?;
        }
        for key in self.open.keys().cloned().collect::<Vec<_>>() {
            self.close(&key)?;
        }
        Ok(self.books)
    }
}

#[cfg(test)]
mod tests;
