//! The networks of providers, consumer VPNs, relays and Tor, from the `iporigin` package.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::Outputs;
use super::ranges::{self, Range};
use super::systems::Systems;

/// How a label of the package is shipped: network class and provider name.
///
/// Absent on purpose are the labels that the package's "with permission" tier touches, whose licence is not
/// proven: `Akamai`, `BunnyCDN`, `BuyVM`, `CDN77`, `Cogent`, `Contabo`, `DataCamp`, `GTHost`, `GleSYS`,
/// `Melbicom`, `Scalaxy`, `Vercel`.
const SHIPPED: [(&str, &str, &str); 27] = [
    ("Alibaba Cloud", "othercloud", "Alibaba Cloud"),
    ("Amazon AWS", "aws", "AWS"),
    ("Apple Private Relay", "relay", "Apple Private Relay"),
    ("Cloudflare", "cdn", "Cloudflare"),
    ("DigitalOcean", "hosting", "DigitalOcean"),
    ("Fastly", "cdn", "Fastly"),
    ("Gcore", "cdn", "Gcore"),
    ("GitHub", "othercloud", "GitHub"),
    ("Google", "othercloud", "Google"),
    ("Google Cloud", "othercloud", "Google Cloud"),
    ("Hetzner", "hosting", "Hetzner"),
    ("Huawei Cloud", "othercloud", "Huawei Cloud"),
    ("IBM Cloud", "othercloud", "IBM Cloud"),
    ("Leaseweb", "hosting", "Leaseweb"),
    ("Linode", "hosting", "Linode"),
    ("Meta", "hosting", "Meta"),
    ("Microsoft Azure", "othercloud", "Microsoft Azure"),
    ("Mullvad", "vpn", "Mullvad"),
    ("OVHcloud", "hosting", "OVHcloud"),
    ("Oracle Cloud", "othercloud", "Oracle Cloud"),
    ("ProtonVPN", "vpn", "Proton VPN"),
    ("Rackspace", "hosting", "Rackspace"),
    ("Scaleway", "hosting", "Scaleway"),
    ("Tencent Cloud", "othercloud", "Tencent Cloud"),
    ("Tor", "tor", "Tor"),
    ("UpCloud", "hosting", "UpCloud"),
    ("Vultr", "hosting", "Vultr"),
];

/// Clouds in which crawlers run; the crawler's own label says nothing about who rents the machine next to it.
const CRAWLER_HOSTS: [(u32, &str); 5] = [
    (8075, "Microsoft Azure"),
    (14618, "Amazon AWS"),
    (15169, "Google"),
    (16509, "Amazon AWS"),
    (396_982, "Google Cloud"),
];

/// Writes `networks.bin` (ranges) and `networks.tsv` (class and name of each label, in order).
pub(super) fn compile(
    python: &Path,
    systems: &Systems,
    outputs: &mut Outputs,
) -> anyhow::Result<()> {
    let path = python.join("iporigin/data/ranges.bin");
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let source = Source::parse(&bytes)?;
    let v4 = shipped(&source.labels, &source.v4, |first| systems.at(first, true))?;
    let v6 = shipped(&source.labels, &source.v6, |first| systems.at(first, false))?;
    outputs.insert("networks.bin", ranges::encode(&source.date, &[], &v4, &v6)?);
    let mut table = String::from("# class\tprovider, in the order of the labels of networks.bin\n");
    for (_, class, name) in SHIPPED {
        writeln!(table, "{class}\t{name}")?;
    }
    outputs.insert("networks.tsv", table.into_bytes());
    Ok(())
}

/// Keeps the ranges whose label is shipped, with its index in [`SHIPPED`]; crawlers become their host's.
fn shipped(
    labels: &[(String, String)],
    ranges: &[Range],
    system: impl Fn(u128) -> Option<u32>,
) -> anyhow::Result<Vec<Range>> {
    let kept = ranges.iter().filter_map(|range| {
        let (provider, kind) = &labels[range.label as usize];
        let own = SHIPPED.iter().position(|(label, ..)| label == provider);
        let index = own.or_else(|| {
            let number = system(range.first).filter(|_| kind == "bot")?;
            let (_, host) = CRAWLER_HOSTS.iter().find(|(known, _)| *known == number)?;
            SHIPPED.iter().position(|(label, ..)| label == host)
        })?;
        Some(Range { label: index as u32, ..*range })
    });
    ranges::merge(kept)
}

/// The package's own file format: labels, then IPv4 rows (first, last, label), then IPv6 rows, little-endian
/// but for the IPv6 addresses.
struct Source {
    date: String,
    labels: Vec<(String, String)>,
    v4: Vec<Range>,
    v6: Vec<Range>,
}

impl Source {
    fn parse(bytes: &[u8]) -> anyhow::Result<Self> {
        let mut rest = bytes;
        if take(&mut rest, 8)? != b"IPORIGIN" || number(&mut rest, 2)? != 1 {
            bail!("not an iporigin table of version 1");
        }
        let built = number(&mut rest, 8)?;
        let labels = number(&mut rest, 2)?;
        let (rows4, rows6) = (number(&mut rest, 4)?, number(&mut rest, 4)?);
        let labels = (0..labels).map(|_| label(&mut rest)).collect::<anyhow::Result<_>>()?;
        let v4 = (0..rows4)
            .map(|_| {
                let (first, last) = (number(&mut rest, 4)?, number(&mut rest, 4)?);
                Ok(Range { first, last, label: number(&mut rest, 2)? as u32 })
            })
            .collect::<anyhow::Result<_>>()?;
        let v6 = (0..rows6)
            .map(|_| {
                let (first, last) = (address(&mut rest)?, address(&mut rest)?);
                Ok(Range { first, last, label: number(&mut rest, 2)? as u32 })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { date: date(built as i64)?, labels, v4, v6 })
    }
}

fn label(rest: &mut &[u8]) -> anyhow::Result<(String, String)> {
    let length = number(rest, 2)? as usize;
    let text = std::str::from_utf8(take(rest, length)?)?;
    let (provider, kind) = text.split_once('\t').context("label without kind")?;
    Ok((provider.to_owned(), kind.to_owned()))
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> anyhow::Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length).context("the table ends early")?;
    *rest = left;
    Ok(taken)
}

fn number(rest: &mut &[u8], width: usize) -> anyhow::Result<u128> {
    Ok(take(rest, width)?.iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte)))
}

fn address(rest: &mut &[u8]) -> anyhow::Result<u128> {
    Ok(u128::from_be_bytes(take(rest, 16)?.try_into()?))
}

/// Day of a Unix time in seconds.
fn date(seconds: i64) -> anyhow::Result<String> {
    Ok(jiff::Timestamp::from_second(seconds)?.strftime("%Y-%m-%d").to_string())
}
