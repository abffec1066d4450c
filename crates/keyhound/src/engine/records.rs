//! The raw records behind events, exactly as they stand in the logs: a second reading.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use cloudtrail::decode::Decoder;
use cloudtrail::{Correlations, Event, EventId, Matches, RecordRules};
use ingest::{Object, Places, Source};
use rayon::prelude::*;
use report::evidence::{self, Found, Record};
use sha2::{Digest, Sha256};

use super::{Request, pool};

/// Larger objects are decoded while they are read.
const IN_MEMORY: u64 = 64 << 20;

/// Finds the records of these events, and sums up the objects in which they stand.
pub(crate) fn of_events(places: &Places, request: &Request, wanted: &[EventId]) -> Result<Found> {
    let wanted: Arc<BTreeSet<EventId>> = Arc::new(wanted.iter().cloned().collect());
    let objects = places.list()?.objects;
    let begin = || Reader::new(&wanted);
    let read = || objects.par_iter().map_init(begin, |reader, object| reader.read(places, object));
    let found: Vec<Option<Part>> = pool(request)?
        .install(|| read().collect::<io::Result<_>>())
        .context("cannot read the logs for the second time")?;
    let mut all = Found::default();
    // The objects are in the order of their paths, so the first text of a record is always the same.
    for Part { path, object, records } in found.into_iter().flatten() {
        for (event, text) in records {
            let record =
                all.records.entry(event).or_insert_with(|| Record { text, objects: Vec::new() });
            if record.objects.last() != Some(&path) {
                record.objects.push(path.clone());
            }
        }
        all.objects.insert(path, object);
    }
    Ok(all)
}

/// Keeps the text of wanted records while they are decoded.
#[derive(Debug)]
struct Keeper {
    wanted: Arc<BTreeSet<EventId>>,
    kept: Mutex<Vec<(EventId, String)>>,
}

impl Keeper {
    fn kept(&self) -> MutexGuard<'_, Vec<(EventId, String)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordRules for Keeper {
    fn look(&self, record: &str, event: &Event) -> Option<Box<Matches>> {
        if self.wanted.contains(&event.id) {
            self.kept().push((event.id.clone(), record.to_owned()));
        }
        None
    }

    fn correlations(&self) -> Option<Box<dyn Correlations>> {
        None
    }
}

/// Reads one object after another.
struct Reader {
    keeper: Arc<Keeper>,
    decoder: Decoder,
}

/// An object in which wanted records stand.
struct Part {
    path: String,
    object: evidence::Object,
    records: Vec<(EventId, String)>,
}

impl Reader {
    fn new(wanted: &Arc<BTreeSet<EventId>>) -> Self {
        let keeper = Arc::new(Keeper { wanted: Arc::clone(wanted), kept: Mutex::default() });
        let rules: Arc<dyn RecordRules> = keeper.clone();
        Self { decoder: Decoder::with_rules(Some(rules)), keeper }
    }

    /// The wanted records of an object; `None` where there are none, or it cannot be opened: what
    /// could not be read was told when it was read first.
    fn read(&mut self, places: &Places, object: &Object) -> io::Result<Option<Part>> {
        let Ok(reader) = places.open(object) else { return Ok(None) };
        let (size, sha256) = if object.size > IN_MEMORY {
            let mut summed = Summed { reader, sum: Sha256::new(), size: 0 };
            self.decoder.decode_stream(&mut summed, &mut |_| ());
            io::copy(&mut summed, &mut io::sink())?;
            (summed.size, summed.sum.finalize())
        } else {
            let mut reader = reader;
            let mut bytes = Vec::new();
            // Half an object is decoded as far as it goes, as in the first reading.
            let _ = reader.read_to_end(&mut bytes);
            self.decoder.decode(&bytes, &mut |_| ());
            if self.keeper.kept().is_empty() {
                return Ok(None);
            }
            (bytes.len() as u64, Sha256::digest(&bytes))
        };
        let records = std::mem::take(&mut *self.keeper.kept());
        let path = object.path.display().to_string();
        let object = evidence::Object { size, sha256: sha256.into() };
        Ok((!records.is_empty()).then_some(Part { path, object, records }))
    }
}

/// Sums up what is read through it.
struct Summed<R> {
    reader: R,
    sum: Sha256,
    size: u64,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.sum.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }
}
