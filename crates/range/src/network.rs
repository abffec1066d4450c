//! Where calls come from: real public address ranges by what stands behind them.

use std::net::Ipv4Addr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::seed::Dice;

/// What stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkKind {
    /// A line to somebody's home.
    Home,
    /// A mobile carrier.
    Mobile,
    /// A company's line.
    Office,
    /// A consumer VPN.
    Vpn,
    /// A hosting company.
    Hosting,
    /// A large cloud other than AWS.
    Cloud,
    /// AWS.
    Aws,
    /// Tor exits.
    Tor,
}

/// A network with its address ranges.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Its name in parameter files.
    pub name: String,
    /// What stands behind its addresses.
    pub kind: NetworkKind,
    /// ISO 3166 code of the country that address tables give.
    pub country: String,
    /// The number of the autonomous system that announces it.
    #[serde(rename = "as")]
    pub system: u32,
    /// The AWS region, for AWS.
    pub region: Option<String>,
    prefixes: Vec<String>,
}

impl Network {
    /// An address of it.
    pub fn address(&self, dice: &mut Dice) -> Ipv4Addr {
        let Some((base, length)) = dice.pick(&self.prefixes).and_then(|prefix| parse(prefix))
        else {
            return Ipv4Addr::UNSPECIFIED;
        };
        let offset = dice.below(1 << (32 - length)) as u32;
        // The first and last address of a /24 are rarely anybody's.
        let last = (offset & 0xff).clamp(2, 253);
        Ipv4Addr::from_bits(base.to_bits() | (offset & !0xff) | last)
    }

    /// Whether an address is in one of its ranges.
    pub fn holds(&self, address: Ipv4Addr) -> bool {
        self.prefixes.iter().filter_map(|prefix| parse(prefix)).any(|(base, length)| {
            (base.to_bits() ^ address.to_bits()).leading_zeros() >= u32::from(length)
        })
    }
}

/// Reads `88.198.0.0/16`.
fn parse(prefix: &str) -> Option<(Ipv4Addr, u8)> {
    let (base, length) = prefix.split_once('/')?;
    let length = length.parse().ok().filter(|length| (8..=24).contains(length))?;
    Some((base.parse().ok()?, length))
}

/// The table of networks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Networks {
    network: Vec<Network>,
}

impl Networks {
    /// The table that is shipped.
    pub fn shipped() -> Result<&'static Self> {
        static SHIPPED: LazyLock<std::result::Result<Networks, String>> = LazyLock::new(|| {
            let text = include_str!("../../../data/range/networks.toml");
            let networks: Networks = toml::from_str(text).map_err(|error| error.to_string())?;
            let mut prefixes = networks.network.iter().flat_map(|network| &network.prefixes);
            match prefixes.find(|prefix| parse(prefix).is_none()) {
                Some(wrong) => Err(format!("no prefix from /8 to /24: {wrong}")),
                None => Ok(networks),
            }
        });
        SHIPPED.as_ref().map_err(|reason| Error::Data {
            file: "data/range/networks.toml".to_owned(),
            reason: reason.clone(),
        })
    }

    /// The network of this name.
    pub fn named(&self, name: &str) -> Result<&Network> {
        self.network.iter().find(|network| network.name == name).ok_or_else(|| Error::Data {
            file: "data/range/networks.toml".to_owned(),
            reason: format!("no network {name}"),
        })
    }

    /// AWS's own addresses in a region; those of us-east-1 for a region that the table lacks.
    pub fn aws(&self, region: &str) -> Result<&Network> {
        self.named(&format!("aws-{region}")).or_else(|_| self.named("aws-us-east-1"))
    }

    /// The networks of a kind, in a country if one is given.
    pub fn of(&self, kind: NetworkKind, country: Option<&str>) -> Vec<&Network> {
        self.network
            .iter()
            .filter(|network| network.kind == kind)
            .filter(|network| country.is_none_or(|country| network.country == country))
            .collect()
    }

    /// The network that an address belongs to, if the table has it.
    pub fn find(&self, address: Ipv4Addr) -> Option<&Network> {
        self.network.iter().find(|network| network.holds(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn every_network_gives_addresses_of_its_own() {
        let networks = Networks::shipped().unwrap();
        let mut dice = Seed::new(3).dice();
        for network in &networks.network {
            for _ in 0..50 {
                let address = network.address(&mut dice);
                assert!(network.holds(address), "{} {address}", network.name);
                assert_eq!(networks.find(address).unwrap().name, network.name, "{address}");
            }
        }
    }

    #[test]
    fn every_kind_has_a_network() {
        use NetworkKind::{Aws, Cloud, Home, Hosting, Mobile, Office, Tor, Vpn};
        let networks = Networks::shipped().unwrap();
        for kind in [Home, Mobile, Office, Vpn, Hosting, Cloud, Aws, Tor] {
            assert!(!networks.of(kind, None).is_empty(), "{kind:?}");
        }
        assert!(networks.named("nowhere").is_err());
    }

    /// What the product's own table says of an address is what the network here is said to be.
    #[test]
    fn a_table_of_autonomous_systems_agrees() {
        let mut dice = Seed::new(3).dice();
        for network in &Networks::shipped().unwrap().network {
            let wrong = (0..60)
                .filter(|_| {
                    let address = network.address(&mut dice).into();
                    let known = intel::address::AddressBook::builtin().lookup(address);
                    known.asn != Some(network.system)
                })
                .count();
            assert!(wrong <= 4, "{}: {wrong} of 60", network.name);
        }
    }
}
