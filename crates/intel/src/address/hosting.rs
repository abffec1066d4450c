//! Autonomous systems that are clouds, hosters, content networks or VPNs as a whole: a list of our own.

use std::sync::LazyLock;

use super::NetworkClass;
use super::providers::Provider;

static SYSTEMS: LazyLock<Vec<(u32, Provider)>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/hosting-as.tsv").lines();
    let mut systems: Vec<_> =
        lines.filter(|line| !line.starts_with('#')).filter_map(system).collect();
    systems.sort_unstable_by_key(|&(number, _)| number);
    systems
});

fn system(line: &'static str) -> Option<(u32, Provider)> {
    let mut fields = line.split('\t');
    let number = fields.next()?.parse().ok()?;
    let class = NetworkClass::from_name(fields.next()?)?;
    Some((number, Provider { class, name: fields.next()? }))
}

/// The provider that an autonomous system belongs to.
pub(super) fn of(number: u32) -> Option<Provider> {
    let at = SYSTEMS.binary_search_by_key(&number, |&(number, _)| number).ok()?;
    SYSTEMS.get(at).map(|&(_, provider)| provider)
}

#[cfg(test)]
pub(super) fn all() -> &'static [(u32, Provider)] {
    &SYSTEMS
}
