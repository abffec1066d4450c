//! Networks at three distances: the address range, the system that announces it, the place.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use compact_str::CompactString;
use intel::address::{Country, NetworkClass};
use serde::{Deserialize, Serialize};

/// The nearest view: a /24, a /48, a VPC endpoint, or whatever text stood in the record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Prefix {
    /// An IPv4 /24: the upper 24 bits.
    V4(u32),
    /// An IPv6 /48: the upper 48 bits.
    V6(u64),
    /// A VPC endpoint; the address behind it means nothing outside that network.
    Endpoint(CompactString),
    /// A text that is no address.
    Text(CompactString),
}

/// The middle view: the autonomous system, or the range itself where no system is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum System {
    /// An autonomous system by its number.
    Number(u32),
    /// A cloud, hoster or VPN by its name: large ones announce their addresses by many systems.
    Provider(CompactString),
    /// A range that no known system announces.
    Unlisted(Prefix),
}

/// The far view: what kind of network in which country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The kind of network.
    pub class: NetworkClass,
    /// The country in which the range is registered.
    pub country: Option<Country>,
}

/// One network in all three views.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    /// The range.
    pub prefix: Prefix,
    /// Who announces it.
    pub system: System,
    /// What and where it is.
    pub place: Place,
}

impl Prefix {
    /// The range that an address belongs to.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::V4(u32::from(address) >> 8),
            IpAddr::V6(address) => Self::V6((u128::from(address) >> 80) as u64),
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(bits) => write!(formatter, "{}/24", Ipv4Addr::from(bits << 8)),
            Self::V6(bits) => write!(formatter, "{}/48", Ipv6Addr::from(u128::from(*bits) << 80)),
            Self::Endpoint(text) | Self::Text(text) => formatter.write_str(text),
        }
    }
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "AS{number}"),
            Self::Provider(name) => formatter.write_str(name),
            Self::Unlisted(prefix) => fmt::Display::fmt(prefix, formatter),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.class.as_str())?;
        match &self.country {
            Some(country) => write!(formatter, ", {}", country.as_str()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Prefix;

    #[test]
    fn ranges_print_as_people_write_them() {
        let range = |text: &str| Prefix::of(text.parse().unwrap()).to_string();
        assert_eq!(range("198.51.100.77"), "198.51.100.0/24");
        assert_eq!(range("2001:db8:1:2::3"), "2001:db8:1::/48");
    }
}
