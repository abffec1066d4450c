//! Two small MMDB files, written here so that no foreign data is needed.
//!
//! A file is a binary search tree over the bits of an address, a data section, and metadata; the format is
//! described in MaxMind's DB file format specification 2.0.

/// A database in the manner of `GeoIP2`: City, ASN and Anonymous-IP fields in one.
pub(super) fn mmdb() -> Vec<u8> {
    let carrier = map(&[
        ("country", map(&[("iso_code", text("CH"))])),
        ("autonomous_system_number", number(64500)),
        ("autonomous_system_organization", text("Example Carrier")),
        ("is_anonymous_vpn", boolean(true)),
    ]);
    let hosting = map(&[("is_hosting_provider", boolean(true))]);
    database(&[([91, 64], carrier), ([52, 95], hosting)])
}

/// A database in the manner of `IPinfo`: flat fields, numbers as text.
pub(super) fn ipinfo() -> Vec<u8> {
    let carrier = map(&[
        ("country", text("LI")),
        ("asn", text("AS64501")),
        ("as_name", text("Other Carrier")),
    ]);
    database(&[([91, 64], carrier)])
}

/// A database with one record for each IPv4 /16.
fn database(networks: &[([u8; 2], Vec<u8>)]) -> Vec<u8> {
    let mut nodes: Vec<[Option<u32>; 2]> = vec![[None; 2]];
    let mut data: Vec<u8> = Vec::new();
    let mut leaves = Vec::new();
    for (network, record) in networks {
        let prefix = u16::from_be_bytes(*network);
        let mut node = 0;
        for bit in (1..16).rev().map(|shift| usize::from(prefix >> shift & 1)) {
            if nodes[node][bit].is_none() {
                nodes[node][bit] = Some(nodes.len() as u32);
                nodes.push([None; 2]);
            }
            node = nodes[node][bit].unwrap() as usize;
        }
        leaves.push((node, usize::from(prefix & 1), data.len() as u32));
        data.extend(record);
    }
    let count = nodes.len() as u32;
    for (node, bit, offset) in leaves {
        nodes[node][bit] = Some(count + 16 + offset);
    }
    // A record that points to the number of nodes holds nothing.
    let tree = nodes.iter().flatten().flat_map(|record| record.unwrap_or(count).to_be_bytes());
    let mut file: Vec<u8> = tree.collect();
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    file.extend(map(&[
        ("node_count", number(count)),
        ("record_size", short(32)),
        ("ip_version", short(4)),
        ("database_type", text("Test")),
        ("languages", vec![0, 4]),
        ("binary_format_major_version", short(2)),
        ("binary_format_minor_version", short(0)),
        ("build_epoch", long(1_700_000_000)),
        ("description", map(&[])),
    ]));
    file
}

fn map(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![7 << 5 | fields.len() as u8];
    for (name, value) in fields {
        out.extend(text(name));
        out.extend(value);
    }
    out
}

fn text(value: &str) -> Vec<u8> {
    let mut out = match value.len() {
        short @ 0..29 => vec![2 << 5 | short as u8],
        long => vec![(2 << 5) + 29, (long - 29) as u8],
    };
    out.extend(value.bytes());
    out
}

fn number(value: u32) -> Vec<u8> {
    let mut out = vec![(6 << 5) + 4];
    out.extend(value.to_be_bytes());
    out
}

fn short(value: u16) -> Vec<u8> {
    let mut out = vec![(5 << 5) + 2];
    out.extend(value.to_be_bytes());
    out
}

fn long(value: u64) -> Vec<u8> {
    // An extended type: 9 is 7 more than can be told in the first byte.
    let mut out = vec![8, 2];
    out.extend(value.to_be_bytes());
    out
}

fn boolean(value: bool) -> Vec<u8> {
    // Another one: 14, its value in place of a length.
    vec![u8::from(value), 7]
}
