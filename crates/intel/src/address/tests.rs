//! Tests of the address book against known addresses, against its sources, and against plain scans.

mod fixtures;
mod lists;
mod tables;

use std::net::IpAddr;

use super::{AddressBook, Country, NetworkClass};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn builtin(text: &str) -> super::Address<'static> {
    AddressBook::builtin().lookup(ip(text))
}

#[test]
fn known_addresses_have_their_class() {
    let table = [
        ("52.95.110.1", NetworkClass::Aws, Some("AWS")),
        ("3.5.140.2", NetworkClass::Aws, Some("AWS")),
        ("2600:1f18::1", NetworkClass::Aws, Some("AWS")),
        ("20.42.0.1", NetworkClass::OtherCloud, Some("Microsoft Azure")),
        ("2603:1030::1", NetworkClass::OtherCloud, Some("Microsoft Azure")),
        ("34.82.1.5", NetworkClass::OtherCloud, Some("Google Cloud")),
        ("8.8.8.8", NetworkClass::OtherCloud, Some("Google")),
        ("66.249.66.1", NetworkClass::OtherCloud, Some("Google")),
        ("140.82.121.4", NetworkClass::OtherCloud, Some("GitHub")),
        ("129.146.1.1", NetworkClass::OtherCloud, Some("Oracle Cloud")),
        ("47.88.1.1", NetworkClass::OtherCloud, Some("Alibaba Cloud")),
        ("104.131.0.1", NetworkClass::Hosting, Some("DigitalOcean")),
        ("159.89.1.1", NetworkClass::Hosting, Some("DigitalOcean")),
        ("88.198.50.1", NetworkClass::Hosting, Some("Hetzner")),
        ("2a01:4f8::1", NetworkClass::Hosting, Some("Hetzner")),
        ("51.38.1.1", NetworkClass::Hosting, Some("OVHcloud")),
        ("45.33.32.156", NetworkClass::Hosting, Some("Linode")),
        ("45.76.1.1", NetworkClass::Hosting, Some("Vultr")),
        // Not in the published ranges, but announced by an AS of our list.
        ("2.57.28.9", NetworkClass::Hosting, Some("M247")),
        ("2.58.36.9", NetworkClass::Vpn, Some("PacketHub")),
        ("23.144.160.67", NetworkClass::Vpn, Some("Mullvad")),
        ("2001:ac8:a:f::f001", NetworkClass::Vpn, Some("Mullvad")),
        ("146.70.161.162", NetworkClass::Vpn, Some("Proton VPN")),
        ("185.220.101.1", NetworkClass::Tor, Some("Tor")),
        ("107.189.30.69", NetworkClass::Tor, Some("Tor")),
        ("104.28.28.79", NetworkClass::Relay, Some("Apple Private Relay")),
        ("172.224.26.9", NetworkClass::Relay, Some("Apple Private Relay")),
        ("104.16.1.1", NetworkClass::Cdn, Some("Cloudflare")),
        ("1.1.1.1", NetworkClass::Cdn, Some("Cloudflare")),
        ("151.101.1.1", NetworkClass::Cdn, Some("Fastly")),
        ("1.2.3.4", NetworkClass::Other, None),
        ("91.64.1.1", NetworkClass::Other, None),
        ("73.162.1.1", NetworkClass::Other, None),
        ("10.1.2.3", NetworkClass::Private, None),
        ("172.16.0.1", NetworkClass::Private, None),
        ("172.31.255.255", NetworkClass::Private, None),
        ("192.168.1.1", NetworkClass::Private, None),
        ("100.64.0.1", NetworkClass::Private, None),
        ("169.254.169.254", NetworkClass::Private, None),
        ("127.0.0.1", NetworkClass::Private, None),
        ("::1", NetworkClass::Private, None),
        ("fd00:ec2::254", NetworkClass::Private, None),
        ("fe80::1", NetworkClass::Private, None),
        ("192.0.2.7", NetworkClass::Reserved, None),
        ("198.51.100.7", NetworkClass::Reserved, None),
        ("203.0.113.7", NetworkClass::Reserved, None),
        ("224.0.0.251", NetworkClass::Reserved, None),
        ("255.255.255.255", NetworkClass::Reserved, None),
        ("0.0.0.0", NetworkClass::Reserved, None),
        ("::", NetworkClass::Reserved, None),
        ("2001:db8::1", NetworkClass::Reserved, None),
        ("ff02::1", NetworkClass::Reserved, None),
    ];
    for (text, class, provider) in table {
        let address = builtin(text);
        assert_eq!((address.class, address.provider), (class, provider), "{text}");
    }
}

#[test]
fn borders_of_private_networks() {
    for (outside, inside) in [
        ("9.255.255.255", "10.0.0.0"),
        ("11.0.0.0", "10.255.255.255"),
        ("172.15.255.255", "172.16.0.0"),
        ("172.32.0.0", "172.31.255.255"),
        ("192.167.255.255", "192.168.0.0"),
        ("192.169.0.0", "192.168.255.255"),
        ("100.63.255.255", "100.64.0.0"),
        ("100.128.0.0", "100.127.255.255"),
        ("169.253.255.255", "169.254.0.0"),
        ("fbff::1", "fc00::1"),
    ] {
        assert_ne!(builtin(outside).class, NetworkClass::Private, "{outside}");
        assert_eq!(builtin(inside).class, NetworkClass::Private, "{inside}");
    }
}

#[test]
fn mapped_addresses_are_ipv4_addresses() {
    let (mapped, plain) = (builtin("::ffff:185.220.101.1"), builtin("185.220.101.1"));
    assert_eq!((mapped.class, mapped.asn, mapped.country), (plain.class, plain.asn, plain.country));
}

#[test]
fn systems_and_countries() {
    let google = builtin("8.8.8.8");
    assert_eq!((google.asn, google.as_name()), (Some(15169), Some("Google LLC")));
    assert_eq!(google.country, Country::parse("US"));
    assert_eq!(builtin("88.198.50.1").country, Country::parse("DE"));
    assert_eq!(builtin("10.0.0.1").asn, None);
    assert_eq!(AddressBook::as_name(24940), Some("Hetzner Online GmbH"));
    assert_eq!(AddressBook::as_name(4_294_967_295), None);
}

#[test]
fn snapshots_are_dated() {
    for date in [AddressBook::snapshot_date(), AddressBook::providers_date()] {
        assert_eq!(date.len(), 10, "{date}");
        assert!(date.starts_with("20"), "{date}");
    }
}

#[test]
fn names_of_classes_read_back() {
    for class in NetworkClass::ALL {
        assert_eq!(NetworkClass::from_name(class.as_str()), Some(class));
        assert_eq!(NetworkClass::from_code(class.code()), Some(class));
        assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
    }
    assert_eq!(NetworkClass::from_code(99), None);
}

#[test]
fn countries_are_two_capital_letters() {
    assert_eq!(Country::parse("DE").map(|c| c.to_string()).as_deref(), Some("DE"));
    for wrong in ["", "D", "de", "DEU", "É", "1A"] {
        assert_eq!(Country::parse(wrong), None, "{wrong}");
    }
    let country: Country = serde_json::from_str("\"CH\"").unwrap();
    assert_eq!(serde_json::to_string(&country).unwrap(), "\"CH\"");
    assert!(serde_json::from_str::<Country>("\"che\"").is_err());
}

#[test]
fn a_book_can_be_shared() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<AddressBook>();
}
