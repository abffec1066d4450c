//! Simple detectors, to be beaten: each as one would build it in an afternoon, on the same records.
//!
//! They share the decoding and the public knowledge (`cloudtrail`, `intel`), so that only judgement
//! is compared. Each gives a principal's day a score; the examiner picks the best threshold for
//! every alert budget, knowing the outcome, which is more than a user could.

mod alarms;
mod call;
mod forest;
mod history;
mod novelty;
mod pin;
mod points;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use cloudtrail::Event;
use cloudtrail::decode::Decoder;
use jiff::Timestamp;
use range::Record;
use range::score::Found;

use alarms::Alarms;
use call::Call;
use forest::Forest;
use history::History;
use pin::Pins;
use points::Points;

/// What is compared, in the order of the tables.
pub const NAMES: [&str; 5] = [NEW_SYSTEM, NEW_DIMENSIONS, PIN, POINTS, FOREST];

const NEW_SYSTEM: &str = "new AS";
const NEW_DIMENSIONS: &str = "two new dimensions";
const PIN: &str = "session pin";
const POINTS: &str = "static points";
const FOREST: &str = "isolation forest";

/// All simple detectors at work on one history, which comes in order of time.
pub struct Simple {
    decoder: Decoder,
    /// Records that wait to be decoded together, as JSON Lines.
    waiting: String,
    count: u64,
    judges: Judges,
}

#[derive(Default)]
struct Judges {
    history: History,
    new_system: Alarms,
    new_dimensions: Alarms,
    pins: Pins,
    pinned: Alarms,
    points: Points,
    pointed: Alarms,
    forest: Forest,
}

impl Simple {
    /// Detectors that have seen nothing.
    pub fn new() -> Self {
        Self {
            decoder: Decoder::default(),
            waiting: String::new(),
            count: 0,
            judges: Judges::default(),
        }
    }

    /// Takes the next record.
    pub fn see(&mut self, record: &Record) {
        const BATCH: usize = 1 << 20;
        self.waiting.push_str(&record.json);
        self.waiting.push('\n');
        self.count += 1;
        if self.waiting.len() > BATCH {
            self.decode();
        }
    }

    /// What each detector found. The isolation forest learns from what came before `from`; the
    /// others learn all the time.
    pub fn finish(
        mut self,
        from: Timestamp,
        seed: u64,
    ) -> Result<BTreeMap<&'static str, Vec<Found>>> {
        self.decode();
        ensure!(self.count == 0, "{} records could not be decoded", self.count);
        let judges = self.judges;
        Ok(BTreeMap::from([
            (NEW_SYSTEM, judges.new_system.found()?),
            (NEW_DIMENSIONS, judges.new_dimensions.found()?),
            (PIN, judges.pinned.found()?),
            (POINTS, judges.pointed.found()?),
            (FOREST, judges.forest.found(from.as_second().div_euclid(86_400), seed)?),
        ]))
    }

    fn decode(&mut self) {
        let Self { decoder, waiting, judges, count } = self;
        decoder.decode(waiting.as_bytes(), &mut |event| {
            *count -= 1;
            judges.see(&event);
        });
        waiting.clear();
    }
}

impl Default for Simple {
    fn default() -> Self {
        Self::new()
    }
}

impl Judges {
    fn see(&mut self, event: &Event) {
        let Some(call) = Call::of(event) else { return };
        let news = self.history.see(&call);
        self.new_system.raise(&call, novelty::new_system(&news));
        self.new_dimensions.raise(&call, novelty::new_dimensions(&news));
        self.pinned.raise(&call, self.pins.see(&call));
        self.pointed.raise(&call, self.points.see(&call));
        self.forest.see(&call, &news);
    }
}
