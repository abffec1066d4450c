//! The compiled tables: against rows of their sources, and their search against a plain scan.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::{builtin, ip};
use crate::address::ranges::Ranges;
use crate::address::systems::System;
use crate::address::{NetworkClass, hosting, providers, systems};

type Row = (u128, u128, u32);

#[test]
fn rows_of_the_source_are_found_again() {
    let rows = include_str!("../../../../../data/as-samples.tsv").lines();
    let mut count = 0;
    for line in rows.filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [first, last, number, name] = fields[..] else { panic!("{line}") };
        for end in [first, last] {
            let system = System::of(ip(end)).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(system.number.to_string(), number, "{line}");
            assert_eq!(system.name().unwrap_or_default(), name, "{line}");
        }
        count += 1;
    }
    assert!(count > 300, "{count}");
}

#[test]
fn ranges_are_sorted_and_apart() {
    for rows in
        [systems::rows(true), systems::rows(false), providers::rows(true), providers::rows(false)]
    {
        assert!(rows.len() > 1000, "{}", rows.len());
        assert!(rows.iter().all(|(first, last, _)| first <= last));
        assert!(rows.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}

#[test]
fn borders_of_ranges_are_exact() {
    for v4 in [true, false] {
        let rows = systems::rows(v4);
        // Steps of 11 meet every position in a block.
        for at in (1..rows.len() - 1).step_by(11) {
            let (before, (first, last, label), after) = (rows[at - 1], rows[at], rows[at + 1]);
            let left = (before.1 + 1 == first).then_some(before.2);
            let right = (last + 1 == after.0).then_some(after.2);
            for (address, expected) in
                [(first - 1, left), (first, Some(label)), (last, Some(label)), (last + 1, right)]
            {
                let found = System::of(address_of(address, v4)).map(System::label);
                assert_eq!(found, expected, "{}", address_of(address, v4));
            }
        }
    }
}

#[test]
fn damaged_files_are_refused_or_empty() {
    assert!(Ranges::parse(b"").is_none());
    assert!(Ranges::parse(b"KHRANGE1").is_none());
    assert!(Ranges::parse(b"KHRANGE12026-06-17\xff\xff\xff\xff\xff\xff\xff\xff").is_none());
    assert_eq!(Ranges::default().find(ip("8.8.8.8")), None);
}

#[test]
fn our_list_of_systems_is_well_formed() {
    let all = hosting::all();
    let lines = include_str!("../../../../../data/hosting-as.tsv").lines();
    assert_eq!(
        lines.filter(|line| !line.starts_with('#')).count(),
        all.len(),
        "an unknown class, or an AS twice"
    );
    for (number, provider) in all {
        assert_ne!(provider.class, NetworkClass::Other, "{number}");
        assert!(systems::name(*number).is_some(), "AS{number} is not in the snapshot");
    }
}

fn address_of(address: u128, v4: bool) -> IpAddr {
    if v4 {
        IpAddr::V4(Ipv4Addr::from(address as u32))
    } else {
        IpAddr::V6(Ipv6Addr::from(address))
    }
}

/// Compares the search with looking at every range.
fn agrees_with_a_scan(address: u128, v4: bool) {
    static ROWS: LazyLock<[[Vec<Row>; 2]; 2]> =
        LazyLock::new(|| [false, true].map(|v4| [systems::rows(v4), providers::rows(v4)]));
    let ip = address_of(address, v4);
    let [system, provider] = ROWS[usize::from(v4)]
        .each_ref()
        .map(|rows| rows.iter().find(|row| row.0 <= address && address <= row.1).map(|row| row.2));
    assert_eq!(System::of(ip).map(System::label), system, "{ip}");
    assert_eq!(providers::of(ip).is_some(), provider.is_some(), "{ip}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn search_agrees_with_a_scan_anywhere(address in any::<u32>()) {
        agrees_with_a_scan(address.into(), true);
    }

    #[test]
    fn search_agrees_with_a_scan_in_used_ipv6_space(
        high in 0x2001_0000_u32..0x2c10_0000,
        low in any::<u128>(),
    ) {
        agrees_with_a_scan(u128::from(high) << 96 | low >> 32, false);
    }

    #[test]
    fn every_address_has_an_answer(bytes in any::<u128>()) {
        let address = builtin(&Ipv6Addr::from(bytes).to_string());
        prop_assert!(address.known.is_none() && !address.threat);
    }
}
