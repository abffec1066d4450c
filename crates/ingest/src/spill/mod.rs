//! Events that wait for their turn on disk, because memory is short.
//!
//! What waits in memory is sorted by time and written to a file of its own, a run; the files are
//! read side by side when their time has come. Each event is written once, and once more whenever
//! there are too many runs.

mod code;
mod run;

use std::path::{Path, PathBuf};

use cloudtrail::{Event, Time};

use crate::Error;

use code::Known;
use run::{Run, Writer};

pub(crate) use code::{code, weight};

/// The runs on disk.
pub(crate) struct Spill {
    folder: PathBuf,
    /// So many runs, at most.
    most: usize,
    runs: Vec<Run>,
    known: Known,
    /// How many events were written, and in how many bytes, merging aside.
    pub(crate) written: Written,
}

/// What went to disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) events: u64,
    pub(crate) bytes: u64,
}

impl Spill {
    /// Nothing yet; runs will be written to this folder.
    pub(crate) fn new(folder: &Path, most: usize) -> Self {
        Self {
            folder: folder.to_path_buf(),
            most,
            runs: Vec::new(),
            known: Known::default(),
            written: Written::default(),
        }
    }

    /// Keeps so many runs at most, from now on.
    pub(crate) fn most_runs(&mut self, most: usize) {
        self.most = most;
    }

    /// The time of the earliest event on disk; the end of time where there is none.
    pub(crate) fn first(&self) -> Time {
        self.runs.iter().filter_map(Run::first).min().unwrap_or(Time::MAX)
    }

    /// Writes events down, each with its lane, in any order.
    pub(crate) fn add(&mut self, mut events: Vec<(u8, &Event)>) -> Result<(), Error> {
        let run = run::sorted(&self.folder, &mut events).map_err(|source| self.failed(source))?;
        self.written.events += run.len();
        self.written.bytes += run.bytes();
        tracing::info!(
            events = run.len(),
            bytes = run.bytes(),
            folder = %self.folder.display(),
            "sorting on disk"
        );
        self.runs.push(run);
        self.few().map_err(|source| self.failed(source))
    }

    /// Brings events back in the order of time: all before `until`, but not many more than `most`
    /// bytes. Never stops at `last` or before, nor between two events of the same time.
    pub(crate) fn take(
        &mut self,
        until: Time,
        last: Time,
        most: usize,
        sink: &mut dyn FnMut(u8, Event),
    ) -> Result<(), Error> {
        let mut taken = 0;
        let mut latest = Time::MIN;
        while let Some(run) = self.runs.iter_mut().min_by_key(|run| run.first())
            && let Some(time) = run.first()
            && time < until
            && (taken < most || time <= last.max(latest))
        {
            let frame = run.take().map_err(|source| failed(&self.folder, source))?;
            let (lane, event) =
                self.known.event(&frame).map_err(|source| failed(&self.folder, source))?;
            taken += weight(&event);
            latest = time;
            sink(lane, event);
            self.runs.retain(|run| run.first().is_some());
        }
        Ok(())
    }

    /// Merges the smaller half of the runs when there are too many.
    fn few(&mut self) -> std::io::Result<()> {
        if self.runs.len() <= self.most.max(1) {
            return Ok(());
        }
        self.runs.sort_by_key(Run::bytes);
        let half = self.runs.len() / 2;
        let mut small: Vec<Run> = self.runs.drain(..=half).collect();
        let mut writer = Writer::new(&self.folder)?;
        while let Some(run) = small.iter_mut().min_by_key(|run| run.first())
            && run.first().is_some()
        {
            writer.put(&run.take()?)?;
            small.retain(|run| run.first().is_some());
        }
        self.runs.push(writer.finish()?);
        Ok(())
    }

    fn failed(&self, source: std::io::Error) -> Error {
        failed(&self.folder, source)
    }
}

fn failed(folder: &Path, source: std::io::Error) -> Error {
    Error::Spill { folder: folder.to_path_buf(), source }
}

#[cfg(test)]
mod tests;
