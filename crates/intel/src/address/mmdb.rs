//! The user's own MMDB files: City, Country, ASN, Anonymous-IP, and databases that use the same field names.

use std::net::IpAddr;

use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;

use super::{Country, NetworkClass};

/// One database; what it does not know is left to the next one and to the built-in tables.
#[derive(Debug)]
pub(super) struct Database(Reader<Vec<u8>>);

/// What a database says about an address.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer<'a> {
    pub(super) country: Option<Country>,
    pub(super) asn: Option<u32>,
    pub(super) as_name: Option<&'a str>,
    pub(super) class: Option<NetworkClass>,
}

impl Database {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, MaxMindDbError> {
        Reader::from_source(bytes).map(Self)
    }

    /// A record that cannot be decoded counts as no record: the file is the user's and was opened successfully.
    pub(super) fn find(&self, ip: IpAddr) -> Option<Answer<'_>> {
        let record: Record<'_> = self.0.lookup(ip).ok()?.decode().ok()??;
        let class = record.class();
        Some(Answer {
            country: record.country.or(record.registered_country).and_then(Place::code),
            asn: record.autonomous_system_number.or_else(|| record.asn.and_then(number)),
            as_name: record.autonomous_system_organization.or(record.as_name),
            class,
        })
    }
}

/// The fields of `GeoIP2` databases and, under `country`, `asn` and `as_name`, of `IPinfo`'s.
#[derive(Deserialize, Default)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the fields of the database")]
struct Record<'a> {
    #[serde(borrow)]
    country: Option<Place<'a>>,
    #[serde(borrow)]
    registered_country: Option<Place<'a>>,
    autonomous_system_number: Option<u32>,
    autonomous_system_organization: Option<&'a str>,
    asn: Option<&'a str>,
    as_name: Option<&'a str>,
    is_anonymous_vpn: bool,
    is_hosting_provider: bool,
    is_public_proxy: bool,
    is_residential_proxy: bool,
    is_tor_exit_node: bool,
}

impl Record<'_> {
    fn class(&self) -> Option<NetworkClass> {
        if self.is_tor_exit_node {
            Some(NetworkClass::Tor)
        } else if self.is_anonymous_vpn || self.is_public_proxy || self.is_residential_proxy {
            Some(NetworkClass::Vpn)
        } else if self.is_hosting_provider {
            Some(NetworkClass::Hosting)
        } else {
            None
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Place<'a> {
    Code(&'a str),
    Nested { iso_code: Option<&'a str> },
}

impl Place<'_> {
    fn code(self) -> Option<Country> {
        let (Self::Code(code) | Self::Nested { iso_code: Some(code) }) = self else { return None };
        Country::parse(code)
    }
}

/// `AS64500` gives 64500.
fn number(text: &str) -> Option<u32> {
    text.trim_start_matches("AS").parse().ok()
}
