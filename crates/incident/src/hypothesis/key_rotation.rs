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
        let mut made = case.grants.made_for(&known.report.id.principal);
        made.find(|made| {
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
    // Whoever makes keys for others meanwhile does more than replace an own one.
    let only_own = made.maker == made.owner
        && case.episodes().all(|known| {
            let made_by = case.grants.made_by(&known.report.id);
            made_by
                .filter(|one| one.kind == GrantKind::AccessKey)
                .all(|one| one.owner == made.owner)
        });
    let steps = -case.explained(|key| match key {
        Key::Action(name) => only_own && is_step(name),
        Key::Signal(id) => only_own && LINEAGE.contains(id),
        _ => false,
    });
    let finding = Finding::supported(NAME, text, case.weights(), NAME).shown_by(events);
    Finding { bits: steps.min(finding.bits), ..finding }.at_most(case.explained(is_of_rotation))
}

/// What the replacement of a key brings about, whoever does it.
fn is_of_rotation(key: &Key) -> bool {
    match key {
        Key::Action(name) => is_step(name),
        Key::Signal(id) => LINEAGE.contains(id) || *id == "key-for-another",
        _ => false,
    }
}

const MAKES: &str = "iam:CreateAccessKey";
const ENDS: [&str; 2] = ["iam:UpdateAccessKey", "iam:DeleteAccessKey"];
/// What says that a key came of a thief's hands, and is its owner's here.
const LINEAGE: [&str; 2] = ["key-used-by-its-maker", "minted-by-incident"];

/// The steps of a rotation: a new key, a look at it, the end of the old one.
fn is_step(action: &str) -> bool {
    action == MAKES
        || ENDS.contains(&action)
        || matches!(action, "iam:ListAccessKeys" | "iam:GetAccessKeyLastUsed")
}

/// Keys of other users were replaced: for each user a new key was made and an old one switched off
/// or deleted, from the usual network.
fn rotated_for_another(case: &Case<'_>) -> Option<Finding> {
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
        Key::Action(name) => is_step(name),
        Key::Signal(id) => *id == "key-for-another",
        _ => false,
    });
    let text = "every key that was made replaced another one of the same user";
    let events = done().filter(|act| act.action == MAKES).map(|act| act.event_id.clone()).collect();
    Some(Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }.shown_by(events))
}
