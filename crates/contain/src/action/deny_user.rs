//! A policy in the user that denies everything: the only thing inside the account that ends the
//! sessions of `GetSessionToken` and `GetFederationToken`.

use super::{Case, whose};
use crate::document;
use crate::plan::{Action, Step, Stops, Wanted};
use crate::target::Target;
use crate::thing::{Identity, Thing};

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    let thing = Thing::InlinePolicy {
        of: Identity::User(target.name.clone()),
        policy: document::DENY_ALL.to_owned(),
    };
    let federated = target.sessions.iter().filter(|session| session.kind == "federation-token");
    let alive = match federated.count() {
        0 => String::new(),
        1 => " A federation session of it is alive.".to_owned(),
        some => format!(" {some} federation sessions of it are alive."),
    };
    let step = Step::new(
        Action::DenyUser,
        target,
        "deny-user",
        format!("Deny the user {} everything.", target.name),
    )
    .because(format!(
        "{}, and sessions made with a key live on after the key is switched off: they have the \
         user's rights, and lose them with this policy.{alive}",
        whose(target)
    ))
    .stops(&[Stops::Key, Stops::Password, Stops::TokenSessions, Stops::Reissue])
    .change(case.change(target.account, thing, Wanted::Exactly(document::deny_all())))
    .effect(
        "every call of the user and of its sessions is refused, except sts:GetCallerIdentity",
        if target.by_thief {
            "none: nobody else uses it"
        } else {
            "everything that runs as this user stops"
        },
    );
    if target.key_only {
        let step = step.because(
            "The thief only made a key for this user, and the records show no use of it: switching \
             that key off is enough. If logs that were not read show its use, deny the user as well.",
        );
        return vec![step.on_request()];
    }
    vec![step]
}
