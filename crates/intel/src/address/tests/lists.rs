//! What the user adds: known networks, lists, AWS's ranges, databases.

use ipnet::IpNet;
use proptest::prelude::*;

use super::fixtures;
use super::ip;
use crate::address::prefixes::Prefixes;
use crate::address::{AddressBook, Country, NetworkClass};

#[test]
fn known_networks_come_first_and_the_narrowest_names_an_address() {
    let book = AddressBook::new()
        .with_known_networks([
            ("10.0.0.0/8", "offices"),
            ("10.1.0.0/16", "Berlin"),
            ("185.220.101.1", "our own exit"),
            ("2001:db8:7::/48", "lab"),
        ])
        .unwrap();
    for (text, known) in [
        ("10.0.0.1", Some("offices")),
        ("10.1.0.1", Some("Berlin")),
        ("10.2.0.1", Some("offices")),
        ("185.220.101.1", Some("our own exit")),
        ("2001:db8:7::9", Some("lab")),
        ("2001:db8:8::9", None),
        ("185.220.101.2", None),
    ] {
        let address = book.lookup(ip(text));
        assert_eq!(address.known, known, "{text}");
        assert_eq!(address.class == NetworkClass::Known, known.is_some(), "{text}");
    }
    // What is known otherwise is still told.
    assert_eq!(book.lookup(ip("185.220.101.1")).provider, Some("Tor"));
}

#[test]
fn lists_classify() {
    let book = AddressBook::new()
        .with_tor_list("# exits\n91.64.1.1\nExitNode ABC\nPublished 2026-01-01\nExitAddress 91.64.1.2 2026-01-01 00:00:00\n")
        .and_then(|book| book.with_vpn_list("91.64.2.0/24 ; Example VPN\n\n2a02:8108::/32,comment\n"))
        .and_then(|book| book.with_threat_list("// seen mining\r\n91.64.1.1\r\n1.2.3.0/24\r\n"))
        .unwrap();
    let class = |text| book.lookup(ip(text)).class;
    assert_eq!(class("91.64.1.1"), NetworkClass::Tor);
    assert_eq!(class("91.64.1.2"), NetworkClass::Tor);
    assert_eq!(class("91.64.1.3"), NetworkClass::Other);
    assert_eq!(class("91.64.2.200"), NetworkClass::Vpn);
    assert_eq!(class("2a02:8108::1"), NetworkClass::Vpn);
    assert_eq!(book.lookup(ip("91.64.2.200")).provider, Some("VPN"));
    assert!(book.lookup(ip("91.64.1.1")).threat);
    assert!(book.lookup(ip("1.2.3.4")).threat);
    assert!(!book.lookup(ip("1.2.4.4")).threat);
}

#[test]
fn a_bad_line_is_named_and_harmless() {
    let error =
        AddressBook::new().with_tor_list("1.2.3.4\n\n\u{1b}[31mnot an address\n").unwrap_err();
    assert_eq!((error.list, error.line), ("tor", 3));
    let text = error.to_string();
    assert!(text.starts_with("tor, line 3: `") && text.is_ascii(), "{text}");
    assert!(text.chars().all(|c| !c.is_control()), "{text}");
    let long = "x".repeat(5000);
    let error = AddressBook::new().with_threat_list(&long).unwrap_err();
    assert!(error.to_string().len() < 200);
    let error =
        AddressBook::new().with_known_networks([("10.0.0.0/8", "a"), ("10/8", "b")]).unwrap_err();
    assert_eq!((error.list, error.line), ("known networks", 2));
}

#[test]
fn aws_ranges_tell_regions() {
    let json = r#"{"syncToken": "1", "createDate": "2026-11-01-00-00-00", "prefixes": [
        {"ip_prefix": "3.5.140.0/22", "region": "ap-northeast-2", "service": "AMAZON", "network_border_group": "x"},
        {"ip_prefix": "91.64.0.0/16", "region": "eu-central-1", "service": "EC2", "network_border_group": "x"},
        {"ip_prefix": "52.94.5.0/24", "region": "GLOBAL", "service": "AMAZON", "network_border_group": "x"}],
      "ipv6_prefixes": [{"ipv6_prefix": "2600:1f18::/33", "region": "us-east-1", "service": "EC2", "network_border_group": "x"}]}"#;
    let book = AddressBook::new().with_aws_ranges(json).unwrap();
    for (text, region) in [
        ("3.5.140.2", Some("ap-northeast-2")),
        ("91.64.1.1", Some("eu-central-1")),
        ("52.94.5.1", None),
        ("2600:1f18::5", Some("us-east-1")),
        ("52.95.110.1", None),
    ] {
        let address = book.lookup(ip(text));
        assert_eq!((address.class, address.aws_region), (NetworkClass::Aws, region), "{text}");
    }
    assert!(AddressBook::new().with_aws_ranges("{}").is_err());
    let error = AddressBook::new()
        .with_aws_ranges(r#"{"prefixes": [{"ip_prefix": "nowhere", "region": "x"}]}"#)
        .unwrap_err();
    assert_eq!((error.list, error.line), ("aws ranges", 1));
}

#[test]
fn databases_answer_before_the_tables() {
    let book = AddressBook::new().with_mmdb(fixtures::mmdb()).unwrap();
    let address = book.lookup(ip("91.64.1.1"));
    assert_eq!(address.country, Country::parse("CH"));
    assert_eq!((address.asn, address.as_name()), (Some(64500), Some("Example Carrier")));
    assert_eq!(address.class, NetworkClass::Vpn);
    // The large clouds stay what they are when a database merely calls them hosting.
    assert_eq!(book.lookup(ip("52.95.110.1")).class, NetworkClass::Aws);
    // Where the database is silent, the tables answer.
    assert_eq!(book.lookup(ip("8.8.8.8")).asn, Some(15169));
    assert!(AddressBook::new().with_mmdb(b"not a database".to_vec()).is_err());
}

#[test]
fn two_databases_complete_each_other() {
    let book = AddressBook::new()
        .with_mmdb(fixtures::ipinfo())
        .and_then(|book| book.with_mmdb(fixtures::mmdb()))
        .unwrap();
    let address = book.lookup(ip("91.64.1.1"));
    assert_eq!(address.country, Country::parse("LI"), "the first one wins");
    assert_eq!((address.asn, address.as_name()), (Some(64501), Some("Other Carrier")));
    assert_eq!(address.class, NetworkClass::Vpn, "the second one adds");
}

fn net() -> impl Strategy<Value = IpNet> {
    prop_oneof![
        // Few distinct networks, so that they nest and repeat.
        (0_u32..64, 24_u8..=32).prop_map(|(low, length)| {
            IpNet::new((0x0a00_0000 | low).to_be_bytes().into(), length).unwrap().trunc()
        }),
        (0_u128..64, 120_u8..=128).prop_map(|(low, length)| {
            IpNet::new((u128::MAX - 63 + low).to_be_bytes().into(), length).unwrap().trunc()
        }),
        (0_u8..=2).prop_map(|length| IpNet::new([0; 16].into(), length).unwrap()),
    ]
}

proptest! {
    #[test]
    fn narrowest_prefix_wins(nets in prop::collection::vec(net(), 0..20), low in 0_u32..80) {
        let mut prefixes = Prefixes::default();
        for (at, net) in nets.iter().enumerate() {
            prefixes.extend([(*net, at)]);
        }
        let addresses: [std::net::IpAddr; 2] =
            [(0x0a00_0000 | low).to_be_bytes().into(), (u128::MAX - 79 + u128::from(low)).to_be_bytes().into()];
        for address in addresses {
            // IPv4 lies in IPv6 as mapped addresses do, so the widest IPv6 prefixes hold it.
            let holds = |net: &IpNet| net.contains(&address) || match (net, address) {
                (IpNet::V6(net), std::net::IpAddr::V4(v4)) => net.contains(&v4.to_ipv6_mapped()),
                _ => false,
            };
            let width = |net: &IpNet| match net { IpNet::V4(net) => net.prefix_len() + 96, IpNet::V6(net) => net.prefix_len() };
            let expected = nets.iter().enumerate().filter(|(_, net)| holds(net)).max_by_key(|&(at, net)| (width(net), at));
            prop_assert_eq!(prefixes.find(address), expected.map(|(at, _)| at), "{}", address);
        }
    }
}
