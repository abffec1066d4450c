//! What a thief does with a credential, and what benign principals do when they do something new: the two
//! sides of every likelihood ratio.

mod actions;
mod mixture;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::action::ResourceClass;
use crate::address::NetworkClass;
use crate::client::ClientKind;
use actions::Actions;
use mixture::{Clients, Networks, Regions};

/// The priors of a thief and their benign counterparts; shipped as `data/thief.json`, replaceable.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "File")]
pub struct Thief {
    denied: f64,
    networks: Networks,
    clients: Clients,
    regions: Regions,
    actions: Actions,
    benign: BTreeMap<BenignKind, Benign>,
}

/// Whose novelty is judged: the kinds of principals that differ in how they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BenignKind {
    /// A human being, with or without a browser.
    Person,
    /// A program: instance, container, function, server elsewhere.
    Workload,
    /// A build or deployment system.
    Ci,
}

/// Why a file of priors is refused.
#[derive(Debug, thiserror::Error)]
pub enum ThiefError {
    /// The text is not JSON of the right shape, or a mixture in it is no probability distribution.
    #[error("the thief's priors: {0}")]
    Json(#[from] serde_json::Error),
}

static SHIPPED: LazyLock<Thief> = LazyLock::new(|| {
    Thief::from_json(include_str!("../../../../data/thief.json")).unwrap_or_else(|_| Thief::blank())
});

impl Thief {
    /// The priors that come with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads priors from JSON of the form of `data/thief.json`.
    ///
    /// Every mixture must sum to one and give every class more than nothing. The optional `incidents`,
    /// names to lists of `service:Action`, replace those of `TrailDiscover`.
    pub fn from_json(text: &str) -> Result<Self, ThiefError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Probability that a thief calls from this class of network.
    pub fn network(&self, class: NetworkClass) -> f64 {
        self.networks.get(class)
    }

    /// Probability that a thief uses this client family, of this kind if the family is not listed itself.
    pub fn client(&self, family: &str, kind: ClientKind) -> f64 {
        self.clients.get(family, kind)
    }

    /// Probability that a thief calls in this region.
    pub fn region(&self, region: &str) -> f64 {
        self.regions.get(region)
    }

    /// Probability that an action of a thief is this one; the service may be an IAM prefix or an event source.
    pub fn action(&self, service: &str, name: &str) -> f64 {
        self.actions.get(service, name, None)
    }

    /// Probability that an action of a thief touches a kind of resource, by the listed actions.
    pub fn class(&self, class: ResourceClass) -> f64 {
        self.actions.class(class)
    }

    /// The same as if one incident had never been published, for tests with that incident.
    pub fn action_without(&self, service: &str, name: &str, incident: &str) -> f64 {
        self.actions.get(service, name, Some(incident))
    }

    /// Names of the incidents that the action prior is made of.
    pub fn incidents(&self) -> impl Iterator<Item = &str> {
        self.actions.incidents()
    }

    /// Probability that a call of a thief is refused.
    pub fn denied(&self) -> f64 {
        self.denied
    }

    /// Probability that a network new to a benign principal is of this class.
    pub fn benign_network(&self, kind: BenignKind, class: NetworkClass) -> f64 {
        self.benign
            .get(&kind)
            .map_or_else(|| uniform(NetworkClass::ALL.len()), |benign| benign.networks.get(class))
    }

    /// Probability that a client new to a benign principal is of this family.
    pub fn benign_client(&self, kind: BenignKind, family: &str, client: ClientKind) -> f64 {
        self.benign.get(&kind).map_or(0.01, |benign| benign.clients.get(family, client))
    }

    /// Priors that say nothing, should the shipped file ever be unreadable; a test keeps it readable.
    fn blank() -> Self {
        Self {
            denied: 0.3,
            networks: Networks::default(),
            clients: Clients::default(),
            regions: Regions::default(),
            actions: Actions::default(),
            benign: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
struct Benign {
    networks: Networks,
    clients: Clients,
}

/// The file as written; `Thief` is what is left after checking it.
#[derive(Deserialize)]
struct File {
    denied: f64,
    smoothing: f64,
    unlisted_actions: f64,
    networks: Networks,
    clients: Clients,
    regions: Regions,
    benign: BTreeMap<BenignKind, Benign>,
    incidents: Option<BTreeMap<String, Vec<String>>>,
}

impl TryFrom<File> for Thief {
    type Error = String;

    fn try_from(file: File) -> Result<Self, String> {
        for (name, value) in [
            ("denied", file.denied),
            ("smoothing", file.smoothing),
            ("unlisted_actions", file.unlisted_actions),
        ] {
            if !(value > 0.0 && value < 1.0) {
                return Err(format!("{name} must lie between 0 and 1, not at {value}"));
            }
        }
        for kind in [BenignKind::Person, BenignKind::Workload, BenignKind::Ci] {
            if !file.benign.contains_key(&kind) {
                return Err(format!("benign has no {kind:?}"));
            }
        }
        let actions = match file.incidents {
            Some(incidents) => Actions::of(incidents, file.smoothing, file.unlisted_actions)?,
            None => Actions::shipped(file.smoothing, file.unlisted_actions),
        };
        Ok(Self {
            denied: file.denied,
            networks: file.networks,
            clients: file.clients,
            regions: file.regions,
            actions,
            benign: file.benign,
        })
    }
}

fn uniform(values: usize) -> f64 {
    1.0 / values as f64
}
