//! The owners are locked out.

use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{HOUR, Step};

pub(super) static LOCKS_OUT: Signal = Signal {
    about: About {
        id: "locks-owners-out",
        text: "three or more other users lost their key, password or second factor within an hour, by one who never did that",
        rows: &["IM-29"],
        techniques: &["T1531"],
        needs: Needs::Management,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "responders to an incident; a department that leaves",
    },
    wants: Wants::Actions(&[
        "iam:DeleteAccessKey",
        "iam:DeleteLoginProfile",
        "iam:DeleteUser",
        "iam:DeactivateMFADevice",
        "iam:UpdateAccessKey",
        "iam:UpdateLoginProfile",
    ]),
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 3;
    let event = scene.call.event;
    let user = event.request_text("userName")?;
    let own = user == event.identity.user_name;
    let opens = event.name == "UpdateAccessKey"
        && event.request_text("status").is_none_or(|status| status != "Inactive");
    if own || opens || !scene.succeeded() || !scene.is_new_by_hand() {
        return None;
    }
    let seconds = scene.seconds();
    let users = scene.tallies.steps.see(seconds, HOUR, Step::LockedOut, &user);
    (users >= MANY).then(|| Seen::new(format_compact!("{users} users")).against("never before"))
}
