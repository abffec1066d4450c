//! Address → country, autonomous system, provider and network class.

mod aws;
mod book;
mod country;
mod hosting;
mod list;
mod mmdb;
mod prefixes;
mod providers;
mod ranges;
mod special;
mod systems;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use book::AddressBook;
pub use country::Country;
pub use list::{ListError, ListProblem};
use systems::System;

/// What is known about one address; borrowed from the [`AddressBook`] that looked it up.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// The kind of network the address belongs to.
    pub class: NetworkClass,
    /// Registered country: where the block was assigned, which is not always where it is used.
    pub country: Option<Country>,
    /// Number of the autonomous system that announces it.
    pub asn: Option<u32>,
    /// Cloud, hoster, VPN or relay by name, such as `DigitalOcean` or `Tor`.
    pub provider: Option<&'a str>,
    /// The user's name for the network, if it is one of theirs.
    pub known: Option<&'a str>,
    /// AWS region of the address, known only with the user's copy of AWS's own list.
    pub aws_region: Option<&'a str>,
    /// Whether one of the user's threat lists names the address.
    pub threat: bool,
    system: SystemName<'a>,
}

/// Where the name of the autonomous system comes from; built-in names stay packed until somebody asks.
#[derive(Clone, Copy, Debug)]
enum SystemName<'a> {
    Unknown,
    Given(&'a str),
    Builtin(System),
}

impl<'a> Address<'a> {
    /// Name of the autonomous system; for display, so it may cost a few milliseconds the first time.
    pub fn as_name(&self) -> Option<&'a str> {
        match self.system {
            SystemName::Unknown => None,
            SystemName::Given(name) => Some(name),
            SystemName::Builtin(system) => system.name(),
        }
    }

    /// The network in words: number and name of the system, class, country; parts that are not
    /// known are left out.
    pub fn in_words(&self) -> String {
        let name = self.known.or(self.provider).or_else(|| self.as_name());
        let number = self.asn.map(|number| format!("AS{number}"));
        let system: Vec<String> = number.into_iter().chain(name.map(str::to_owned)).collect();
        let country = self.country.map(|country| country.as_str().to_owned());
        let parts = [system.join(" "), self.class.as_str().to_owned(), country.unwrap_or_default()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// The kind of network an address belongs to.
///
/// `Other` means absence of evidence: most often an access provider or a company, but consumer VPNs and
/// residential proxies that nobody lists are here too.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum NetworkClass {
    /// In no list: residential, corporate, mobile, or unlisted.
    #[default]
    Other = 0,
    /// One of the user's own networks.
    Known = 1,
    /// Amazon's address space, the user's own instances as well as anybody else's.
    Aws = 2,
    /// Another large public cloud.
    OtherCloud = 3,
    /// A hoster of servers.
    Hosting = 4,
    /// A consumer VPN or public proxy.
    Vpn = 5,
    /// A Tor exit.
    Tor = 6,
    /// A relay that hides ordinary consumers, such as Apple's.
    Relay = 7,
    /// A content network or security gateway.
    Cdn = 8,
    /// Private, shared, link-local or loopback addresses, as seen through VPC endpoints.
    Private = 9,
    /// Multicast, documentation and other addresses no host can have.
    Reserved = 10,
}

impl NetworkClass {
    /// All classes in the order of their codes.
    pub const ALL: [Self; 11] = [
        Self::Other,
        Self::Known,
        Self::Aws,
        Self::OtherCloud,
        Self::Hosting,
        Self::Vpn,
        Self::Tor,
        Self::Relay,
        Self::Cdn,
        Self::Private,
        Self::Reserved,
    ];

    /// Stable number of the class, for compact storage.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The class with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }

    /// Lower-case name, as in output and data files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Known => "known",
            Self::Aws => "aws",
            Self::OtherCloud => "othercloud",
            Self::Hosting => "hosting",
            Self::Vpn => "vpn",
            Self::Tor => "tor",
            Self::Relay => "relay",
            Self::Cdn => "cdn",
            Self::Private => "private",
            Self::Reserved => "reserved",
        }
    }

    /// Whether servers live there rather than people: their credentials belong to programs.
    pub const fn is_server(self) -> bool {
        matches!(self, Self::Aws | Self::OtherCloud | Self::Hosting)
    }

    /// Whether the network exists to hide who is behind it.
    pub const fn is_anonymous(self) -> bool {
        matches!(self, Self::Vpn | Self::Tor | Self::Relay)
    }
}

impl fmt::Display for NetworkClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
