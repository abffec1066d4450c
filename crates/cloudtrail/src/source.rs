//! Where a call came from, as far as the record tells.

use std::fmt;
use std::net::IpAddr;

use compact_str::{CompactString, ToCompactString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What stands in `sourceIPAddress`, told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A public or private address.
    Address(IpAddr),
    /// Through a VPC endpoint: the address is private and means nothing outside that network.
    Endpoint {
        /// `vpcEndpointId`.
        endpoint: CompactString,
        /// The address inside the network, where one was given.
        address: Option<IpAddr>,
    },
    /// An AWS service calls, for example `cloudformation.amazonaws.com`.
    Service(CompactString),
    /// The literal `AWS Internal`.
    Internal,
    /// A text that is none of these, kept as it was written.
    Text(CompactString),
    /// The field is missing or empty.
    Missing,
}

impl Source {
    /// Reads `sourceIPAddress` and `vpcEndpointId`.
    pub fn new(text: &str, endpoint: Option<&str>) -> Self {
        let address = parse_address(text);
        if let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.is_empty()) {
            return Self::Endpoint { endpoint: CompactString::new(endpoint), address };
        }
        if let Some(address) = address {
            return Self::Address(address);
        }
        match text {
            "" => Self::Missing,
            "AWS Internal" => Self::Internal,
            _ if is_service(text) => Self::Service(CompactString::new(text)),
            _ => Self::Text(CompactString::new(text)),
        }
    }

    /// The address, where there is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) => Some(*address),
            Self::Endpoint { address, .. } => *address,
            _ => None,
        }
    }

    /// Whether AWS itself stands in the field. A person can appear so too (console, `CloudShell`,
    /// `AppStream`), so this alone never clears anybody.
    pub fn is_aws(&self) -> bool {
        matches!(self, Self::Service(_) | Self::Internal)
    }
}

/// Reads an address; IPv6-mapped IPv4 counts as IPv4.
fn parse_address(text: &str) -> Option<IpAddr> {
    // Most services' names begin with a letter that could also begin an IPv6 address, so the
    // library decides; an early look at the first byte saves the work on the rest.
    if !text.as_bytes().first()?.is_ascii_hexdigit() && !text.starts_with(':') {
        return None;
    }
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn is_service(text: &str) -> bool {
    let host =
        text.strip_suffix(".amazonaws.com").or_else(|| text.strip_suffix(".amazonaws.com.cn"));
    host.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    })
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(formatter, "{address}"),
            Self::Endpoint { endpoint, address: Some(address) } => {
                write!(formatter, "{address} ({endpoint})")
            }
            Self::Endpoint { endpoint, address: None } => formatter.write_str(endpoint),
            Self::Service(text) | Self::Text(text) => formatter.write_str(text),
            Self::Internal => formatter.write_str("AWS Internal"),
            Self::Missing => formatter.write_str("unknown"),
        }
    }
}

/// Its text in formats for people; in binary ones the two fields that it was read from.
impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        match self {
            Self::Address(address) => (address.to_compact_string(), None::<&str>),
            Self::Endpoint { endpoint, address } => (
                address.map_or_else(CompactString::default, |address| address.to_compact_string()),
                Some(endpoint.as_str()),
            ),
            Self::Missing => (CompactString::default(), None),
            Self::Service(_) | Self::Internal | Self::Text(_) => (self.to_compact_string(), None),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Err(de::Error::custom("the text of a source does not tell its fields apart"));
        }
        let (text, endpoint) = <(&str, Option<&str>)>::deserialize(deserializer)?;
        Ok(Self::new(text, endpoint))
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn the_forms_are_told_apart() {
        let source = |text: &str| Source::new(text, None);
        assert!(matches!(source("198.51.100.7"), Source::Address(_)));
        assert_eq!(source("::ffff:198.51.100.7"), source("198.51.100.7"));
        assert!(matches!(source("2001:db8::1"), Source::Address(_)));
        assert!(matches!(source("ec2.amazonaws.com"), Source::Service(_)));
        assert!(matches!(source("cloudtrail.amazonaws.com.cn"), Source::Service(_)));
        assert_eq!(source("AWS Internal"), Source::Internal);
        assert_eq!(source(""), Source::Missing);
        for nonsense in
            ["225.01.00.16", "evil .amazonaws.com", ".amazonaws.com", "1.2.3.4, 5.6.7.8"]
        {
            assert!(matches!(source(nonsense), Source::Text(_)), "{nonsense:?}");
        }
        let endpoint = Source::new("10.0.0.5", Some("vpce-0abc"));
        assert_eq!(endpoint.to_string(), "10.0.0.5 (vpce-0abc)");
    }
}
