//! AWS itself says that a key has leaked, or somebody waves that aside.

use cloudtrail::{AccessKeyId, Arn, Event, IdentityKind, Outcome};
use compact_str::{CompactString, format_compact};

use super::{About, Concerns, Needs, Scene, Seen, Signal, Wants};
use crate::call::Call;
use crate::steps::{HOUR, Step};

pub(super) static QUARANTINED_BY_AWS: Signal = Signal {
    about: About {
        id: "quarantined-by-aws",
        text: "AWS attached its quarantine policy: it knows that a key of this user is public",
        rows: &["IA-41"],
        techniques: &["T1552.001", "T1078.004"],
        needs: Needs::Management,
        look_back: "14 days before and after it",
        noise: "none: AWS attaches it when it finds the key in a public place",
    },
    wants: Wants::Actions(&["iam:AttachUserPolicy", "iam:PutUserPolicy"]),
    see: None,
    notify: Some(quarantined),
};

pub(super) static EXPOSED_SAYS_AWS: Signal = Signal {
    about: About {
        id: "exposed-says-aws",
        text: "AWS Health says that the key was found in a public place",
        rows: &["IA-42"],
        techniques: &["T1552.001", "T1078.004"],
        needs: Needs::Health,
        look_back: "14 days before and after it",
        noise: "none: AWS names the key that it found",
    },
    wants: Wants::Actions(&[
        "health:AWS_RISK_CREDENTIALS_EXPOSED",
        "health:AWS_RISK_CREDENTIALS_COMPROMISED",
    ]),
    see: None,
    notify: Some(exposed),
};

pub(super) static QUARANTINE_LIFTED: Signal = Signal {
    about: About {
        id: "quarantine-lifted",
        text: "AWS's quarantine was taken off a user whose key was not ended first, or somebody tried to",
        rows: &["IA-43"],
        techniques: &["T1562.001"],
        needs: Needs::Management,
        look_back: "a day of an episode, for the end of the key",
        noise: "owners in a hurry: they take it off to get going, and leave the key as it is",
    },
    wants: Wants::Actions(&[
        "iam:DetachUserPolicy",
        "iam:DeleteUserPolicy",
        "iam:DeleteAccessKey",
        "iam:UpdateAccessKey",
    ]),
    see: Some(lifted),
    notify: None,
};

/// The quarantined user.
fn quarantined(call: &Call<'_>) -> Option<Concerns> {
    let event = call.event;
    let policy = quarantine_policy(event)?;
    if event.outcome != Outcome::Success {
        return None;
    }
    Some(Concerns { subject: user_of(event)?, key: None, observed: policy })
}

/// The owner of the key that AWS Health names, or the key itself where nobody says whose it is.
/// Only AWS's own notices count: a record of this name has no other source.
fn exposed(call: &Call<'_>) -> Option<Concerns> {
    let event = call.event;
    let by_aws = event.identity.kind == IdentityKind::AwsService && event.source.is_aws();
    let key = event.request_text("accessKeyId").and_then(|text| AccessKeyId::new(&text));
    let itself = || key.as_ref().map(|key| CompactString::new(key.as_str()));
    let subject = user_of(event).or_else(itself).filter(|_| by_aws)?;
    let place = event.request_text("exposedUrl").filter(|place| !place.is_empty());
    let observed = match place {
        Some(place) => format_compact!("found at {place}"),
        None => event.name.clone(),
    };
    Some(Concerns { subject, key, observed })
}

fn lifted(scene: &mut Scene<'_>) -> Option<Seen> {
    const DAY: i64 = 24 * HOUR;
    let event = scene.call.event;
    let seconds = scene.seconds();
    let user = event.request_text("userName").unwrap_or_default();
    if event.name.ends_with("AccessKey") {
        let ends = event.name == "DeleteAccessKey"
            || event.request_text("status").is_some_and(|status| status == "Inactive");
        if ends && scene.succeeded() {
            scene.tallies.steps.see(seconds, DAY, Step::KeyEnded, &user);
        }
        return None;
    }
    let policy = quarantine_policy(event)?;
    let ended = scene.tallies.steps.saw(seconds, DAY, Step::KeyEnded, &user);
    (!ended).then(|| Seen::new(format_compact!("{policy} off {user}")))
}

/// The quarantine policy that a request is about. Its name has grown versions before, so its
/// beginning counts.
fn quarantine_policy(event: &Event) -> Option<CompactString> {
    const BEGINNINGS: [&str; 2] = ["AWSCompromisedKeyQuarantine", "AWSExposedCredentialPolicy"];
    let arn = event.request_text("policyArn");
    let name = arn
        .as_deref()
        .and_then(|arn| Arn::parse(arn).map(|arn| CompactString::new(arn.name())))
        .or_else(|| event.request_text("policyName"))?;
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)).then_some(name)
}

/// The principal that a request's user has.
fn user_of(event: &Event) -> Option<CompactString> {
    let user = event.request_text("userName").filter(|user| !user.is_empty())?;
    let account = event.account?;
    Some(format_compact!("arn:aws:iam::{account}:user/{user}"))
}
