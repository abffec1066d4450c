//! Secrets read in number.

use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static MANY_SECRETS: Signal = Signal {
    about: About {
        id: "many-secrets",
        text: "twenty or more different secrets were read within an hour",
        rows: &["CA-01", "CA-05", "CA-06"],
        techniques: &["T1555.006"],
        needs: Needs::Management,
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
    let touched = crate::resource::touched(event);
    let secrets = scene.tallies.secrets.see(event.time.seconds(), touched);
    // A principal that has read secrets on many days reads them by trade.
    let habit = scene.basis.profile.actions.get(&scene.call.action.base);
    let by_trade = habit.is_some_and(|entry| entry.days.count() >= 3);
    (secrets >= MANY && !by_trade).then(|| Seen::new(format_compact!("{secrets} within an hour")))
}

fn batch(scene: &mut Scene<'_>) -> Option<Seen> {
    let habit = scene.basis.profile.actions.get(&scene.call.action.base).is_some();
    (!habit).then(|| Seen::new(scene.call.action.name.clone()).against("never before"))
}
