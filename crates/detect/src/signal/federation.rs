//! Federation tokens: sessions that outlive the key that made them.

use cloudtrail::Outcome;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static FEDERATION_TOKEN: Signal = Signal {
    about: About {
        id: "federation-token",
        text: "a federation token was fetched for the first time: it outlives the key",
        rows: &["PE-13"],
        techniques: &["T1550.001"],
        needs: Needs::Management,
        noise: "old sign-in portals",
    },
    wants: Wants::Actions(&["sts:GetFederationToken"]),
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let habit = scene.basis.profile.actions.get(&scene.call.action.base).is_some();
    let name = event.request_text("name").unwrap_or_default();
    (!habit && event.outcome == Outcome::Success).then(|| Seen::new(name).against("never before"))
}
