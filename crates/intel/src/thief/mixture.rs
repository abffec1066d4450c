//! Probability distributions over network classes, client families and regions.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::uniform;
use crate::address::NetworkClass;
use crate::client::ClientKind;

/// How far a mixture may be from summing to one.
const TOLERANCE: f64 = 1e-6;

/// A probability for every network class.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "BTreeMap<NetworkClass, f64>")]
pub(super) struct Networks([f64; NetworkClass::ALL.len()]);

impl Networks {
    pub(super) fn get(&self, class: NetworkClass) -> f64 {
        self.0[usize::from(class.code())]
    }
}

impl Default for Networks {
    fn default() -> Self {
        Self([uniform(NetworkClass::ALL.len()); NetworkClass::ALL.len()])
    }
}

impl TryFrom<BTreeMap<NetworkClass, f64>> for Networks {
    type Error = String;

    fn try_from(given: BTreeMap<NetworkClass, f64>) -> Result<Self, String> {
        checked("networks", given.values().copied())?;
        let mut classes = [0.0; NetworkClass::ALL.len()];
        for class in NetworkClass::ALL {
            classes[usize::from(class.code())] =
                *given.get(&class).ok_or_else(|| format!("networks has no {class}"))?;
        }
        Ok(Self(classes))
    }
}

/// A probability for every client family: listed ones of their own, others share what their kind has left.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "ClientsFile")]
pub(super) struct Clients {
    families: BTreeMap<String, f64>,
    kinds: BTreeMap<ClientKind, f64>,
}

impl Clients {
    pub(super) fn get(&self, family: &str, kind: ClientKind) -> f64 {
        let listed = self.families.get(family).or_else(|| self.kinds.get(&kind));
        listed.copied().unwrap_or(0.01)
    }
}

#[derive(Deserialize)]
struct ClientsFile {
    families: BTreeMap<String, f64>,
    kinds: BTreeMap<ClientKind, Residue>,
}

/// What a kind has left, and among how many families.
#[derive(Deserialize)]
struct Residue {
    mass: f64,
    #[serde(alias = "regions")]
    families: u16,
}

impl Residue {
    fn share(&self) -> f64 {
        self.mass / f64::from(self.families.max(1))
    }
}

impl TryFrom<ClientsFile> for Clients {
    type Error = String;

    fn try_from(file: ClientsFile) -> Result<Self, String> {
        let kinds = file.kinds.values().map(|residue| residue.mass);
        checked("clients", file.families.values().copied().chain(kinds))?;
        if let Some(kind) = ClientKind::ALL.iter().find(|kind| !file.kinds.contains_key(kind)) {
            return Err(format!("clients has no kind {kind}"));
        }
        let kinds = file.kinds.iter().map(|(&kind, residue)| (kind, residue.share())).collect();
        Ok(Self { families: file.families, kinds })
    }
}

/// A probability for every region.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "RegionsFile")]
pub(super) struct Regions {
    listed: BTreeMap<String, f64>,
    other: f64,
}

impl Regions {
    pub(super) fn get(&self, region: &str) -> f64 {
        self.listed.get(region).copied().unwrap_or(self.other)
    }
}

#[derive(Deserialize)]
struct RegionsFile {
    listed: BTreeMap<String, f64>,
    others: Residue,
}

impl TryFrom<RegionsFile> for Regions {
    type Error = String;

    fn try_from(file: RegionsFile) -> Result<Self, String> {
        checked("regions", file.listed.values().copied().chain([file.others.mass]))?;
        Ok(Self { other: file.others.share(), listed: file.listed })
    }
}

/// A ratio with a probability of nothing would be infinite: everything must be possible.
fn checked(name: &str, values: impl Iterator<Item = f64>) -> Result<(), String> {
    let mut sum = 0.0;
    for value in values {
        if value.is_nan() || value <= 0.0 {
            return Err(format!("{name}: {value} is no probability above 0"));
        }
        sum += value;
    }
    if (sum - 1.0).abs() > TOLERANCE {
        return Err(format!("{name} sums to {sum}, not to 1"));
    }
    Ok(())
}
