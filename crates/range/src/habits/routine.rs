//! Routines: the bursts of API calls that work consists of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::{Action, Catalogue};
use crate::error::{Error, Result};

/// A kind of burst.
#[derive(Debug)]
pub struct Routine {
    /// Its name in `data/range/routines.toml`.
    pub name: String,
    /// Whether all calls are made in order, instead of some by weight.
    pub sweep: bool,
    /// Mean seconds between two calls.
    pub gap: f64,
    /// Fewest and most calls of a burst that is no sweep.
    pub calls: (i64, i64),
    /// How often a sweep goes through its calls, each time for other things.
    pub rounds: (i64, i64),
    /// The share of calls that fail in the everyday way.
    pub fails: f64,
    /// The share of calls that are refused.
    pub refused: f64,
    /// Whether it visits every region of the account instead of one.
    pub all_regions: bool,
    /// Families of clients that make these calls; none for AWS services.
    pub clients: Vec<String>,
    /// The calls with their weights.
    pub actions: Vec<(&'static Action, f64)>,
}

/// All routines, by name.
#[derive(Debug)]
pub struct Routines(BTreeMap<String, Routine>);

impl Routines {
    /// The routines that are shipped.
    pub fn shipped() -> Result<&'static Self> {
        static SHIPPED: LazyLock<Result<Routines>> = LazyLock::new(Routines::read);
        SHIPPED.as_ref().map_err(|error| problem(error.to_string()))
    }

    /// The routine of this name.
    pub fn named(&self, name: &str) -> Result<&Routine> {
        self.0.get(name).ok_or_else(|| problem(format!("no routine {name}")))
    }

    /// All routines.
    pub fn all(&self) -> impl Iterator<Item = &Routine> {
        self.0.values()
    }

    fn read() -> Result<Self> {
        let entries: BTreeMap<String, Entry> =
            toml::from_str(include_str!("../../../../data/range/routines.toml"))
                .map_err(|error| problem(error.to_string()))?;
        let catalogue = Catalogue::shipped()?;
        let mut routines = BTreeMap::new();
        for (name, entry) in entries {
            let mut actions = Vec::new();
            for action in &entry.actions {
                let (action, weight) = action.split_once(' ').unwrap_or((action, "1"));
                let weight = weight.parse().map_err(|_| problem(format!("{name}: {weight}")))?;
                actions.push((catalogue.action(action)?, weight));
            }
            let routine = Routine {
                sweep: entry.how == How::Sweep,
                gap: entry.gap,
                calls: entry.calls.into(),
                rounds: entry.rounds.into(),
                fails: entry.fails,
                refused: entry.refused,
                all_regions: entry.regions == Regions::All,
                clients: entry.clients,
                actions,
                name: name.clone(),
            };
            routines.insert(name, routine);
        }
        Ok(Self(routines))
    }
}

fn problem(reason: String) -> Error {
    Error::Data { file: "data/range/routines.toml".to_owned(), reason }
}

/// A routine as the file describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    how: How,
    gap: f64,
    #[serde(default = "once")]
    calls: [i64; 2],
    #[serde(default = "once")]
    rounds: [i64; 2],
    #[serde(default)]
    fails: f64,
    #[serde(default)]
    refused: f64,
    #[serde(default)]
    regions: Regions,
    clients: Vec<String>,
    actions: Vec<String>,
}

fn once() -> [i64; 2] {
    [1, 1]
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum How {
    #[default]
    Sample,
    Sweep,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Regions {
    #[default]
    One,
    All,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Clients;
    use crate::seed::Seed;

    #[test]
    fn every_routine_has_calls_and_clients_that_exist() {
        let routines = Routines::shipped().unwrap();
        assert!(routines.all().count() > 40);
        let mut dice = Seed::new(1).dice();
        for routine in routines.all() {
            assert!(!routine.actions.is_empty(), "{}", routine.name);
            assert!(routine.calls.0 <= routine.calls.1 && routine.rounds.0 <= routine.rounds.1);
            for client in &routine.clients {
                assert!(Clients::shipped().unwrap().make(client, &mut dice).is_ok(), "{client}");
            }
        }
    }
}
