//! Autonomous systems that are clouds, hosters, content networks or VPNs as a whole: a list of our own.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::NetworkClass;
use super::providers::Provider;

static SYSTEMS: LazyLock<HashMap<u32, Provider, FixedState>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/hosting-as.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(system).collect()
});

fn system(line: &'static str) -> Option<(u32, Provider)> {
    let mut fields = line.split('\t');
    let number = fields.next()?.parse().ok()?;
    let class = NetworkClass::from_name(fields.next()?)?;
    Some((number, Provider { class, name: fields.next()? }))
}

/// The provider that an autonomous system belongs to.
pub(super) fn of(number: u32) -> Option<Provider> {
    SYSTEMS.get(&number).copied()
}

#[cfg(test)]
pub(super) fn all() -> &'static HashMap<u32, Provider, FixedState> {
    &SYSTEMS
}
