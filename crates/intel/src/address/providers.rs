//! The networks that providers publish: clouds, hosters, content networks, VPNs, relays, Tor.

use std::net::IpAddr;
use std::sync::LazyLock;

use super::NetworkClass;
use super::ranges::Ranges;

/// Whose network it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Provider {
    pub(super) class: NetworkClass,
    pub(super) name: &'static str,
}

static RANGES: LazyLock<Ranges> = LazyLock::new(|| {
    Ranges::parse(include_bytes!("../../../../data/networks.bin")).unwrap_or_default()
});

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/networks.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(provider).collect()
});

fn provider(line: &'static str) -> Option<Provider> {
    let (class, name) = line.split_once('\t')?;
    Some(Provider { class: NetworkClass::from_name(class)?, name })
}

/// The provider of an address.
pub(super) fn of(ip: IpAddr) -> Option<Provider> {
    PROVIDERS.get(RANGES.find(ip)? as usize).copied()
}

/// Day of the table, `YYYY-MM-DD`.
pub(super) fn date() -> &'static str {
    RANGES.date
}

#[cfg(test)]
pub(super) fn rows(v4: bool) -> Vec<(u128, u128, u32)> {
    RANGES.rows(v4)
}
