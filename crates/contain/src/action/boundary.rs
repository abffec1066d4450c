//! A permissions boundary that allows nothing: a second lock beside the policy that denies.

use super::{Case, whose};
use crate::plan::{Action, Step, Stops, Wanted};
use crate::target::{Target, TargetKind};
use crate::thing::{Identity, Thing};

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    let of = match target.kind {
        TargetKind::User => Identity::User(target.name.clone()),
        _ => Identity::Role(target.name.clone()),
    };
    let kind = of.kind();
    let nothing = format!("arn:{}:iam::aws:policy/AWSDenyAll", target.partition);
    let step = Step::new(
        Action::Boundary,
        target,
        "boundary",
        format!("Put a permissions boundary on the {kind} {} that allows nothing.", target.name),
    )
    .because(format!(
        "{}. Whoever can take the denying policy away must take this away as well, with another \
         right.",
        whose(target)
    ))
    .stops(&[Stops::Key, Stops::Password, Stops::TokenSessions, Stops::RoleSessions])
    .change(case.change(target.account, Thing::Boundary { of }, Wanted::Exactly(nothing)))
    .effect(
        format!("every call of the {kind} and its sessions is refused, new sessions too"),
        format!("everything that runs as this {kind} stops"),
    );
    vec![step.on_request()]
}
