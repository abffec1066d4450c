//! Implanting thefts into a history that was not generated: the user's own trail.
//!
//! Victims are read off the history: whoever holds a key, with the regions, addresses, programs,
//! resources and rights that the records show. The thief then does what its family does, and only
//! what such a victim may do succeeds.

mod traces;

use std::collections::{BTreeMap, BTreeSet};

use crate::attack::{Family, Victim, play};
use crate::error::{Error, Result};
use crate::habits::DAY;
use crate::record::Record;
use crate::seed::Seed;
use crate::truth::Theft;
use traces::Traces;

/// How thefts are implanted.
#[derive(Debug, Clone)]
pub struct Implant {
    /// What thieves call from: names of networks, with weights.
    pub networks: BTreeMap<String, f64>,
    /// The share of thieves whose address changes on the way.
    pub rotating: f64,
    /// The root of choices.
    pub seed: u64,
}

impl Default for Implant {
    fn default() -> Self {
        let networks = [
            ("hetzner", 2.0),
            ("digitalocean", 2.0),
            ("vultr", 1.5),
            ("m247", 1.5),
            ("datacamp", 1.0),
            ("vnpt-vn", 0.8),
            ("telkom-id", 0.6),
            ("azure-us", 0.6),
            ("aws-us-east-1", 1.0),
            ("tor-exits", 0.3),
        ];
        Self {
            networks: networks.map(|(name, weight)| (name.to_owned(), weight)).into(),
            rotating: 0.28,
            seed: 1,
        }
    }
}

/// A history that thefts can be implanted into: who could be robbed in it, and when it ends.
pub struct Trail {
    candidates: Vec<Candidate>,
    taken: BTreeSet<String>,
    /// Those who are never robbed.
    spared: BTreeSet<String>,
    last: i64,
    key_weeks: f64,
}

/// Somebody who could be robbed, and when.
struct Candidate {
    victim: Victim,
    /// First and last use of the credential, in seconds since 1970.
    used: (i64, i64),
    /// Days on which the owner did something, counted since 1970.
    days: BTreeSet<i64>,
}

impl Trail {
    /// Reads a history, which is in order of time, one record after another.
    pub fn read(history: impl IntoIterator<Item = Result<Record>>) -> Result<Self> {
        let mut traces = Traces::default();
        for record in history {
            traces.add(&record?)?;
        }
        let (last, key_weeks) = (traces.last, traces.key_weeks());
        Ok(Self {
            candidates: traces.candidates()?,
            taken: BTreeSet::new(),
            spared: BTreeSet::new(),
            last,
            key_weeks,
        })
    }

    /// Owners of credentials times the weeks from their first to their last record: what false
    /// alerts are counted against.
    pub fn key_weeks(&self) -> f64 {
        self.key_weeks
    }

    /// Whoever could be robbed, for techniques that are moved by hand.
    pub fn victims(&self) -> impl Iterator<Item = &Victim> {
        self.candidates.iter().map(|candidate| &candidate.victim)
    }

    /// Lets everybody be robbed again, for thefts in a copy of the history.
    pub fn begin_again(&mut self) {
        self.taken.clear();
    }

    /// Robs none of these, named by their ARNs: of what happened to them already, nothing more
    /// could be told.
    pub fn spare(&mut self, owners: impl IntoIterator<Item = String>) {
        self.spared.extend(owners);
    }

    /// Implants one theft of a family: the label, and the records to put beside the history. Every
    /// victim is robbed once.
    pub fn implant(&mut self, family: &Family, options: &Implant) -> Result<(Theft, Vec<Record>)> {
        let none = || Error::NoVictim(family.name.to_owned());
        let mut dice = Seed::new(options.seed).part(family.name, self.taken.len() as u64).dice();
        let free = |candidate: &&Candidate| {
            let owner = &candidate.victim.caller.arn;
            (family.suits)(&candidate.victim)
                && !self.taken.contains(owner)
                && !self.spared.contains(owner)
        };
        let suited: Vec<&Candidate> = self.candidates.iter().filter(free).collect();
        let candidate = dice.pick(&suited).ok_or_else(none)?;
        let (first, last) = candidate.used;
        // A temporary credential is stolen while it is in use, a long-term one in the last third.
        let time = if candidate.victim.has_key() {
            let from = first + (self.last - first) * 2 / 3;
            dice.between(from, (self.last - DAY).max(from))
        } else {
            last
        };
        let mut victim = candidate.victim.clone();
        victim.cold = candidate.days.range(..time.div_euclid(DAY)).count() < 5;
        self.taken.insert(victim.caller.arn.clone());
        let rotating = dice.chance(options.rotating);
        let own = Seed::new(options.seed).part("play", self.taken.len() as u64);
        let span = (time, i64::MAX);
        play(family, &victim, &options.networks, rotating, span, own)?.ok_or_else(none)
    }
}

#[cfg(test)]
mod tests;
