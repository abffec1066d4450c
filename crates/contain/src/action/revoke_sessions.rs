//! Every session of a role that was issued before now is denied: what the console of IAM calls
//! "Revoke active sessions".

use super::Case;
use crate::document;
use crate::plan::{Action, Step, Stops, Wanted};
use crate::target::{Target, TargetKind};
use crate::thing::{Identity, Thing};

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    if target.by_thief {
        return vec![deny_role(case, target)];
    }
    let thing = Thing::InlinePolicy {
        of: Identity::Role(target.name.clone()),
        policy: document::OLDER_SESSIONS.to_owned(),
    };
    let template = document::deny_older_than(Wanted::NOW);
    let risk = match &target.kind {
        TargetKind::Instance { instance, .. } => format!(
            "{instance} and every other machine with this role is refused until it gets new \
             credentials: within the hour by itself, at once by the step that renews its profile"
        ),
        TargetKind::Function { .. } | TargetKind::Container => {
            "running copies are refused until they are started anew; new ones work".to_owned()
        }
        _ => {
            "whoever works with this role assumes it again; long jobs fail in the middle".to_owned()
        }
    };
    let step = Step::new(
        Action::RevokeSessions,
        target,
        "revoke-sessions",
        format!("Deny everything to sessions of the role {} that are older than now.", target.name),
    )
    .because(
        "A temporary credential cannot be switched off, and works until it ends, whatever happens \
         to the key that made it.",
    )
    .stops(&[Stops::RoleSessions])
    .change(case.change(target.account, thing, Wanted::AsOfNow(template)))
    .effect("all older sessions of the role are refused, the good ones too; new ones work", risk);
    vec![step]
}

/// A role that the thief made has no good sessions.
fn deny_role(case: &Case<'_>, target: &Target) -> Step {
    let thing = Thing::InlinePolicy {
        of: Identity::Role(target.name.clone()),
        policy: document::DENY_ALL.to_owned(),
    };
    Step::new(
        Action::RevokeSessions,
        target,
        "deny-role",
        format!("Deny the role {} everything.", target.name),
    )
    .because("The thief made it: nothing good uses it.")
    .stops(&[Stops::RoleSessions, Stops::WayIn])
    .change(case.change(target.account, thing, Wanted::Exactly(document::deny_all())))
    .effect("every session of the role is refused, new ones too", "none: nobody else uses it")
}
