//! The parameters of a world: how large, how busy, how varied, what happens to it.
//!
//! Every parameter is described in `docs/reference/range-parameters.md`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::error::{Error, Result};

/// The parameters of a world.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Parameters {
    /// The time that the world covers.
    pub time: Time,
    /// Accounts and regions.
    pub organisation: Shape,
    /// Where people work.
    pub office: Vec<Office>,
    /// How many people of each sort.
    pub people: People,
    /// How many workloads of each sort.
    pub workloads: Workloads,
    /// How many benign changes of each sort happen, by name (`range::change::names`).
    #[serde(default)]
    pub changes: BTreeMap<String, u32>,
    /// The thefts.
    #[serde(default)]
    pub thefts: Thefts,
}

/// The time that a world covers.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Time {
    /// The first hour.
    pub start: Timestamp,
    /// For how many days.
    pub days: u32,
    /// How many days pass before the first change or theft.
    pub quiet_days: u32,
}

/// Accounts and regions.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Shape {
    /// The short name, part of the names of buckets and repositories.
    pub name: String,
    /// How many accounts; the first is the management account.
    pub accounts: u32,
    /// The regions in use, the usual one first.
    pub regions: Vec<String>,
    /// Whether the trail records data events.
    pub data_events: bool,
}

/// Where people work.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Office {
    /// ISO 3166 code.
    pub country: String,
    /// Hours east of Greenwich; there is no daylight saving time here.
    pub offset: i64,
    /// The office's network.
    pub network: String,
    /// The networks of the homes around it.
    pub homes: Vec<String>,
    /// The mobile networks, for the way and for bad days.
    pub mobiles: Vec<String>,
    /// How many of the people work here, against the other offices.
    pub weight: f64,
}

/// How many people of each sort, and how they work.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct People {
    /// People with Identity Center.
    pub sso: u32,
    /// Administrators among them, beside the others.
    pub administrators: u32,
    /// People with an IAM user and a long-term key.
    pub users: u32,
    /// Auditors.
    pub auditors: u32,
    /// The share of days worked at home.
    pub at_home: f64,
    /// Bursts a working day.
    pub bursts_per_day: f64,
}

/// How many workloads of each sort, and how busy they are.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Workloads {
    /// Repositories that deploy with OIDC, on hosted runners.
    pub ci_oidc: u32,
    /// CI servers with a long-term key.
    pub ci_keys: u32,
    /// Applications with a long-term key, at a hoster.
    pub applications: u32,
    /// Roles of instances.
    pub instances: u32,
    /// Roles of containers.
    pub containers: u32,
    /// Roles of functions.
    pub functions: u32,
    /// Scanners.
    pub scanners: u32,
    /// Backup products.
    pub backups: u32,
    /// The hosters of applications and CI servers.
    pub hosters: Vec<String>,
    /// Bursts an hour of a busy workload.
    pub bursts_per_hour: f64,
    /// Whether AWS services call by themselves, AWS Config's bursts among them.
    pub services: bool,
}

/// The thefts of a world.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Thefts {
    /// How many of each family, by name (`range::attack::library`).
    #[serde(default)]
    pub families: BTreeMap<String, u32>,
    /// The share of victims that are new: fewer than five days of history.
    #[serde(default)]
    pub cold: f64,
    /// The share of thieves whose address changes as they go.
    #[serde(default)]
    pub rotating: f64,
    /// What thieves call from: networks by weight.
    #[serde(default)]
    pub networks: BTreeMap<String, f64>,
}

impl Parameters {
    /// The parameter sets that are shipped, by name.
    pub const SHIPPED: [(&'static str, &'static str); 6] = [
        ("tuning", include_str!("../../../data/range/tuning.toml")),
        ("holdout-a", include_str!("../../../data/range/holdout-a.toml")),
        ("holdout-b", include_str!("../../../data/range/holdout-b.toml")),
        ("demo", include_str!("../../../data/range/demo.toml")),
        ("drill", include_str!("../../../data/range/drill.toml")),
        ("bench", include_str!("../../../data/range/bench.toml")),
    ];

    /// A parameter set that is shipped.
    pub fn shipped(name: &str) -> Result<Self> {
        let (_, text) =
            Self::SHIPPED.iter().find(|(known, _)| *known == name).ok_or_else(|| Error::Data {
                file: format!("{name}.toml"),
                reason: "no such parameter set".into(),
            })?;
        Self::read(&format!("data/range/{name}.toml"), text)
    }

    /// So many times as many people and workloads.
    pub fn multiply(&mut self, times: u32) {
        let Self { people, workloads, .. } = self;
        for count in [
            &mut people.sso,
            &mut people.administrators,
            &mut people.users,
            &mut people.auditors,
            &mut workloads.ci_oidc,
            &mut workloads.ci_keys,
            &mut workloads.applications,
            &mut workloads.instances,
            &mut workloads.containers,
            &mut workloads.functions,
            &mut workloads.scanners,
            &mut workloads.backups,
        ] {
            *count = count.saturating_mul(times);
        }
    }

    /// Reads parameters; `file` is named in the error.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let problem = |reason: String| Error::Data { file: file.to_owned(), reason };
        let parameters: Self = toml::from_str(text).map_err(|error| problem(error.to_string()))?;
        let missing = [
            ("organisation.accounts", parameters.organisation.accounts == 0),
            ("organisation.regions", parameters.organisation.regions.is_empty()),
            ("office", parameters.office.is_empty()),
            ("workloads.hosters", parameters.workloads.hosters.is_empty()),
        ];
        match missing.iter().find(|(_, is_missing)| *is_missing) {
            Some((name, _)) => Err(problem(format!("{name} is empty"))),
            None => Ok(parameters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_set_is_read() {
        for (name, _) in Parameters::SHIPPED {
            Parameters::shipped(name).unwrap();
        }
        assert!(Parameters::shipped("none").is_err());
    }

    #[test]
    fn an_unknown_parameter_is_an_error() {
        let text = Parameters::SHIPPED[0].1.replace("quiet-days", "quite-days");
        let error = Parameters::read("x.toml", &text).unwrap_err().to_string();
        assert!(error.contains("quite-days"), "{error}");
    }
}
