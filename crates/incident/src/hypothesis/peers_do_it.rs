//! What is new to this principal is ordinary among its peers.

use std::collections::BTreeMap;

use compact_str::format_compact;
use detect::Key;

use super::{Case, Finding};

const NAME: &str = "peers-do-it";

pub(super) fn test(case: &Case<'_>) -> Finding {
    let mut actions = BTreeMap::new();
    for known in case.members {
        for (key, item) in known.report.evidence.items() {
            if let Key::Action(name) = key {
                let by_peers = !item.peers.starts_with("0 ") && !item.peers.starts_with("no ");
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
