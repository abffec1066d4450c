//! The autonomous systems: ranges, numbers and names from the AS snapshot.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::IpAddr;
use std::path::Path;

use anyhow::Context;
use libdeflater::{CompressionLvl, Compressor};

use super::Outputs;
use super::ranges::{self, Range};

/// The snapshot as read: rows of each family in order, with AS numbers as labels, and the names.
pub(super) struct Systems {
    date: String,
    v4: Vec<Range>,
    v6: Vec<Range>,
    pub(super) names: BTreeMap<u32, String>,
}

impl Systems {
    /// AS number that announces an IPv4 address.
    pub(super) fn at(&self, address: u128, v4: bool) -> Option<u32> {
        let rows = if v4 { &self.v4 } else { &self.v6 };
        let row = rows[..rows.partition_point(|row| row.first <= address)].last()?;
        (address <= row.last).then_some(row.label)
    }
}

/// Reads the CSV files of the package.
pub(super) fn read(node: &Path) -> anyhow::Result<Systems> {
    let folder = node.join("@ip-location-db/asn");
    let mut names = BTreeMap::new();
    let v4 = rows(&folder.join("asn-ipv4.csv"), &mut names)?;
    let v6 = rows(&folder.join("asn-ipv6.csv"), &mut names)?;
    let manifest: serde_json::Value =
        serde_json::from_reader(File::open(folder.join("package.json"))?)?;
    // The version reads 2.3.YYYYMMDDHH.
    let version = manifest["version"].as_str().context("no version")?;
    let stamp = version.rsplit('.').next().filter(|stamp| stamp.len() == 10).context("no date")?;
    let date = format!("{}-{}-{}", &stamp[..4], &stamp[4..6], &stamp[6..8]);
    Ok(Systems { date, v4, v6, names })
}

fn rows(path: &Path, names: &mut BTreeMap<u32, String>) -> anyhow::Result<Vec<Range>> {
    let mut rows: Vec<Range> = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path)?;
    for record in reader.records() {
        let record = record?;
        let number: u32 = record[2].parse()?;
        let mut row =
            Range { first: address(&record[0])?, last: address(&record[1])?, label: number };
        // The source has a handful of rows that begin inside the row before; the earlier one keeps its addresses.
        if let Some(before) = rows.last() {
            row.first = row.first.max(before.last + 1);
        }
        if row.first <= row.last {
            rows.push(row);
        }
        names.entry(number).or_insert_with(|| tidy(&record[3]));
    }
    Ok(rows)
}

fn address(text: &str) -> anyhow::Result<u128> {
    Ok(match text.parse()? {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    })
}

/// A name on one line, without control characters, at most 80 characters.
fn tidy(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ").chars().take(80).collect()
}

/// Writes `as.bin` (ranges and numbers), `as-names.bin` (deflated lines in label order) and `as-samples.tsv`.
///
/// Labels are given out by falling number of ranges, so that frequent ones take one byte.
pub(super) fn compile(systems: &Systems, outputs: &mut Outputs) -> anyhow::Result<()> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for row in systems.v4.iter().chain(&systems.v6) {
        *counts.entry(row.label).or_default() += 1;
    }
    let mut numbers: Vec<u32> = counts.keys().copied().collect();
    numbers.sort_by_key(|number| (std::cmp::Reverse(counts[number]), *number));
    let labels: BTreeMap<u32, u32> =
        numbers.iter().zip(0..).map(|(number, label)| (*number, label)).collect();
    let labelled = |rows: &[Range]| {
        ranges::merge(rows.iter().map(|row| Range { label: labels[&row.label], ..*row }))
    };
    let (v4, v6) = (labelled(&systems.v4)?, labelled(&systems.v6)?);
    outputs.insert("as.bin", ranges::encode(&systems.date, &numbers, &v4, &v6)?);

    let names: Vec<&str> = numbers.iter().map(|number| systems.names[number].as_str()).collect();
    outputs.insert("as-names.bin", deflate((names.join("\n") + "\n").as_bytes())?);
    outputs.insert("as-samples.tsv", samples(systems).into_bytes());
    Ok(())
}

/// Size of the plain text (little-endian), then the text as raw DEFLATE.
fn deflate(plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.deflate_compress_bound(plain.len())];
    let length = compressor.deflate_compress(plain, &mut packed)?;
    packed.truncate(length);
    let mut out = u32::try_from(plain.len())?.to_le_bytes().to_vec();
    out.extend(packed);
    Ok(out)
}

/// Some rows as they stood in the source, for the test that reads the compiled table back.
fn samples(systems: &Systems) -> String {
    let mut out = String::from(
        "# first\tlast\tAS number\tname: rows of the AS snapshot, kept to test the compiled table\n",
    );
    for row in systems.v4.iter().step_by(1499) {
        let ends = [row.first, row.last].map(|end| IpAddr::from((end as u32).to_be_bytes()));
        out.push_str(&sample(ends, row.label, &systems.names));
    }
    for row in systems.v6.iter().step_by(997) {
        let ends = [row.first, row.last].map(|end| IpAddr::from(end.to_be_bytes()));
        out.push_str(&sample(ends, row.label, &systems.names));
    }
    out
}

fn sample([first, last]: [IpAddr; 2], number: u32, names: &BTreeMap<u32, String>) -> String {
    format!("{first}\t{last}\t{number}\t{}\n", names[&number])
}
