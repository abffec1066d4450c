//! What the client string gives away.

use compact_str::{CompactString, format_compact};
use intel::client::ClientKind;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static ATTACK_DISTRIBUTION: Signal = Signal {
    about: About {
        id: "attack-distribution",
        text: "the client runs on a distribution made for attacks",
        rows: &["IA-16"],
        techniques: &["T1078.004"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "one's own red team",
    },
    wants: Wants::Every,
    see: Some(attack_distribution),
    notify: None,
};

pub(super) static SECRET_SCANNER: Signal = Signal {
    about: About {
        id: "secret-scanner",
        text: "a scanner that tries found keys verified this one: it lies in the open",
        rows: &["IA-17"],
        techniques: &["T1552.001"],
        needs: Needs::Management,
        look_back: "the call against the clients of the last 128 days",
        noise: "one's own scanner, and then too the key is where it should not be",
    },
    wants: Wants::Every,
    see: Some(secret_scanner),
    notify: None,
};

pub(super) static OFFENSIVE_TOOL: Signal = Signal {
    about: About {
        id: "offensive-tool",
        text: "the client is a tool of attackers and red teams",
        rows: &["IA-18"],
        techniques: &["T1526"],
        needs: Needs::Management,
        look_back: "the call against the clients of the last 128 days",
        noise: "one's own red team",
    },
    wants: Wants::Every,
    see: Some(offensive_tool),
    notify: None,
};

fn attack_distribution(scene: &mut Scene<'_>) -> Option<Seen> {
    let distribution = scene.call.client.attack_distribution?;
    Some(Seen::new(format_compact!("{} on {distribution:?}", scene.call.client.family)))
}

fn secret_scanner(scene: &mut Scene<'_>) -> Option<Seen> {
    of_kind(scene, ClientKind::SecretScanner)
}

fn offensive_tool(scene: &mut Scene<'_>) -> Option<Seen> {
    of_kind(scene, ClientKind::Offensive)
}

fn of_kind(scene: &Scene<'_>, kind: ClientKind) -> Option<Seen> {
    let client = &scene.call.client;
    let habit = || scene.basis.profile.clients().get(&client.family).is_some();
    (client.kind == kind && !habit()).then(|| Seen::new(CompactString::clone(&client.family)))
}
