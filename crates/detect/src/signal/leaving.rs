//! Out of the organisation's reach.

use compact_str::CompactString;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static LEAVES_ORGANISATION: Signal = Signal {
    about: About {
        id: "leaves-organisation",
        text: "an account was taken out of the organisation or closed, or somebody tried to",
        rows: &["DE-13"],
        techniques: &["T1562.001", "T1531"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "reorganisations, which are announced",
    },
    wants: Wants::Actions(&[
        "organizations:LeaveOrganization",
        "organizations:RemoveAccountFromOrganization",
        "organizations:CloseAccount",
    ]),
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let error = if event.error.is_empty() { "" } else { " (tried)" };
    // Who has done it before does it by trade.
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    (!habit).then(|| Seen::new(CompactString::from(format!("{}{error}", event.name))))
}
