//! Client programs, by the user agent that CloudTrail records.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::Action;
use crate::error::{Error, Result};
use crate::seed::Dice;

/// A program of some version on some system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The family's name in `data/range/clients.toml`; empty for one taken from a real record.
    pub family: String,
    /// `userAgent`; `<command>` in it becomes the call's name.
    pub agent: String,
    version: usize,
    system: usize,
}

impl Client {
    /// A client that is known by its user agent only.
    pub fn known(agent: &str) -> Self {
        Self { family: String::new(), agent: agent.to_owned(), version: 0, system: 0 }
    }

    /// The user agent of one call.
    pub fn agent(&self, action: &Action) -> String {
        if !self.agent.contains("<command>") {
            return self.agent.clone();
        }
        let (service, call) = action.name.split_once(':').unwrap_or_default();
        let service = if service == "s3" { "s3api" } else { service };
        self.agent.replace("<command>", &format!("{service}.{}", kebab(call)))
    }
}

/// `DescribeDBInstances` as the AWS CLI spells it: `describe-db-instances`.
fn kebab(call: &str) -> String {
    let letters: Vec<char> = call.chars().collect();
    let mut text = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let after_small = place > 0 && !letters[place - 1].is_uppercase();
        let before_small = letters.get(place + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && place > 0 && (after_small || before_small) {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// The table of clients.
#[derive(Debug)]
pub struct Clients(BTreeMap<String, Family>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    form: String,
    versions: Vec<String>,
    systems: Vec<String>,
}

impl Clients {
    /// The table that is shipped.
    pub fn shipped() -> Result<&'static Self> {
        static SHIPPED: LazyLock<std::result::Result<Clients, String>> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../data/range/clients.toml"))
                .map(Clients)
                .map_err(|error| error.to_string())
        });
        SHIPPED.as_ref().map_err(|reason| problem(reason.clone()))
    }

    /// Somebody's client of a family: of any version but the newest, so that it can be upgraded.
    pub fn make(&self, family: &str, dice: &mut Dice) -> Result<Client> {
        let known = self.family(family)?;
        let versions = known.versions.len().saturating_sub(1).max(1);
        let (version, system) =
            (dice.below(versions as u64) as usize, dice.below(known.systems.len() as u64) as usize);
        Ok(known.client(family, version, system))
    }

    /// The same client, one version later.
    pub fn upgrade(&self, client: &Client) -> Result<Client> {
        let known = self.family(&client.family)?;
        let version = (client.version + 1).min(known.versions.len().saturating_sub(1));
        Ok(known.client(&client.family, version, client.system))
    }

    fn family(&self, name: &str) -> Result<&Family> {
        self.0.get(name).ok_or_else(|| problem(format!("no client {name}")))
    }
}

impl Family {
    fn client(&self, family: &str, version: usize, system: usize) -> Client {
        let part = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
        let agent = self
            .form
            .replace("<version>", &part(&self.versions, version))
            .replace("<system>", &part(&self.systems, system));
        Client { family: family.to_owned(), agent, version, system }
    }
}

fn problem(reason: String) -> Error {
    Error::Data { file: "data/range/clients.toml".to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::seed::Seed;

    #[test]
    fn a_client_is_of_one_version_and_can_be_upgraded() {
        let clients = Clients::shipped().unwrap();
        let mut dice = Seed::new(2).dice();
        let old = clients.make("boto3", &mut dice).unwrap();
        let new = clients.upgrade(&old).unwrap();
        assert_ne!(old.agent, new.agent);
        assert!(old.agent.starts_with("Boto3/1."));
        assert!(clients.make("netscape", &mut dice).is_err());
    }

    #[test]
    fn the_cli_names_its_command() {
        for (call, command) in [
            ("s3:ListBuckets", "s3api.list-buckets"),
            ("rds:DescribeDBInstances", "rds.describe-db-instances"),
            ("iam:ListMFADevices", "iam.list-mfa-devices"),
        ] {
            let action = Catalogue::shipped().unwrap().action(call).unwrap();
            assert_eq!(
                Client::known("x md/command#<command>").agent(action),
                format!("x md/command#{command}")
            );
        }
    }

    #[test]
    fn there_are_hundreds_of_user_agents_and_each_stands_in_json_as_it_is() {
        let clients = Clients::shipped().unwrap();
        let mut agents = std::collections::BTreeSet::new();
        for (name, family) in &clients.0 {
            for version in 0..family.versions.len() {
                for system in 0..family.systems.len() {
                    agents.insert(family.client(name, version, system).agent);
                }
            }
        }
        assert!(agents.len() > 200, "{}", agents.len());
        assert!(agents.iter().all(|agent| !agent.contains(['"', '\\'])));
    }
}
