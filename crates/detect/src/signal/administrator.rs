//! Rights over everything, given or taken.

use cloudtrail::{Arn, Event, Outcome};
use compact_str::{CompactString, format_compact};

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::policy;

pub(super) static NEW_ADMINISTRATOR: Signal = Signal {
    about: About {
        id: "new-administrator",
        text: "within half an hour a user or role was made, given all rights, and given a way in",
        rows: &["PE-06"],
        techniques: &["T1136.003", "T1098.003"],
        needs: Needs::Management,
        look_back: "half an hour of an episode",
        noise: "account vending by automation",
    },
    wants: Wants::Actions(&[
        "iam:CreateUser",
        "iam:CreateRole",
        "iam:AttachUserPolicy",
        "iam:AttachRolePolicy",
        "iam:PutUserPolicy",
        "iam:PutRolePolicy",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
    ]),
    see: Some(new_administrator),
    notify: None,
};

pub(super) static ADMINISTRATOR_POLICY: Signal = Signal {
    about: About {
        id: "administrator-policy",
        text: "all rights, or all rights over identities, were given to a user, role or group",
        rows: &["PV-01", "PV-02"],
        techniques: &["T1098.003"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "infrastructure code",
    },
    wants: Wants::Actions(&[
        "iam:AttachUserPolicy",
        "iam:AttachRolePolicy",
        "iam:AttachGroupPolicy",
        "iam:PutUserPolicy",
        "iam:PutRolePolicy",
        "iam:PutGroupPolicy",
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
    ]),
    see: Some(administrator_policy),
    notify: None,
};

/// Three steps, all for the same user or role: made, empowered, let in. A role is let in at birth
/// when its trust policy admits an account; one that only a service may assume is nobody's way in.
fn new_administrator(scene: &mut Scene<'_>) -> Option<Seen> {
    const STEPS: [&str; 3] = ["made", "empowered", "let in"];
    let event = scene.call.event;
    if event.outcome != Outcome::Success {
        return None;
    }
    let whom = event.request_text("userName").or_else(|| event.request_text("roleName"))?;
    let steps: &[&str] = match event.name.as_str() {
        "CreateRole" if admits_an_account(event) => &["made", "let in"],
        "CreateUser" | "CreateRole" => &["made"],
        "CreateAccessKey" | "CreateLoginProfile" => &["let in"],
        _ if gives_everything(event) => &["empowered"],
        _ => return None,
    };
    let seconds = event.time.seconds();
    for step in steps {
        scene.tallies.administrator.see(seconds, (&whom, step));
    }
    let done = STEPS.iter().all(|step| scene.tallies.administrator.holds(seconds, (&whom, step)));
    done.then(|| Seen::new(whom))
}

fn admits_an_account(event: &Event) -> bool {
    let trust = event.request_text("assumeRolePolicyDocument").unwrap_or_default();
    policy::admitted(&trust)
        .iter()
        .any(|principal| principal == "*" || policy::account_of(principal).is_some())
}

fn administrator_policy(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if !gives_everything(event) {
        return None;
    }
    let to = ["userName", "roleName", "groupName", "policyName"];
    let to = to.iter().find_map(|key| event.request_text(key)).unwrap_or_default();
    let tried = if event.outcome == Outcome::Success { "" } else { " (tried)" };
    Some(Seen::new(format_compact!("{} for {to}{tried}", event.name)))
}

/// Whether the policy of a request gives all rights, or all rights over identities.
fn gives_everything(event: &Event) -> bool {
    const MANAGED: [&str; 3] = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"];
    let arn: Option<CompactString> = event.request_text("policyArn");
    let managed =
        arn.as_deref().and_then(Arn::parse).is_some_and(|arn| MANAGED.contains(&arn.name()));
    managed
        || event.request_text("policyDocument").is_some_and(|text| policy::allows_everything(&text))
}
