//! Sign-ins to the console that no owner makes.

use cloudtrail::Outcome;
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{MINUTE, Step};

pub(super) static BY_MACHINE: Signal = Signal {
    about: About {
        id: "machine-signs-in",
        text: "the credential of an instance, task or function was turned into a console session",
        rows: &["IA-26"],
        techniques: &["T1550.001"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "home-made portals that run on an instance",
    },
    wants: Wants::Actions(&["signin:GetSigninToken", "signin:ConsoleLogin"]),
    see: Some(by_machine),
    notify: None,
};

pub(super) static AFTER_FAILURES: Signal = Signal {
    about: About {
        id: "sign-in-after-failures",
        text: "a sign-in from a new network succeeded after four or more had failed",
        rows: &["IA-36"],
        techniques: &["T1110"],
        needs: Needs::Management,
        look_back: "15 minutes of an episode",
        noise: "a forgotten password on a journey",
    },
    wants: Wants::Actions(&["signin:ConsoleLogin"]),
    see: Some(after_failures),
    notify: None,
};

fn by_machine(scene: &mut Scene<'_>) -> Option<Seen> {
    let machine = scene.basis.kind.has_runtime();
    (machine && scene.succeeded() && !scene.is_habit()).then(|| {
        Seen::new(format_compact!("{} by {}", scene.call.event.name, scene.basis.kind.as_str()))
    })
}

fn after_failures(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 4;
    let event = scene.call.event;
    let seconds = scene.seconds();
    let steps = &mut scene.tallies.steps;
    if event.outcome != Outcome::Success {
        steps.see(seconds, 15 * MINUTE, Step::SignInFailed, &event.id);
        return None;
    }
    let failures = steps.count(seconds, 15 * MINUTE, Step::SignInFailed);
    (failures >= MANY && scene.new_network)
        .then(|| Seen::new(format_compact!("{failures} failures within 15 min")))
}
