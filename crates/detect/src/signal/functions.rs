//! Functions and tasks as doors and as thieves.

use super::{About, Needs, Scene, Seen, Signal, Wants, request};

pub(super) static PUBLIC_URL: Signal = Signal {
    about: About {
        id: "function-opened-to-the-web",
        text: "a function was given an address that anybody may call, by hand, or somebody tried to",
        rows: &["PE-20"],
        techniques: &["T1133", "T1546"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "web hooks made by hand",
    },
    wants: Wants::Actions(&["lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"]),
    see: Some(public_url),
    notify: None,
};

pub(super) static CREDENTIAL_ENDPOINT: Signal = Signal {
    about: About {
        id: "task-reads-its-credentials",
        text: "a task was defined whose command asks for the task's own credentials",
        rows: &["CA-10"],
        techniques: &["T1525", "T1552.005"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "none known: SDKs ask by themselves",
    },
    wants: Wants::Actions(&["ecs:RegisterTaskDefinition"]),
    see: Some(credential_endpoint),
    notify: None,
};

fn public_url(scene: &mut Scene<'_>) -> Option<Seen> {
    let open = scene.call.event.request_text("authType").as_deref() == Some("NONE");
    (open && scene.is_new_by_hand()).then(|| Seen::new(scene.deed()))
}

fn credential_endpoint(scene: &mut Scene<'_>) -> Option<Seen> {
    const VARIABLE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    let request = request::of(scene.call.event);
    let containers = request.get("containerDefinitions")?;
    let asks = request::list(containers).iter().any(|container| {
        let parts = ["command", "entryPoint"].into_iter().filter_map(|key| container.get(key));
        parts
            .flat_map(request::list)
            .any(|word| word.as_str().is_some_and(|w| w.contains(VARIABLE)))
    });
    asks.then(|| Seen::new(scene.deed()))
}
