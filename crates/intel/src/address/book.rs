//! The address book: the built-in tables and what the user adds to them.

use std::net::IpAddr;
use std::sync::LazyLock;

use compact_str::CompactString;
use maxminddb::MaxMindDbError;

use super::list::{ListError, network, not_an_address};
use super::mmdb::Database;
use super::prefixes::Prefixes;
use super::providers::Provider;
use super::systems::System;
use super::{
    Address, Country, NetworkClass, SystemName, aws, hosting, list, providers, special, systems,
};

/// Answers what is known about an address; immutable once built, shared by all threads.
///
/// The built-in tables are always there. What the user adds comes first: own networks, then own lists,
/// then own databases.
#[derive(Debug, Default)]
pub struct AddressBook {
    known: Prefixes<u32>,
    known_names: Vec<CompactString>,
    listed: Prefixes<Provider>,
    threats: Prefixes<()>,
    aws: Prefixes<u32>,
    regions: Vec<CompactString>,
    databases: Vec<Database>,
}

static BUILTIN: LazyLock<AddressBook> = LazyLock::new(AddressBook::new);

const TOR: Provider = Provider { class: NetworkClass::Tor, name: "Tor" };
const VPN: Provider = Provider { class: NetworkClass::Vpn, name: "VPN" };
const AWS: Provider = Provider { class: NetworkClass::Aws, name: "AWS" };

impl AddressBook {
    /// A book with the built-in tables only, to be added to.
    pub fn new() -> Self {
        Self::default()
    }

    /// The shared book with the built-in tables only.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Adds the user's own networks, as (CIDR or address, name) pairs; the narrowest one names an address.
    pub fn with_known_networks<'a>(
        mut self,
        networks: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ListError> {
        let mut nets = Vec::new();
        for (at, (cidr, name)) in networks.into_iter().enumerate() {
            let net = network(cidr).ok_or_else(|| ListError {
                list: "known networks",
                line: at + 1,
                problem: not_an_address(cidr),
            })?;
            nets.push((net, index(&mut self.known_names, name)));
        }
        self.known.extend(nets);
        Ok(self)
    }

    /// Adds a list of Tor exits, one address or network per line.
    pub fn with_tor_list(mut self, text: &str) -> Result<Self, ListError> {
        self.listed.extend(list::parse("tor", text)?.into_iter().map(|net| (net, TOR)));
        Ok(self)
    }

    /// Adds a list of VPN and proxy addresses.
    pub fn with_vpn_list(mut self, text: &str) -> Result<Self, ListError> {
        self.listed.extend(list::parse("vpn", text)?.into_iter().map(|net| (net, VPN)));
        Ok(self)
    }

    /// Adds a list of addresses known to be hostile.
    pub fn with_threat_list(mut self, text: &str) -> Result<Self, ListError> {
        self.threats.extend(list::parse("threat", text)?.into_iter().map(|net| (net, ())));
        Ok(self)
    }

    /// Adds AWS's `ip-ranges.json`, which tells regions and is newer than the built-in table.
    pub fn with_aws_ranges(mut self, json: &str) -> Result<Self, ListError> {
        let ranges = aws::parse(json)?;
        let nets: Vec<_> = ranges
            .into_iter()
            .map(|(net, region)| (net, index(&mut self.regions, region)))
            .collect();
        self.aws.extend(nets);
        Ok(self)
    }

    /// Adds an MMDB database (City, Country, ASN, Anonymous-IP or with the same field names); the first one
    /// that knows a field answers it.
    pub fn with_mmdb(mut self, bytes: Vec<u8>) -> Result<Self, MaxMindDbError> {
        self.databases.push(Database::open(bytes)?);
        Ok(self)
    }

    /// Everything known about an address.
    pub fn lookup(&self, ip: IpAddr) -> Address<'_> {
        let ip = ip.to_canonical();
        let known = self.known.find(ip).and_then(|name| self.known_names.get(name as usize));
        let mut address = Address {
            class: NetworkClass::Other,
            country: None,
            asn: None,
            provider: None,
            known: known.map(CompactString::as_str),
            aws_region: None,
            threat: self.threats.find(ip).is_some(),
            system: SystemName::Unknown,
        };
        if let Some(class) = special::class(ip) {
            address.class = if known.is_some() { NetworkClass::Known } else { class };
            return address;
        }
        let mut class = None;
        for answer in self.databases.iter().filter_map(|database| database.find(ip)) {
            address.country = address.country.or(answer.country);
            if address.asn.is_none() && answer.asn.is_some() {
                address.asn = answer.asn;
                address.system = answer.as_name.map_or(SystemName::Unknown, SystemName::Given);
            }
            class = class.or(answer.class);
        }
        address.country = address.country.or_else(|| country(ip));
        if address.asn.is_none()
            && let Some(system) = System::of(ip)
        {
            address.asn = Some(system.number);
            address.system = SystemName::Builtin(system);
        }
        if let Some(region) = self.aws.find(ip).and_then(|region| self.regions.get(region as usize))
        {
            address.aws_region = Some(region.as_str()).filter(|region| *region != "GLOBAL");
        }
        let provider = self.provider(ip, address.asn);
        address.provider = provider.map(|provider| provider.name);
        address.class = match (known, self.listed.find(ip), class) {
            (Some(_), _, _) => NetworkClass::Known,
            (None, Some(listed), _) => {
                address.provider = Some(listed.name);
                listed.class
            }
            // A database calls the large clouds hosting too; the table is finer there.
            (None, None, Some(NetworkClass::Hosting)) => {
                provider.map_or(NetworkClass::Hosting, |provider| provider.class)
            }
            (None, None, Some(class)) => class,
            (None, None, None) => provider.map_or(NetworkClass::Other, |provider| provider.class),
        };
        address
    }

    /// Name of an autonomous system of the built-in snapshot, by its number.
    pub fn as_name(number: u32) -> Option<&'static str> {
        systems::name(number)
    }

    /// Day of the built-in snapshot of autonomous systems, `YYYY-MM-DD`.
    pub fn snapshot_date() -> &'static str {
        systems::date()
    }

    /// Day of the built-in table of providers, VPNs and Tor exits, `YYYY-MM-DD`.
    pub fn providers_date() -> &'static str {
        providers::date()
    }

    fn provider(&self, ip: IpAddr, asn: Option<u32>) -> Option<Provider> {
        let published = providers::of(ip);
        match published {
            // Exits of VPNs and Tor stand inside clouds and hosters: they say more than the cloud does.
            Some(provider) if provider.class.is_anonymous() => Some(provider),
            _ if self.aws.find(ip).is_some() => Some(AWS),
            Some(provider) => Some(provider),
            None => asn.and_then(hosting::of),
        }
    }
}

/// Registered country from the delegation files of the registries.
fn country(ip: IpAddr) -> Option<Country> {
    let code = match ip {
        IpAddr::V4(v4) => iptocc::country_code(v4),
        IpAddr::V6(v6) => iptocc::country_code(v6),
    };
    code.and_then(Country::parse)
}

fn index(names: &mut Vec<CompactString>, name: &str) -> u32 {
    let at = names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.into());
        names.len() - 1
    });
    at as u32
}
