//! The password for the console.

use cloudtrail::Arn;
use incident::investigation::Changed;

use super::Case;
use crate::plan::{Action, Reversible, Step, Stops, Wanted, When};
use crate::target::Target;
use crate::thing::Thing;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    let by_console = target.sessions.iter().any(|session| session.kind == "console");
    let made = case.incident.is_some_and(|incident| {
        let changed = &incident.investigation.radius.changed;
        let is_it = |one: &Changed| {
            let name = Arn::parse(&one.name).map_or(one.name.as_str(), |arn| arn.name());
            one.kind == "login-profile"
                && one.account_id.is_none_or(|account| account == target.account)
                && name == target.name
        };
        changed.iter().any(is_it)
    });
    let has = case.user(target).is_some_and(|user| user.password);
    if !(by_console || made || has) {
        return Vec::new();
    }
    let thing = Thing::LoginProfile { user: target.name.clone() };
    let why = if made {
        "The thief set it."
    } else if by_console {
        "The thief signed in with it."
    } else {
        "The user has one, and nothing tells whether the thief knows it."
    };
    let step = Step::new(
        Action::DeleteLoginProfile,
        target,
        "delete-login-profile",
        format!("Delete the password of {}.", target.name),
    )
    .because(why)
    .stops(&[Stops::Password])
    .change(case.change(target.account, thing, Wanted::Absent))
    .effect(
        "nobody signs in to the console as this user; who is signed in stays so until the session ends, and can do nothing while the user is denied everything",
        "the owner needs a new password afterwards",
    );
    let reversible = Reversible::Partly(
        "the old password cannot come back; undo makes a new one, which must be changed at the \
         first sign-in"
            .to_owned(),
    );
    let when = if made || target.by_thief { When::AtOnce } else { When::OnRequest };
    vec![Step { when, reversible, ..step }]
}
