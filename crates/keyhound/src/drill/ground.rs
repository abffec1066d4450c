//! Where thefts are implanted: the user's own trail, or a generated organisation.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;

use anyhow::{Context, Result};
use cloudtrail::Event;
use incident::Status;
use ingest::{Listing, Object, Source};
use range::{Family, Implant, LookAlike, Parameters, Record, Theft, Trail, World};

use super::record::record;
use crate::engine::{Held, Progress, Request, Scanned};

/// A history in memory, and who could be robbed in it.
pub(super) struct Ground {
    pub(super) held: Held,
    who: Who,
}

/// Who could be robbed.
enum Who {
    /// Those whom the records tell of.
    Trail(Trail),
    /// The members of a generated organisation, with their rights.
    World(Box<World>, BTreeSet<usize>),
}

impl Ground {
    /// The history that a request reads.
    pub(super) fn read(request: &Request, most: u64, progress: &dyn Progress) -> Result<Self> {
        let held = Held::read(&request.places()?, request, most, progress)?;
        let trail = Trail::read(held.events().map(record))
            .context("cannot tell from these records who could be robbed")?;
        Ok(Self { held, who: Who::Trail(trail) })
    }

    /// The history of an organisation that is made up.
    pub(super) fn generate(
        parameters: &Parameters,
        seed: u64,
        request: &Request,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let mut parameters = parameters.clone();
        parameters.thefts.families.clear();
        let world = World::generate(&parameters, seed).context("cannot make up an organisation")?;
        let made = Made::of(world.records()).context("cannot make up the organisation's logs")?;
        let held = Held::read(&made, request, u64::MAX, progress)?;
        Ok(Self { held, who: Who::World(Box::new(world), BTreeSet::new()) })
    }

    /// How many principals there are to choose from.
    pub(super) fn candidates(&self) -> usize {
        match &self.who {
            Who::Trail(trail) => trail.victims().count(),
            Who::World(world, _) => world.organisation.principals.len(),
        }
    }

    /// Robs nobody about whom an alert stands already: one more theft would be lost in it.
    pub(super) fn spare(&mut self, history: &Scanned) {
        let Who::Trail(trail) = &mut self.who else { return };
        let alerts = history.incidents.iter().filter(|incident| incident.status == Status::Alert);
        trail.spare(alerts.flat_map(|incident| incident.principals.iter().cloned()));
    }

    /// Benign changes that look like a theft, where they are known.
    pub(super) fn look_alikes(&self) -> Vec<LookAlike> {
        match &self.who {
            Who::Trail(_) => Vec::new(),
            Who::World(world, _) => world.truth().look_alikes.clone(),
        }
    }

    /// Lets everybody be robbed again.
    pub(super) fn begin_again(&mut self) {
        match &mut self.who {
            Who::Trail(trail) => trail.begin_again(),
            Who::World(_, taken) => taken.clear(),
        }
    }

    /// One more theft.
    pub(super) fn implant(
        &mut self,
        family: &Family,
        options: &Implant,
    ) -> range::Result<(Theft, Vec<Record>)> {
        match &mut self.who {
            Who::Trail(trail) => trail.implant(family, options),
            Who::World(world, taken) => world.implant(family, options, taken),
        }
    }
}

/// The events of records, read as any file is.
pub(super) fn events(records: Vec<Record>, request: &Request) -> Result<Vec<Event>> {
    // What is implanted is wanted, whatever period was asked for.
    let request = Request { since: None, until: None, accounts: Vec::new(), ..request.clone() };
    let made = Made::of(records.into_iter().map(Ok))?;
    let held = Held::read(&made, &request, u64::MAX, &Silent)?;
    Ok(held.events().cloned().collect())
}

/// Records that stand in no file, one object a day.
struct Made(Vec<Vec<u8>>);

impl Made {
    fn of(records: impl IntoIterator<Item = range::Result<Record>>) -> range::Result<Self> {
        let mut days: Vec<Vec<u8>> = Vec::new();
        let mut today = None;
        for record in records {
            let record = record?;
            let day = Some(record.time.as_second().div_euclid(86_400));
            if day != today {
                today = day;
                days.push(Vec::new());
            }
            if let Some(lines) = days.last_mut() {
                lines.extend_from_slice(record.bytes());
                lines.push(b'\n');
            }
        }
        Ok(Self(days))
    }
}

impl Source for Made {
    fn list(&self) -> Result<Listing, ingest::Error> {
        let object = |(number, bytes): (usize, &Vec<u8>)| Object {
            path: PathBuf::from(format!("generated/{number:05}.json")),
            size: bytes.len() as u64,
            delivered: None,
            tag: None,
        };
        let objects = self.0.iter().enumerate().map(object).collect();
        Ok(Listing { objects, ..Listing::default() })
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        let number = object.path.file_stem().and_then(|name| name.to_str()?.parse().ok());
        let bytes = number.and_then(|number: usize| self.0.get(number));
        let bytes = bytes.ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }
}

/// Nobody wants to know how far it is.
struct Silent;

impl Progress for Silent {
    fn total(&self, _bytes: u64) {}
    fn at(&self, _bytes: u64, _records: u64) {}
    fn done(&self) {}
}
