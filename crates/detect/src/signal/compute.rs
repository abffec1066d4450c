//! Machines at somebody else's cost.

use cloudtrail::Outcome;
use compact_str::format_compact;
use serde_json::Value;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};

pub(super) static UNUSED_REGION: Signal = Signal {
    about: About {
        id: "compute-in-unused-region",
        text: "machines, clusters or functions were started in a region that nobody here uses",
        rows: &["IM-12", "DE-16"],
        techniques: &["T1496", "T1535"],
        needs: Needs::Management,
        look_back: "the call against the regions that anybody used in the last 128 days",
        noise: "the launch of a new region",
    },
    wants: Wants::Actions(&[
        "ec2:RunInstances",
        "ec2:RequestSpotInstances",
        "ec2:CreateFleet",
        "ecs:CreateCluster",
        "eks:CreateCluster",
        "lambda:CreateFunction",
        "autoscaling:CreateAutoScalingGroup",
        "sagemaker:CreateNotebookInstance",
        "lightsail:CreateInstances",
    ]),
    see: Some(unused_region),
    notify: None,
};

pub(super) static REFUSED_LAUNCH: Signal = Signal {
    about: About {
        id: "refused-launch",
        text: "launches of machines were refused or ran into a limit, for the first time",
        rows: &["IM-14"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a forgotten permission of a new deployment",
    },
    wants: Wants::Actions(&["ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:CreateFleet"]),
    see: Some(refused_launch),
    notify: None,
};

pub(super) static CONTAINER_MINER: Signal = Signal {
    about: About {
        id: "container-miner",
        text: "a task with many processors and a public image was defined and started",
        rows: &["IM-16"],
        techniques: &["T1496", "T1610"],
        needs: Needs::Management,
        look_back: "half an hour of an episode",
        noise: "batch jobs on public images",
    },
    wants: Wants::Actions(&["ecs:RegisterTaskDefinition", "ecs:RunTask", "ecs:CreateService"]),
    see: Some(container_miner),
    notify: None,
};

fn unused_region(scene: &mut Scene<'_>) -> Option<Seen> {
    /// Before the organisation has shown its regions, every region is unused.
    const SETTLED_DAYS: u64 = 7;
    let event = scene.call.event;
    let organisation = &scene.basis.crowds.organisation;
    let used = organisation.with_region(&event.region) > 0
        || scene.basis.profile.regions().get(&event.region).is_some();
    (!used && organisation.days >= SETTLED_DAYS)
        .then(|| Seen::new(event.region.as_str()).against("nobody of the organisation works there"))
}

fn refused_launch(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let limits = ["LimitExceeded", "InstanceCountExceeded", "PendingVerification", "OptInRequired"];
    // Too many calls a second are no limit on machines: busy automation meets it every day.
    let limited = !event.error.contains("RequestLimitExceeded")
        && limits.iter().any(|code| event.error.contains(code));
    let refused = event.outcome == Outcome::Denied || limited;
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    (refused && !habit).then(|| Seen::new(format_compact!("{} ({})", event.name, event.error)))
}

/// Units of processor, 1,024 to the core: what the task asks for, or its containers together.
fn processor_units(task: &Value) -> f64 {
    // Fargate also takes "8 vCPU".
    let units = |value: &Value| {
        let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
        let cores = text.strip_suffix("vcpu").and_then(|cores| cores.trim().parse::<f64>().ok());
        value.as_f64().or_else(|| text.parse().ok()).or(cores.map(|cores| cores * 1_024.0))
    };
    let own = |thing: &Value| thing.get("cpu").and_then(units).unwrap_or(0.0);
    let containers = task.get("containerDefinitions").map(request::list).unwrap_or_default();
    own(task).max(containers.iter().map(own).sum())
}

fn container_miner(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY_CPU_UNITS: f64 = 8_192.0;
    let event = scene.call.event;
    let seconds = event.time.seconds();
    if event.outcome != Outcome::Success {
        return None;
    }
    if event.name != "RegisterTaskDefinition" {
        let defined = scene.tallies.containers.count(seconds) > 0;
        return defined.then(|| Seen::new(format_compact!("{} within half an hour", event.name)));
    }
    let request: Value = serde_json::from_str(event.request.as_deref()?).ok()?;
    let large = processor_units(&request) >= MANY_CPU_UNITS;
    let public = request.get("containerDefinitions")?.as_array()?.iter().any(|container| {
        let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
        !image.contains(".dkr.ecr.")
    });
    if large && public {
        scene.tallies.containers.see(seconds, "defined");
    }
    None
}
