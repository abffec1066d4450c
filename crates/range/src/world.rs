//! A world: an organisation at work for some weeks, hour by hour.

use std::vec;

use crate::error::Result;
use crate::habits::{DAY, HOUR};
use crate::organisation::{Builder, Organisation};
use crate::parameters::Parameters;
use crate::record::Record;
use crate::seed::Seed;

/// A generated organisation with everything that happens in it.
#[derive(Debug, Clone)]
pub struct World {
    /// The organisation.
    pub organisation: Organisation,
    /// The first hour, in seconds since 1970.
    pub start: i64,
    /// The end, in seconds since 1970.
    pub end: i64,
}

impl World {
    /// Generates the world of these parameters and this seed.
    pub fn generate(parameters: &Parameters, seed: u64) -> Result<Self> {
        let seed = Seed::new(seed);
        let builder = Builder::build(parameters, seed)?;
        let start = parameters.time.start.as_second().div_euclid(HOUR) * HOUR;
        let end = start + i64::from(parameters.time.days) * DAY;
        Ok(Self { organisation: builder.organisation, start, end })
    }

    /// All records in order of time. An hour is in memory at once.
    pub fn records(&self) -> Records<'_> {
        Records { world: self, hour: self.start, now: Vec::new().into_iter(), later: Vec::new() }
    }
}

/// The records of a world, in order of time.
#[derive(Debug)]
pub struct Records<'a> {
    world: &'a World,
    hour: i64,
    now: vec::IntoIter<Record>,
    /// Records of bursts that went on into the next hour.
    later: Vec<Record>,
}

impl Records<'_> {
    /// Prepares the next hour.
    fn advance(&mut self) -> Result<()> {
        let end = self.hour + HOUR;
        let mut records = std::mem::take(&mut self.later);
        records.extend(self.world.organisation.hour(self.hour)?);
        records.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        let first = records.partition_point(|record| record.time.as_second() < end);
        if end < self.world.end {
            self.later = records.split_off(first);
        }
        self.hour = end;
        self.now = records.into_iter();
        Ok(())
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.now.next() {
                return Some(Ok(record));
            }
            if self.hour >= self.world.end {
                return None;
            }
            if let Err(error) = self.advance() {
                self.hour = self.world.end;
                return Some(Err(error));
            }
        }
    }
}
