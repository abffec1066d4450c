//! Which addresses may be talked to: a webhook must not be a way into the network that Keyhound
//! runs in, nor to the credentials of its machine.
//!
//! The ranges are those of the IANA special-purpose address registries
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>, and the same for IPv6), with the
//! metadata services of the large clouds.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anywhere.
    Public,
    /// This machine or this network: only where the configuration allows it.
    Private,
    /// Link-local, metadata, multicast, unassigned: never a receiver.
    Never,
}

/// What an address is for. Addresses that carry another one are judged by that.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        // This network, link-local with the metadata services, protocol assignments with Oracle's,
        // documentation, the relay anycast of 6to4, benchmarks, multicast, reserved, broadcast; and
        // Alibaba's metadata service among the addresses of carriers.
        [0 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [100, 100, 100, 200] => Reach::Never,
        // Loopback, private networks, carriers.
        [127 | 10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
            Reach::Private
        }
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let segments = address.segments();
    // AWS's metadata and time services among the private addresses, Teredo and the rest of what
    // IETF keeps for protocols, documentation.
    let kept = matches!(
        segments,
        [0xfd00, 0xec2, ..] | [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..]
    );
    if kept {
        return Reach::Never;
    }
    match segments {
        // Mapped, translated (NAT64) and 6to4 addresses carry one of IPv4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            reach_v4(Ipv4Addr::new(a, b, c, d))
        }
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff, ..] => Reach::Private,
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Never,
    }
}

/// Why an address is refused; `None` if it may be talked to.
pub(crate) fn refusal(address: IpAddr, allow_private: bool) -> Option<Refused> {
    match reach(address) {
        Reach::Public => None,
        Reach::Private if allow_private => None,
        Reach::Private => Some(Refused::Private),
        Reach::Never => Some(Refused::Never),
    }
}

/// Why a receiver is not talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// It is on this machine or in a private network.
    #[error(
        "the receiver is on this machine or in a private network; if that is meant, set \
         connection.allow_private = true"
    )]
    Private,
    /// It has an address that no receiver has.
    #[error(
        "the receiver has a link-local, metadata or reserved address, which is never talked to; \
         check the address"
    )]
    Never,
}

#[cfg(test)]
mod tests {
    use super::{Reach, reach};

    #[test]
    fn addresses_are_what_the_registries_say() {
        let cases = [
            (
                Reach::Public,
                "8.8.8.8 52.95.110.1 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1 192.1.0.1 198.20.0.1 223.255.255.255 2606:4700::1 2a00:1450::1 2001:4860::8888 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1",
            ),
            (
                Reach::Private,
                "127.0.0.1 127.255.255.255 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 ::1 fc00::1 fdff::1 ::ffff:127.0.0.1 ::ffff:10.1.2.3 64:ff9b::192.168.0.1 2002:7f00:1::",
            ),
            (
                Reach::Never,
                "0.0.0.0 0.1.2.3 169.254.169.254 169.254.170.2 100.100.100.200 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.9 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: fe80::1 ff02::1 fd00:ec2::254 2001::1 2001:db8::1 ::ffff:169.254.169.254 64:ff9b::169.254.169.254 2002:a9fe:a9fe:: ::169.254.169.254 4000::1 fec0::1",
            ),
        ];
        for (expected, addresses) in cases {
            for address in addresses.split(' ') {
                assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
            }
        }
    }
}
