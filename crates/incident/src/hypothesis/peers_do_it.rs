//! What is new to this principal is ordinary among its peers.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::{CompactString, format_compact};
use detect::{Destination, Key};

use super::{Case, Finding};
use crate::closure::Known;
use crate::incident::Verdict;

const NAME: &str = "peers-do-it";

pub(super) fn test(case: &Case<'_>) -> Finding {
    if let Some(finding) = launch(case) {
        return finding;
    }
    let mut actions = BTreeMap::new();
    for known in case.members {
        for (key, item) in known.report.evidence.items() {
            if let Key::Action(name) = key {
                let by_peers =
                    !item.words.peers().starts_with("0 ") && !item.words.peers().starts_with("no ");
                actions.insert(name, by_peers);
            }
        }
    }
    if actions.is_empty() {
        return Finding::unknown(NAME, "no new actions: there is nothing to compare");
    }
    if case.moved() {
        return Finding::contradicted(NAME, "the peers do it, but not from this network");
    }
    let by_peers = actions.values().filter(|by_peers| **by_peers).count();
    let text =
        format_compact!("{by_peers} of {} new actions are known among the peers", actions.len());
    if by_peers == actions.len() {
        return Finding::supported(NAME, text, case.weights(), NAME)
            .at_most(case.explained(|key| matches!(key, Key::Action(_))));
    }
    if by_peers * 2 < actions.len() {
        Finding::contradicted(NAME, text)
    } else {
        Finding::unknown(NAME, text)
    }
}

/// Others of the organisation begin to work in the same new region within three days, each from its
/// own usual network: a launch. That is what the region says; what is done there stays.
fn launch(case: &Case<'_>) -> Option<Finding> {
    /// Three principals make a habit of a group.
    const FEWEST_OTHERS: usize = 2;
    if !case.has(&Key::Region) || case.moved() {
        return None;
    }
    let who: BTreeSet<&str> =
        case.episodes().map(|known| known.report.id.principal.as_str()).collect();
    let strange = |known: &Known| {
        let item = known.report.evidence.get(&Key::Region)?;
        item.bits.is_positive().then(|| item.words.observed().into())
    };
    let regions: BTreeSet<CompactString> = case.episodes().filter_map(strange).collect();
    let (region, others) = regions
        .into_iter()
        .map(|region| {
            let destination = Destination::Region(region.clone());
            let around = case
                .episodes()
                .flat_map(|known| case.movements.around(&destination, known.report.opened));
            let others: BTreeSet<&str> = around.map(|arrival| arrival.principal.as_str()).collect();
            (region, others.difference(&who).count())
        })
        .max_by_key(|(_, others)| *others)?;
    (others >= FEWEST_OTHERS).then(|| {
        let text = format_compact!("{others} others began to work in {region} within three days");
        let bits = -case
            .explained(|key| matches!(key, Key::Region | Key::Signal("compute-in-unused-region")));
        Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }
    })
}
