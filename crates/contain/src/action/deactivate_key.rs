//! The stolen key is switched off. It is never deleted: its id is evidence, and a deletion is for
//! ever.

use super::{Case, whose};
use crate::names;
use crate::plan::{Action, Change, Step, Stops, Wanted, When};
use crate::target::Target;
use crate::thing::Thing;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    let mut keys = target.keys.clone();
    let known = case.user(target);
    // What the thief made has no owner who would miss its other keys.
    if target.by_thief {
        for key in known.iter().flat_map(|user| &user.keys).filter(|key| key.active) {
            names::push(&mut keys, &key.id);
        }
    }
    keys.iter().filter(|key| names::is_key(key)).map(|key| step(case, target, key)).collect()
}

fn step(case: &Case<'_>, target: &Target, key: &str) -> Step {
    let thing = Thing::AccessKey { user: target.name.clone(), key: key.to_owned() };
    let change: Change = case.change(target.account, thing, Wanted::Exactly("Inactive".to_owned()));
    let mut step = Step::new(
        Action::DeactivateKey,
        target,
        "deactivate-key",
        format!("Switch off the access key {key} of {}.", target.name),
    )
    .because(format!(
        "{}. Not deleted: the id is needed for the investigation, and a deletion cannot be undone.",
        whose(target)
    ))
    .stops(&[Stops::Key])
    .change(change)
    .effect(
        "calls signed with this key are refused; sessions that were made with it live on",
        if target.by_thief || target.key_only {
            "none: nobody else uses it"
        } else {
            "everything that shares the key stops"
        },
    );
    step.name = format!("deactivate-key:{key}");
    if case.public_only && !target.by_thief {
        step.when = When::OnRequest;
        return step.because(
            "It only reads what is public anyway: renew it first, then switch it off when nothing \
             uses it any more.",
        );
    }
    step
}
