//! Traces removed: what was made an hour ago is gone.

use compact_str::{CompactString, format_compact};

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{HOUR, Step};

pub(super) static CLEANS_UP: Signal = Signal {
    about: About {
        id: "cleans-up-after-itself",
        text: "a user, role, key, password or right was made and removed again within a day, by one who never did that",
        rows: &["DE-19"],
        techniques: &["T1070"],
        needs: Needs::Management,
        look_back: "a day of an episode, against the actions of the last 128 days",
        noise: "somebody who tries things out",
    },
    wants: Wants::Actions(&[
        "iam:CreateUser",
        "iam:DeleteUser",
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:CreateAccessKey",
        "iam:DeleteAccessKey",
        "iam:CreateLoginProfile",
        "iam:DeleteLoginProfile",
        "iam:AttachUserPolicy",
        "iam:DetachUserPolicy",
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutUserPolicy",
        "iam:DeleteUserPolicy",
    ]),
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    const DAY: i64 = 24 * HOUR;
    let event = scene.call.event;
    if !scene.succeeded() {
        return None;
    }
    let (makes, kind) = match event.name.as_str() {
        "CreateUser" => (true, "user"),
        "DeleteUser" => (false, "user"),
        "CreateRole" => (true, "role"),
        "DeleteRole" => (false, "role"),
        "CreateAccessKey" => (true, "key"),
        "DeleteAccessKey" => (false, "key"),
        "CreateLoginProfile" => (true, "password"),
        "DeleteLoginProfile" => (false, "password"),
        "AttachUserPolicy" | "AttachRolePolicy" => (true, "policy"),
        "DetachUserPolicy" | "DetachRolePolicy" => (false, "policy"),
        "PutUserPolicy" => (true, "inline policy"),
        "DeleteUserPolicy" => (false, "inline policy"),
        _ => return None,
    };
    let thing = made(scene);
    let seconds = scene.seconds();
    let steps = &mut scene.tallies.steps;
    if makes {
        steps.see(seconds, DAY, Step::Made, (kind, &thing));
        return None;
    }
    let own = steps.saw(seconds, DAY, Step::Made, (kind, &thing));
    (own && scene.is_new_by_hand()).then(|| Seen::new(format_compact!("{kind} {thing}")))
}

/// What the call makes or removes. Only the answer names a new key.
fn made(scene: &Scene<'_>) -> CompactString {
    let event = scene.call.event;
    if let Some(key) = event.grant.as_ref().and_then(|grant| grant.key.as_ref()) {
        return CompactString::new(key.as_str());
    }
    let texts = ["userName", "roleName", "policyArn", "policyName"];
    let named: Vec<CompactString> =
        texts.iter().filter_map(|key| event.request_text(key)).collect();
    CompactString::from(named.join(" "))
}
