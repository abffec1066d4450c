//! A key that nobody may ever use was used.

use compact_str::CompactString;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static CANARY_KEY: Signal = Signal {
    about: About {
        id: "canary-key",
        text: "a canary key was used: it lies only where a thief would find it",
        rows: &["IA-44"],
        techniques: &["T1078.004"],
        needs: Needs::UserList,
        look_back: "the call itself",
        noise: "the organisation's own secret scanners",
    },
    wants: Wants::Every,
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let key = scene.call.event.identity.access_key.as_ref()?;
    let canary = scene.basis.settings.canary_keys.contains(key);
    canary.then(|| Seen::new(CompactString::new(key.as_str())).against("never used"))
}
