//! Names tried out: who exists here, and what lets itself be assumed?

use cloudtrail::Outcome;
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{HOUR, Step};

pub(super) static PRINCIPALS: Signal = Signal {
    about: About {
        id: "principal-guessing",
        text: "several policies in a row named somebody who does not exist: names are being tried out",
        rows: &["DI-16"],
        techniques: &["T1087.004"],
        needs: Needs::Management,
        look_back: "an hour of an episode",
        noise: "a hand-written policy that is being mended, which names the same all the time",
    },
    wants: Wants::Actions(&[
        "iam:UpdateAssumeRolePolicy",
        "iam:CreateRole",
        "s3:PutBucketPolicy",
        "kms:PutKeyPolicy",
        "kms:CreateKey",
        "sqs:SetQueueAttributes",
        "sns:SetTopicAttributes",
        "ecr:SetRepositoryPolicy",
        "secretsmanager:PutResourcePolicy",
    ]),
    see: Some(principals),
    notify: None,
};

pub(super) static ROLES: Signal = Signal {
    about: About {
        id: "role-guessing",
        text: "five or more different roles could not be assumed within an hour",
        rows: &["DI-17"],
        techniques: &["T1087.004", "T1548.005"],
        needs: Needs::Management,
        look_back: "an hour of an episode",
        noise: "inventories of an organisation whose roles are missing in new accounts",
    },
    wants: Wants::Actions(&["sts:AssumeRole"]),
    see: Some(roles),
    notify: None,
};

/// The same document again is somebody who waits for a new role to be known everywhere.
fn principals(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 4;
    let event = scene.call.event;
    if !event.error.contains("MalformedPolicy") {
        return None;
    }
    let seconds = scene.seconds();
    let request = event.request.as_deref().unwrap_or_default();
    let tried = scene.tallies.steps.see(seconds, HOUR, Step::Guessed, request);
    (tried >= MANY).then(|| Seen::new(format_compact!("{tried} different policies refused")))
}

fn roles(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 5;
    let event = scene.call.event;
    if event.outcome != Outcome::Denied || scene.is_habit() && !scene.new_network {
        return None;
    }
    let seconds = scene.seconds();
    let role = event.request_text("roleArn")?;
    let roles = scene.tallies.steps.see(seconds, HOUR, Step::RoleRefused, &role);
    (roles >= MANY).then(|| Seen::new(format_compact!("{roles} roles refused")))
}
