//! The organisation: its accounts, what exists in them, and who works there.

mod people;
mod workloads;

use std::collections::BTreeSet;

use crate::client::Clients;
use crate::error::Result;
use crate::estate::Estate;
use crate::habits::{self, Duty, Routines, Schedule};
use crate::network::Networks;
use crate::parameters::Parameters;
use crate::principal::Principal;
use crate::record::Record;
use crate::seed::{BASE36, Dice, HEX, Seed};

pub use people::office_place;

/// An organisation.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its short name.
    pub name: String,
    /// `o-…`.
    pub id: String,
    /// The random part of the Identity Center directory's id.
    pub store: String,
    /// The accounts, the management account first.
    pub accounts: Vec<Account>,
    /// The regions that are used.
    pub regions: Vec<String>,
    /// Everybody.
    pub principals: Vec<Principal>,
    /// Whether the trail records data events.
    pub data_events: bool,
    /// The table of networks.
    pub networks: &'static Networks,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its number, twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its usual region.
    pub region: String,
    /// What exists in it.
    pub estate: Estate,
}

impl Organisation {
    /// What happens in the hour that begins at `hour` (seconds since 1970), in order of time.
    pub fn hour(&self, hour: i64) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        for principal in &self.principals {
            habits::hour(principal, self, hour, &mut records)?;
        }
        records.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        Ok(records)
    }
}

/// What an organisation is built with.
pub struct Builder<'a> {
    /// The parameters.
    pub parameters: &'a Parameters,
    /// The organisation so far.
    pub organisation: Organisation,
    /// The table of clients.
    pub clients: &'static Clients,
    /// The table of routines.
    pub routines: &'static Routines,
    /// Names taken.
    pub names: BTreeSet<String>,
    /// The root of all choices.
    pub seed: Seed,
}

impl<'a> Builder<'a> {
    /// Builds the organisation of these parameters, with all its people and workloads.
    pub fn build(parameters: &'a Parameters, seed: Seed) -> Result<Self> {
        let mut builder = Self::empty(parameters, seed)?;
        builder.people()?;
        builder.workloads()?;
        Ok(builder)
    }

    /// Builds the accounts only.
    pub fn empty(parameters: &'a Parameters, seed: Seed) -> Result<Self> {
        let seed = seed.part("organisation", 0);
        let mut dice = seed.dice();
        let shape = &parameters.organisation;
        let mut accounts = Vec::new();
        for index in 0..shape.accounts {
            let id = format!("{:012}", dice.between(100_000_000_000, 999_999_999_999));
            let name = match index {
                0 => "management".to_owned(),
                1 => "production".to_owned(),
                2 => "staging".to_owned(),
                index => format!("team-{index}"),
            };
            let estate = Estate::new(&shape.name, &id, seed)?;
            accounts.push(Account { region: shape.regions[0].clone(), name, estate, id });
        }
        let organisation = Organisation {
            name: shape.name.clone(),
            id: format!("o-{}", dice.text(BASE36, 10)),
            store: dice.text(HEX, 8),
            accounts,
            regions: shape.regions.clone(),
            principals: Vec::new(),
            data_events: shape.data_events,
            networks: Networks::shipped()?,
        };
        Ok(Self {
            parameters,
            organisation,
            clients: Clients::shipped()?,
            routines: Routines::shipped()?,
            names: BTreeSet::new(),
            seed,
        })
    }

    /// A duty.
    pub fn duty(
        &self,
        routine: &str,
        schedule: Schedule,
        account: usize,
        region: usize,
    ) -> Result<Duty> {
        Ok(Duty { routine: self.routines.named(routine)?, schedule, account, region })
    }

    /// Adds a principal and says where it is.
    pub fn add(&mut self, principal: Principal) -> usize {
        self.organisation.principals.push(principal);
        self.organisation.principals.len() - 1
    }

    /// One or two of the regions in use, the usual one most often.
    pub fn some_regions(&self, dice: &mut Dice) -> Vec<String> {
        let all = &self.organisation.regions;
        let first = if dice.chance(0.7) { 0 } else { dice.below(all.len() as u64) as usize };
        let second = dice.below(all.len() as u64) as usize;
        let mut regions = vec![all[first].clone()];
        if second != first {
            regions.push(all[second].clone());
        }
        regions
    }
}
