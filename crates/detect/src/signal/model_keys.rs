//! Users that Bedrock makes behind its API keys: nobody should ever act as one.

use super::{About, Needs, Scene, Seen, Signal, Wants};

/// Bedrock names the user behind each long-term API key like this.
const PHANTOM: &str = "BedrockAPIKey-";

pub(super) static PHANTOM_STRAYS: Signal = Signal {
    about: About {
        id: "model-key-user-strays",
        text: "the user behind a Bedrock API key calls another service",
        rows: &["IA-51"],
        techniques: &["T1078.004"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "an administrator who gave such a user further rights",
    },
    wants: Wants::Every,
    see: Some(strays),
    notify: None,
};

pub(super) static PHANTOM_ARMED: Signal = Signal {
    about: About {
        id: "model-key-user-armed",
        text: "the user behind a Bedrock API key was given an access key, a password or further rights",
        rows: &["PE-29"],
        techniques: &["T1098.001"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "none known: Bedrock itself needs none of them",
    },
    wants: Wants::Actions(&[
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:UpdateLoginProfile",
        "iam:AttachUserPolicy",
        "iam:PutUserPolicy",
        "iam:AddUserToGroup",
    ]),
    see: Some(armed),
    notify: None,
};

fn strays(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let phantom = event.identity.user_name.starts_with(PHANTOM);
    let at_home = event.service.starts_with("bedrock");
    (phantom && !at_home)
        .then(|| Seen::new(scene.call.action.name.clone()).against("calls Bedrock alone"))
}

/// Bedrock's console attaches its own policy when it makes the key.
fn armed(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let user = event.request_text("userName")?;
    let policy = event.request_text("policyArn").unwrap_or_default();
    let own = policy.ends_with(":policy/AmazonBedrockLimitedAccess");
    (user.starts_with(PHANTOM) && !own).then(|| Seen::new(scene.deed()))
}
