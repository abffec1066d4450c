//! Keys and passwords made for others.

use cloudtrail::{IdentityKind, Outcome};
use compact_str::CompactString;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static KEY_FOR_ANOTHER: Signal = Signal {
    about: About {
        id: "key-for-another",
        text: "an access key was made for another user",
        rows: &["PE-01", "PE-28"],
        techniques: &["T1098.001"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "administrators of identities, vending",
    },
    wants: Wants::Actions(&["iam:CreateAccessKey", "iam:CreateServiceSpecificCredential"]),
    see: Some(for_another),
    notify: None,
};

pub(super) static PASSWORD_FOR_ANOTHER: Signal = Signal {
    about: About {
        id: "password-for-another",
        text: "a console password was given to another user",
        rows: &["PE-07"],
        techniques: &["T1098.001"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a helpdesk",
    },
    wants: Wants::Actions(&["iam:CreateLoginProfile", "iam:UpdateLoginProfile"]),
    see: Some(for_another),
    notify: None,
};

pub(super) static ROOT_KEY: Signal = Signal {
    about: About {
        id: "root-key-made",
        text: "an access key or password was made for the root of the account",
        rows: &["PE-04", "PE-09"],
        techniques: &["T1098.001"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "hardly ever right: AWS advises against root keys",
    },
    wants: Wants::Actions(&["iam:CreateAccessKey", "iam:CreateLoginProfile"]),
    see: Some(root_key),
    notify: None,
};

/// Done before, it is a job; new to the principal, it is a way to stay.
fn for_another(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let target = event.request_text("userName")?;
    let own = target == event.identity.user_name;
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    (!own && !habit && event.outcome == Outcome::Success).then(|| Seen::new(target))
}

fn root_key(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let for_itself = event.request_text("userName").is_none();
    let root = event.identity.kind == IdentityKind::Root && for_itself;
    (root && event.outcome == Outcome::Success).then(|| Seen::new(CompactString::new(&event.name)))
}
