//! A new key of the same principal, used from the same network with the same client; or made for
//! another one whose old key is switched off.

use std::collections::BTreeSet;

use cloudtrail::{GrantKind, Outcome};
use compact_str::format_compact;
use detect::Key;

use super::{Case, Finding, key_text};
use crate::incident::Verdict;

const NAME: &str = "key-rotation";

pub(super) fn test(case: &Case<'_>) -> Finding {
    // AWS's word on a key is no use of it.
    let made = case.episodes().find_map(|known| {
        let made = case.grants.made_for(&known.report.id.principal);
        made.iter().find(|made| {
            made.kind == GrantKind::AccessKey
                && made.key.as_ref().is_some_and(|key| known.report.keys.contains(key))
        })
    });
    let Some(made) = made else {
        if let Some(finding) = rotated_for_another(case) {
            return finding;
        }
        return Finding::contradicted(
            NAME,
            "no key was made for this principal in the period read",
        );
    };
    let key = key_text(made.key.as_ref());
    let events = vec![made.event.clone()];
    if case.moved() {
        let text = format_compact!("{key} is new, but its network is new, too");
        return Finding::contradicted(NAME, text).shown_by(events);
    }
    let text =
        format_compact!("{key} was made by {} and is used from the usual network", made.maker);
    Finding::supported(NAME, text, case.weights(), NAME).shown_by(events)
}

/// Keys of other users were replaced: for each user a new key was made and an old one switched off
/// or deleted, from the usual network.
fn rotated_for_another(case: &Case<'_>) -> Option<Finding> {
    const MAKES: &str = "iam:CreateAccessKey";
    const ENDS: [&str; 2] = ["iam:UpdateAccessKey", "iam:DeleteAccessKey"];
    let done = || case.acts().filter(|act| act.outcome == Outcome::Success);
    let users = |named: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let acts = done().filter(|act| named(&act.action));
        acts.flat_map(|act| act.touched.iter())
            .filter(|name| !name.starts_with("AKIA"))
            .map(ToString::to_string)
            .collect()
    };
    let made = users(&|action| action == MAKES);
    let ended = users(&|action| ENDS.contains(&action));
    if made.is_empty() || !made.is_subset(&ended) || case.moved() {
        return None;
    }
    let bits = -case.explained(|key| match key {
        Key::Action(name) => name == MAKES || ENDS.contains(&name.as_str()),
        Key::Signal(id) => *id == "key-for-another",
        _ => false,
    });
    let text = "every key that was made replaced another one of the same user";
    let events = done().filter(|act| act.action == MAKES).map(|act| act.event_id.clone()).collect();
    Some(Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }.shown_by(events))
}
