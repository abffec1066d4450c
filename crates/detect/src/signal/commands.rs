//! From the API into the machines.

use cloudtrail::Event;
use compact_str::format_compact;
use serde_json::Value;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};
use crate::steps::{HOUR, Step};

pub(super) static COMMANDS: Signal = Signal {
    about: About {
        id: "commands-to-machines",
        text: "shell commands, or commands to several machines, were sent by one who never sent any, or somebody tried to",
        rows: &["LX-01"],
        techniques: &["T1651"],
        needs: Needs::Management,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "the first repair of a machine",
    },
    wants: Wants::Actions(&["ssm:SendCommand"]),
    see: Some(commands),
    notify: None,
};

pub(super) static SSH_KEYS: Signal = Signal {
    about: About {
        id: "ssh-key-pushed",
        text: "SSH keys were pushed to several machines or to a serial console by one who never did that, or somebody tried to",
        rows: &["LX-03"],
        techniques: &["T1021.004", "T1098.004"],
        needs: Needs::Management,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "a new operator",
    },
    wants: Wants::Actions(&[
        "ec2-instance-connect:SendSSHPublicKey",
        "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
        "ec2:EnableSerialConsoleAccess",
    ]),
    see: Some(ssh_keys),
    notify: None,
};

/// Documents that run what the request says, rather than one thing that the document says.
const SHELLS: [&str; 4] =
    ["AWS-RunShellScript", "AWS-RunPowerShellScript", "AWS-RunRemoteScript", "AWS-RunDocument"];

fn commands(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 2;
    if !scene.is_new_by_hand() {
        return None;
    }
    let event = scene.call.event;
    let request = request::of(event);
    let document = request.get("documentName").and_then(request::text).unwrap_or_default();
    // Documents of AWS may be named by their ARN, too.
    let name = document.rsplit(['/', ':']).next().unwrap_or_default();
    let ids = request.get("instanceIds").map(request::list).unwrap_or_default();
    let machines = reached(scene, event, ids.iter().filter_map(Value::as_str));
    let by_tag = request.get("targets").is_some_and(|targets| !request::list(targets).is_empty());
    (SHELLS.contains(&name) || machines >= MANY || by_tag)
        .then(|| Seen::new(format_compact!("{name} to {machines} machines")))
}

/// One key to one machine is how people sign in; the serial console is how nobody does.
fn ssh_keys(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 2;
    if !scene.is_new_by_hand() {
        return None;
    }
    let event = scene.call.event;
    if event.name != "SendSSHPublicKey" {
        return Some(Seen::new(scene.deed()));
    }
    let machine = event.request_text("instanceId")?;
    let machines = reached(scene, event, [machine.as_str()]);
    (machines >= MANY).then(|| Seen::new(format_compact!("{machines} machines within an hour")))
}

/// How many machines the calls of this name have reached within an hour.
fn reached<'m>(
    scene: &mut Scene<'_>,
    event: &Event,
    machines: impl IntoIterator<Item = &'m str>,
) -> usize {
    let seconds = event.time.seconds();
    let steps = &mut scene.tallies.steps;
    let mut count = 0;
    for machine in machines {
        count = steps.see(seconds, HOUR, Step::MachineReached, machine);
    }
    count
}
