//! A user for a short job: made and removed again by the same hands, from the usual network.

use std::collections::BTreeSet;

use cloudtrail::Outcome;
use detect::Key;

use super::{Case, Finding};
use crate::incident::Verdict;

const NAME: &str = "temporary-user";

/// The steps of such a job: a user, its rights and a key, and all of it removed again. Whatever
/// else was done stays.
const STEPS: [&str; 10] = [
    "iam:CreateUser",
    "iam:DeleteUser",
    "iam:TagUser",
    "iam:AttachUserPolicy",
    "iam:DetachUserPolicy",
    "iam:PutUserPolicy",
    "iam:DeleteUserPolicy",
    "iam:CreateAccessKey",
    "iam:UpdateAccessKey",
    "iam:DeleteAccessKey",
];
const SIGNALS: [&str; 6] = [
    "administrator-policy",
    "cleans-up",
    "key-for-another",
    "key-used-by-its-maker",
    "minted-by-incident",
    "new-administrator",
];

pub(super) fn test(case: &Case<'_>) -> Finding {
    let named = |name: &'static str| {
        case.acts().filter(move |act| act.action == name && act.outcome == Outcome::Success)
    };
    let made: Vec<_> = named("iam:CreateUser").collect();
    let removed: BTreeSet<&str> =
        named("iam:DeleteUser").map(|act| act.resource.as_str()).collect();
    let Some(first) = made.first() else {
        return Finding::contradicted(NAME, "no user was made");
    };
    let events = vec![first.event_id.clone()];
    if !made.iter().all(|act| removed.contains(act.resource.as_str())) {
        return Finding::contradicted(NAME, "users were made and left").shown_by(events);
    }
    if case.moved() {
        let text = "users were made and removed, but from a new network";
        return Finding::contradicted(NAME, text).shown_by(events);
    }
    let text = "every user was made for a short job and removed again, from the usual network";
    let bits = -case.explained(|key| match key {
        Key::Action(name) => STEPS.contains(&name.as_str()),
        Key::Signal(id) => SIGNALS.contains(id),
        _ => false,
    });
    Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }.shown_by(events)
}
