//! Changes of identities: by machines, refused in several ways, hidden, unfenced.

use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};
use crate::principal::Kind;
use crate::steps::{HOUR, Step};

/// Calls that change who may do what.
const CHANGES: &[&str] = &[
    "iam:AddRoleToInstanceProfile",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateInstanceProfile",
    "iam:CreateLoginProfile",
    "iam:CreateOpenIDConnectProvider",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:CreateSAMLProvider",
    "iam:CreateServiceSpecificCredential",
    "iam:CreateUser",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
];

pub(super) static BY_MACHINE: Signal = Signal {
    about: About {
        id: "machine-changes-identities",
        text: "the credential of an instance, task or function changes who may do what, which it never did",
        rows: &["PV-12"],
        techniques: &["T1098.003", "T1078.004"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "functions that vend accounts, on their first day",
    },
    wants: Wants::Actions(CHANGES),
    see: Some(by_machine),
    notify: None,
};

pub(super) static REFUSED_ESCALATION: Signal = Signal {
    about: About {
        id: "refused-escalation",
        text: "three or more different changes of identities were refused within an hour",
        rows: &["PV-15"],
        techniques: &["T1098.003"],
        needs: Needs::Management,
        look_back: "an hour of an episode",
        noise: "deployments with too few rights, by hand",
    },
    wants: Wants::Actions(CHANGES),
    see: Some(refused),
    notify: None,
};

pub(super) static PADDED_REQUEST: Signal = Signal {
    about: About {
        id: "padded-request",
        text: "a change of identities was so long that CloudTrail left its request out",
        rows: &["DE-06"],
        techniques: &["T1562.008"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "none known: policies have limits far below that length",
    },
    wants: Wants::Actions(CHANGES),
    see: Some(padded),
    notify: None,
};

pub(super) static BOUNDARY_REMOVED: Signal = Signal {
    about: About {
        id: "boundary-removed",
        text: "the boundary around a user's or role's rights was taken off by hand, or somebody tried to",
        rows: &["PV-05"],
        techniques: &["T1098.003"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "administrators who mend a role",
    },
    wants: Wants::Actions(&[
        "iam:DeleteUserPermissionsBoundary",
        "iam:DeleteRolePermissionsBoundary",
    ]),
    see: Some(boundary_removed),
    notify: None,
};

fn by_machine(scene: &mut Scene<'_>) -> Option<Seen> {
    let kind = match scene.basis.kind {
        Kind::Instance => "instances",
        Kind::Container => "containers",
        Kind::Function => "functions",
        _ => return None,
    };
    scene
        .is_new_by_hand()
        .then(|| Seen::new(scene.deed()).against(format_compact!("{kind} change no identities")))
}

fn refused(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 3;
    let call = scene.call;
    if call.event.outcome != cloudtrail::Outcome::Denied || scene.is_automation() {
        return None;
    }
    let seconds = scene.seconds();
    let steps = &mut scene.tallies.steps;
    let ways = steps.see(seconds, HOUR, Step::IdentityRefused, &call.action.base);
    (ways >= MANY).then(|| Seen::new(format_compact!("{ways} different changes refused")))
}

/// CloudTrail writes why, in place of the parameters.
fn padded(scene: &mut Scene<'_>) -> Option<Seen> {
    let request = request::of(scene.call.event);
    let omitted = request.get("omitted") == Some(&true.into())
        && request
            .get("reason")
            .and_then(request::text)
            .is_some_and(|why| why.contains("too large"));
    omitted.then(|| Seen::new(scene.call.action.name.clone()))
}

fn boundary_removed(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}
