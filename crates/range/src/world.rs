//! A world: an organisation at work for some weeks, hour by hour.

use std::collections::BTreeSet;
use std::vec;

use crate::attack::{self, Family};
use crate::change;
use crate::error::{Error, Result};
use crate::habits::{DAY, HOUR};
use crate::implant::Implant;
use crate::organisation::{Builder, Organisation};
use crate::parameters::{Parameters, Thefts};
use crate::principal::{Kind, at};
use crate::record::Record;
use crate::seed::Seed;
use crate::truth::{Theft, Truth};

/// A generated organisation with everything that happens in it.
#[derive(Debug, Clone)]
pub struct World {
    /// The organisation.
    pub organisation: Organisation,
    /// The first hour, in seconds since 1970.
    pub start: i64,
    /// The end, in seconds since 1970.
    pub end: i64,
    /// What belongs to no habit, in order of time.
    extra: Vec<Record>,
    truth: Truth,
    /// Principals that something happens to, a theft or a change.
    busy: BTreeSet<usize>,
}

impl World {
    /// Generates the world of these parameters and this seed.
    pub fn generate(parameters: &Parameters, seed: u64) -> Result<Self> {
        // Worlds of one seed and different parameters share nothing.
        let seed = Seed::new(seed).part(&parameters.organisation.name, 0);
        let mut builder = Builder::build(parameters, seed)?;
        let start = parameters.time.start.as_second().div_euclid(HOUR) * HOUR;
        let end = start + i64::from(parameters.time.days) * DAY;
        let eventful = start + i64::from(parameters.time.quiet_days) * DAY;
        let (mut taken, mut extra) = (BTreeSet::new(), Vec::new());
        let span = (eventful, end);
        let (organisation, thefts) = (&mut builder.organisation, &parameters.thefts);
        let stolen = attack::plan(organisation, thefts, span, seed, &mut taken)?;
        let look_alikes = change::all(&mut builder, span, &mut taken, &mut extra)?;
        let organisation = builder.organisation;
        let mut thefts = Vec::new();
        for (theft, records) in stolen {
            thefts.push(theft);
            extra.extend(records);
        }
        extra.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        let key_weeks = key_weeks(&organisation, (eventful, end));
        let truth = Truth { thefts, look_alikes, key_weeks, from: Some(at(eventful)) };
        Ok(Self { organisation, start, end, extra, truth, busy: taken })
    }

    /// What really happens.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// One more theft in this history, which stays as it is: the label, and the records to put
    /// beside it. The victim is somebody to whom nothing else happens, neither in the world nor by
    /// an earlier theft that `taken` remembers.
    pub fn implant(
        &self,
        family: &Family,
        options: &Implant,
        taken: &mut BTreeSet<usize>,
    ) -> Result<(Theft, Vec<Record>)> {
        let thefts = Thefts {
            families: [(family.name.to_owned(), 1)].into(),
            // A victim without a history would need another history.
            cold: 0.0,
            rotating: options.rotating,
            networks: options.networks.clone(),
        };
        let from = self.truth.from.map_or(self.start, jiff::Timestamp::as_second);
        let seed = Seed::new(options.seed).part("implant", taken.len() as u64);
        let mut busy: BTreeSet<usize> = self.busy.union(taken).copied().collect();
        let mut organisation = self.organisation.clone();
        let stolen =
            attack::plan(&mut organisation, &thefts, (from, self.end), seed, &mut busy)?.pop();
        taken.extend(busy.difference(&self.busy));
        stolen.ok_or_else(|| Error::NoVictim(family.name.to_owned()))
    }

    /// All records in order of time. An hour is in memory at once.
    pub fn records(&self) -> Records<'_> {
        Records { world: self, hour: self.start, now: Vec::new().into_iter(), later: Vec::new() }
    }
}

/// Owners of credentials times the weeks of a period in which they exist. AWS services hold no key
/// that could be stolen, and nobody uses the root user week by week.
fn key_weeks(organisation: &Organisation, (from, until): (i64, i64)) -> f64 {
    let owners = organisation.principals.iter();
    let owners = owners.filter(|owner| !matches!(owner.kind, Kind::Service | Kind::Root));
    let seconds = owners.map(|owner| (owner.until.min(until) - owner.from.max(from)).max(0));
    seconds.sum::<i64>() as f64 / (7 * DAY) as f64
}

/// A burst's login is recorded up to so many seconds before it, maybe in the hour before.
const LOGIN: i64 = 60;

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
        let extra = &self.world.extra;
        let since = |time| extra.partition_point(|record| record.time.as_second() < time);
        records.extend_from_slice(&extra[since(self.hour)..since(end)]);
        records.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        if end < self.world.end {
            let ready = |record: &Record| record.time.as_second() < end - LOGIN;
            self.later = records.split_off(records.partition_point(ready));
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

#[cfg(test)]
mod tests;
