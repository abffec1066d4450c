//! What a user knows about addresses: MMDB databases, plain lists, AWS's own ranges.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use intel::address::{AddressBook, ListError};

type Add = fn(AddressBook, &str) -> Result<AddressBook, ListError>;

const LISTS: [Add; 4] = [
    AddressBook::with_tor_list,
    AddressBook::with_vpn_list,
    AddressBook::with_threat_list,
    AddressBook::with_aws_ranges,
];

const ADDRESSES: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    IpAddr::V4(Ipv4Addr::new(104, 131, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0x4860, 0, 0, 0, 0, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0xffff, 0xffff, 0xffff, 0xffff, 1, 2, 3, 4)),
];

pub(crate) fn check(bytes: &[u8]) {
    if let Ok(book) = AddressBook::new().with_mmdb(bytes.to_vec()) {
        for address in ADDRESSES {
            assert_eq!(said(&book, address), said(&book, address));
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for add in LISTS {
        match add(AddressBook::new(), text) {
            Ok(book) => {
                for address in ADDRESSES {
                    assert_eq!(said(&book, address), said(&book, address));
                }
            }
            Err(error) => {
                let message = error.to_string();
                assert!(crate::is_plain(&message) && message.len() < 2_000, "{message:?}");
                assert!(error.line <= text.lines().count() + 1, "{message}");
            }
        }
    }
    threats(text);
}

/// Every address of a threat list that was accepted is known as a threat, and every network by its
/// first address.
fn threats(text: &str) {
    let Ok(book) = AddressBook::new().with_threat_list(text) else { return };
    for line in text.lines() {
        let word = line.split_whitespace().next().unwrap_or_default();
        if let Ok(address) = word.parse::<IpAddr>() {
            assert!(book.lookup(address).threat, "{address}");
        }
    }
}

/// All that a book says of an address.
fn said(book: &AddressBook, address: IpAddr) -> String {
    let found = book.lookup(address);
    format!("{found:?} {:?}", found.as_name())
}
