//! Somebody else's models: access switched on, then used.

use cloudtrail::{KeyKind, Outcome};
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static MODEL_ACCESS: Signal = Signal {
    about: About {
        id: "model-access-switched-on",
        text: "access to foundation models was requested or switched on for the first time",
        rows: &["IM-22"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the first project with a model",
    },
    wants: Wants::Actions(&[
        "bedrock:PutUseCaseForModelAccess",
        "bedrock:CreateFoundationModelAgreement",
        "bedrock:PutFoundationModelEntitlement",
    ]),
    see: Some(access),
    notify: None,
};

pub(super) static MODEL_HIJACK: Signal = Signal {
    about: About {
        id: "model-hijack",
        text: "models were looked up and then invoked, or probed with requests made to fail",
        rows: &["IM-23", "DI-12"],
        techniques: &["T1496", "T1526"],
        needs: Needs::Management,
        look_back: "15 minutes of an episode, against the actions of the last 128 days",
        noise: "a developer's first steps with a model",
    },
    wants: Wants::Actions(&[
        "bedrock:ListFoundationModels",
        "bedrock:ListFoundationModelAgreementOffers",
        "bedrock:GetFoundationModelAvailability",
        "bedrock:GetModelInvocationLoggingConfiguration",
        "bedrock:GetUseCaseForModelAccess",
        "bedrock:ListInferenceProfiles",
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:Converse",
        "bedrock:ConverseStream",
    ]),
    see: Some(hijack),
    notify: None,
};

fn access(scene: &mut Scene<'_>) -> Option<Seen> {
    let new = scene.basis.profile.actions().get(&scene.call.action.base).is_none();
    new.then(|| Seen::new(scene.call.action.name.clone()))
}

fn hijack(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let seconds = event.time.seconds();
    let invokes = event.name.starts_with("Invoke") || event.name.starts_with("Converse");
    if !invokes {
        scene.tallies.models.see(seconds, event.name.as_str());
        return None;
    }
    if scene.basis.profile.actions().get(&scene.call.action.base).is_some() {
        return None;
    }
    let looked = scene.tallies.models.count(seconds);
    if looked > 0 {
        let text = format_compact!("{} after {looked} kinds of look-up within 15 min", event.name);
        return Some(Seen::new(text).against("never invoked a model"));
    }
    let key = event.identity.access_key.as_ref();
    let long_term = key.is_some_and(|key| key.kind() == KeyKind::LongTerm);
    // Being throttled is no sign of a request that was made to fail.
    let probed = event.outcome == Outcome::Denied || event.error.contains("Validation");
    (long_term && probed).then(|| {
        Seen::new(format_compact!("{} fails with {}", event.name, event.error))
            .against("never invoked a model")
    })
}
