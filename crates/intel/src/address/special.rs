//! Addresses that no provider owns: private, shared, loopback, multicast, documentation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::NetworkClass;

/// `Private` or `Reserved` for special-purpose addresses (RFC 6890 and its registry), else `None`.
pub(super) fn class(ip: IpAddr) -> Option<NetworkClass> {
    match ip {
        IpAddr::V4(ip) => v4(ip),
        IpAddr::V6(ip) => v6(ip),
    }
}

fn v4(ip: Ipv4Addr) -> Option<NetworkClass> {
    match ip.octets() {
        [10 | 127, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        | [169, 254, ..]
        | [100, 64..=127, ..] => Some(NetworkClass::Private),
        [0 | 224..=255, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Some(NetworkClass::Reserved),
        _ => None,
    }
}

fn v6(ip: Ipv6Addr) -> Option<NetworkClass> {
    match ip.segments() {
        [0xfc00..=0xfdff | 0xfe80..=0xfebf, ..] => Some(NetworkClass::Private),
        _ if ip.is_loopback() => Some(NetworkClass::Private),
        [0x0100, 0, 0, 0, ..]
        | [0x2001, 0x0db8, ..]
        | [0x3fff, 0..=0x0fff, ..]
        | [0xff00..=0xffff, ..] => Some(NetworkClass::Reserved),
        _ if ip.is_unspecified() => Some(NetworkClass::Reserved),
        _ => None,
    }
}
