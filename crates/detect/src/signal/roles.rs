//! Roles: many at once, and the root of other accounts.

use cloudtrail::Arn;
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{MINUTE, Step};

pub(super) static FAN_OUT: Signal = Signal {
    about: About {
        id: "role-fan-out",
        text: "five or more roles, or roles in three or more accounts, were assumed within ten minutes, which the principal never did from here",
        rows: &["LX-05"],
        techniques: &["T1550.001"],
        needs: Needs::Management,
        look_back: "ten minutes of an episode, against the last 128 days",
        noise: "inventories on their first day",
    },
    wants: Wants::Actions(&["sts:AssumeRole"]),
    see: Some(fan_out),
    notify: None,
};

pub(super) static ROOT_ASSUMED: Signal = Signal {
    about: About {
        id: "root-assumed",
        text: "the root of a member account was assumed by one who never did that, or somebody tried to",
        rows: &["PV-11"],
        techniques: &["T1548.005"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the clearing away of root credentials, once for each account",
    },
    wants: Wants::Actions(&["sts:AssumeRoot"]),
    see: Some(root_assumed),
    notify: None,
};

fn fan_out(scene: &mut Scene<'_>) -> Option<Seen> {
    const ROLES: usize = 5;
    const ACCOUNTS: usize = 3;
    let event = scene.call.event;
    if !scene.is_unusual_by_hand() || !scene.succeeded() {
        return None;
    }
    let seconds = scene.seconds();
    let role = event.request_text("roleArn")?;
    let account = Arn::parse(&role).and_then(|arn| arn.account);
    let steps = &mut scene.tallies.steps;
    let roles = steps.see(seconds, 10 * MINUTE, Step::RoleAssumed, &role);
    let accounts = steps.see(seconds, 10 * MINUTE, Step::AccountEntered, account);
    (roles >= ROLES || accounts >= ACCOUNTS).then(|| {
        Seen::new(format_compact!("{roles} roles in {accounts} accounts within ten minutes"))
    })
}

fn root_assumed(scene: &mut Scene<'_>) -> Option<Seen> {
    let target = scene.call.event.request_text("targetPrincipal").unwrap_or_default();
    scene.is_new().then(|| Seen::new(format_compact!("root of {target}")))
}
