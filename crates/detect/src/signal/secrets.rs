//! Secrets read in number.

use cloudtrail::Event;
use compact_str::{CompactString, format_compact};
use serde::Deserialize;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static MANY_SECRETS: Signal = Signal {
    about: About {
        id: "many-secrets",
        text: "twenty or more different secrets were read within an hour",
        rows: &["CA-01", "CA-05", "CA-06"],
        techniques: &["T1555.006"],
        needs: Needs::Management,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "clusters that sync all secrets, rotation",
    },
    wants: Wants::Actions(&[
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        "ec2:GetPasswordData",
    ]),
    see: Some(many),
    notify: None,
};

pub(super) static BATCH_SECRETS: Signal = Signal {
    about: About {
        id: "secrets-in-batch",
        text: "secrets were read in batches, for the first time",
        rows: &["CA-02"],
        techniques: &["T1555.006"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a new version of an application",
    },
    wants: Wants::Actions(&["secretsmanager:BatchGetSecretValue"]),
    see: Some(batch),
    notify: None,
};

fn many(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 20;
    let event = scene.call.event;
    let parameter = event.service == "ssm";
    if parameter && event.request_text("withDecryption").as_deref() != Some("true") {
        return None;
    }
    let seconds = event.time.seconds();
    let mut secrets = 0;
    for secret in read_by(event) {
        secrets = scene.tallies.secrets.see(seconds, secret);
    }
    // A principal that has read secrets on many days reads them by trade.
    let habit = scene.basis.profile.actions().get(&scene.call.action.base);
    let by_trade = habit.is_some_and(|entry| entry.days.count() >= 3);
    (secrets >= MANY && !by_trade).then(|| Seen::new(format_compact!("{secrets} within an hour")))
}

/// The secrets that a call reads: `GetParameters` names up to ten at once.
fn read_by(event: &Event) -> Vec<CompactString> {
    #[derive(Deserialize)]
    struct Names {
        names: Vec<CompactString>,
    }
    let request = event.request.as_deref().unwrap_or_default();
    match serde_json::from_str::<Names>(request) {
        Ok(request) => request.names,
        Err(_) => vec![crate::resource::touched(event)],
    }
}

fn batch(scene: &mut Scene<'_>) -> Option<Seen> {
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    (!habit).then(|| Seen::new(scene.call.action.name.clone()).against("never before"))
}
