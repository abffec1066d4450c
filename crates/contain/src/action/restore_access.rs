//! The owner gets new credentials, next to the old ones, when the thief is out.

use super::Case;
use crate::plan::{Action, Phase, Reversible, Step, Wanted};
use crate::target::{Target, TargetKind};
use crate::thing::Thing;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    if target.by_thief || target.key_only {
        return Vec::new();
    }
    if target.kind != TargetKind::User {
        let step = Step::new(
            Action::RestoreAccess,
            target,
            "restore-access",
            format!(
                "Let whoever works with {} get new sessions: sign in again, restart what runs.",
                target.name
            ),
        )
        .because("Sessions that are issued after the denial work.")
        .in_phase(Phase::Restore);
        return vec![step];
    }
    if case.public_only || target.keys.is_empty() {
        return Vec::new();
    }
    let step = new_key(case, target, Action::RestoreAccess, "restore-access")
        .because(
            "When the way in is closed and the denial taken back, what runs with the old key needs \
             a new one; better still a role with temporary credentials.",
        )
        .in_phase(Phase::Restore)
        .on_request();
    vec![step]
}

/// A new key beside those that the user has.
pub(super) fn new_key(case: &Case<'_>, target: &Target, action: Action, name: &str) -> Step {
    let known = case.user(target).map(|user| user.keys.into_iter().map(|key| key.id).collect());
    let beside: Vec<String> = known.unwrap_or_else(|| target.keys.clone());
    let thing = Thing::NewKey { user: target.name.clone(), beside };
    let step = Step::new(
        action,
        target,
        name,
        format!("Make a new access key for {} next to the old one.", target.name),
    )
    .change(case.change(target.account, thing, Wanted::Something))
    .effect(
        "the new key works beside the old one; its secret is written to one file that only you can read",
        "none; a user has at most two keys",
    );
    let reversible = Reversible::Partly("undo deletes the new key again".to_owned());
    Step { reversible, ..step }
}
