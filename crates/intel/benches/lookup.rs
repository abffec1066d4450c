//! What questions cost, many at a time: addresses, client strings, actions, priors.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use intel::address::AddressBook;
use intel::thief::Thief;
use intel::{action, client};

fn main() {
    // The tables are read on the first question; `cargo bench` measures what comes after.
    black_box(Thief::shipped().action("iam", "CreateUser"));
    black_box(client::parse("warm"));
    divan::main();
}

const QUESTIONS: u32 = 4096;

fn addresses(bencher: Bencher, of: impl Fn(u32) -> IpAddr) {
    // Spread over the space by a multiplicative generator, the same in every run.
    let addresses: Vec<IpAddr> =
        (1..=QUESTIONS).map(|n| of(n.wrapping_mul(2_654_435_761))).collect();
    let book = AddressBook::builtin();
    bencher.counter(ItemsCount::new(QUESTIONS)).bench_local(|| {
        for address in &addresses {
            black_box(book.lookup(*black_box(address)));
        }
    });
}

/// Addresses anywhere: every question meets cold caches.
#[divan::bench]
fn address_v4(bencher: Bencher) {
    addresses(bencher, |n| Ipv4Addr::from(n).into());
}

/// Addresses anywhere in the part of the space that is in use.
#[divan::bench]
fn address_v6(bencher: Bencher) {
    addresses(bencher, |n| Ipv6Addr::from(0x2600 << 112 | u128::from(n) << 84).into());
}

/// A thousand addresses of the networks that CloudTrail mostly shows.
#[divan::bench]
fn address_usual(bencher: Bencher) {
    let networks = [[52, 95], [91, 64], [185, 220], [10, 0]];
    addresses(bencher, |n| {
        let [a, b] = networks[(n >> 8 & 3) as usize];
        Ipv4Addr::new(a, b, (n >> 16 & 15) as u8, (n >> 26) as u8).into()
    });
}

#[divan::bench]
fn client_strings(bencher: Bencher) {
    let strings: Vec<&str> = include_str!("../testdata/clients.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    bencher.counter(ItemsCount::new(strings.len())).bench_local(|| {
        for text in &strings {
            black_box(client::parse(black_box(text)));
        }
    });
}

#[divan::bench]
fn actions(bencher: Bencher) {
    let names: Vec<_> =
        action::actions().step_by(7).map(|(service, name, _)| (service, name)).collect();
    bencher.counter(ItemsCount::new(names.len())).bench_local(|| {
        for (service, name) in &names {
            black_box(action::lookup(black_box(service), name, None));
        }
    });
}

#[divan::bench]
fn thief_actions(bencher: Bencher) {
    let names: Vec<_> =
        action::actions().step_by(7).map(|(service, name, _)| (service, name)).collect();
    let thief = Thief::shipped();
    bencher.counter(ItemsCount::new(names.len())).bench_local(|| {
        for (service, name) in &names {
            black_box(thief.action(black_box(service), name));
        }
    });
}

#[divan::bench]
fn thief_from_json() -> Option<Thief> {
    Thief::from_json(include_str!("../../../data/thief.json")).ok()
}
