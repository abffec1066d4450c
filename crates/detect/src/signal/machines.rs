//! Machines: of unusual sizes, in unusual numbers, with another boot script.

use compact_str::format_compact;
use serde_json::Value;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};
use crate::steps::{HOUR, Step};

const LAUNCHES: &[&str] = &[
    "ec2:RunInstances",
    "ec2:RequestSpotInstances",
    "ec2:RequestSpotFleet",
    "ec2:CreateFleet",
    "autoscaling:CreateAutoScalingGroup",
    "autoscaling:UpdateAutoScalingGroup",
];

pub(super) static EXPENSIVE: Signal = Signal {
    about: About {
        id: "expensive-machines",
        text: "machines with graphics processors, of the kinds that miners want, were asked for by one who never started any",
        rows: &["IM-11"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "the first project with models of one's own",
    },
    wants: Wants::Actions(LAUNCHES),
    see: Some(expensive),
    notify: None,
};

pub(super) static BURST: Signal = Signal {
    about: About {
        id: "compute-burst",
        text: "800 processors, 100 machines or four regions were asked for within a day, by one who never started any",
        rows: &["IM-13", "IM-15"],
        techniques: &["T1496"],
        needs: Needs::Management,
        look_back: "an episode, a day at most, against the actions of the last 128 days",
        noise: "the first run of a batch job",
    },
    wants: Wants::Actions(LAUNCHES),
    see: Some(burst),
    notify: None,
};

pub(super) static BOOT_SCRIPT: Signal = Signal {
    about: About {
        id: "boot-script-replaced",
        text: "a machine was stopped, its boot script replaced, and it was started again",
        rows: &["PE-27"],
        techniques: &["T1059.009", "T1578"],
        needs: Needs::Management,
        look_back: "an episode, a day at most",
        noise: "repairs of a machine by hand",
    },
    wants: Wants::Actions(&[
        "ec2:StopInstances",
        "ec2:ModifyInstanceAttribute",
        "ec2:StartInstances",
    ]),
    see: Some(boot_script),
    notify: None,
};

/// Processors for graphics and models, and the machines with the most memory.
fn expensive(scene: &mut Scene<'_>) -> Option<Seen> {
    const FAMILIES: [&str; 8] = ["p", "g", "gr", "inf", "trn", "dl", "x", "u"];
    let request = request::of(scene.call.event);
    let kind = kinds(&request).into_iter().find(|kind| {
        let family = kind.split(|letter: char| !letter.is_ascii_alphabetic()).next();
        FAMILIES.contains(&family.unwrap_or_default())
    })?;
    scene.is_unusual_by_hand().then(|| Seen::new(format_compact!("{kind}, {}", scene.deed())))
}

fn burst(scene: &mut Scene<'_>) -> Option<Seen> {
    const PROCESSORS: u64 = 800;
    const MACHINES: u64 = 100;
    const REGIONS: usize = 4;
    let event = scene.call.event;
    if !scene.is_unusual_by_hand() {
        return None;
    }
    let request = request::of(event);
    let machines = count(&request);
    let each = kinds(&request).iter().map(|kind| processors(kind)).max().unwrap_or(2);
    let seconds = scene.seconds();
    let asked = &mut scene.tallies.compute;
    asked.machines = asked.machines.saturating_add(machines);
    asked.processors = asked.processors.saturating_add(machines.saturating_mul(each));
    let (machines, processors) = (asked.machines, asked.processors);
    let steps = &mut scene.tallies.steps;
    let regions = steps.see(seconds, 8 * HOUR, Step::LaunchRegion, &event.region);
    (processors >= PROCESSORS || machines >= MACHINES || regions >= REGIONS).then(|| {
        Seen::new(format_compact!(
            "{machines} machines, about {processors} processors, {regions} regions"
        ))
    })
}

/// The types that a request names: one, or one for each override of a fleet.
fn kinds(request: &Value) -> Vec<&str> {
    let direct = request.get("instanceType");
    let spot = request.pointer("/launchSpecification/instanceType");
    let fleet = request.pointer("/CreateFleetRequest/LaunchTemplateConfigs/Overrides");
    let overrides = fleet.map(request::list).unwrap_or_default();
    let overrides = overrides.iter().filter_map(|one| one.get("InstanceType"));
    direct.into_iter().chain(spot).chain(overrides).filter_map(request::text).collect()
}

/// How many machines a request asks for at most; a single request of more than AWS grants anybody
/// counts as that.
fn count(request: &Value) -> u64 {
    const MOST: u64 = 10_000;
    let places = [
        "/instancesSet/items/0/maxCount",
        "/instanceCount",
        "/spotFleetRequestConfig/targetCapacity",
        "/CreateFleetRequest/TargetCapacitySpecification/TotalTargetCapacity",
        "/maxSize",
    ];
    let found = places.iter().find_map(|place| request::number(request.pointer(place)?));
    found.unwrap_or(1).min(MOST)
}

/// Virtual processors of a type, told from its size: `large` has two, `4xlarge` sixteen.
fn processors(kind: &str) -> u64 {
    let size = kind.rsplit('.').next().unwrap_or_default();
    if size.starts_with("metal") {
        return 96;
    }
    match size.strip_suffix("xlarge") {
        Some("") => 4,
        Some(times) => times.parse::<u64>().unwrap_or(1).min(112) * 4,
        None => 2,
    }
}

fn boot_script(scene: &mut Scene<'_>) -> Option<Seen> {
    const DAY: i64 = 24 * HOUR;
    let event = scene.call.event;
    if !scene.succeeded() || scene.is_automation() {
        return None;
    }
    let seconds = scene.seconds();
    let request = request::of(event);
    let steps = &mut scene.tallies.steps;
    if event.name == "ModifyInstanceAttribute" {
        let machine = request.get("instanceId").and_then(Value::as_str)?;
        if request.get("userData").is_some()
            && steps.saw(seconds, DAY, Step::MachineStopped, machine)
        {
            steps.see(seconds, DAY, Step::ScriptReplaced, machine);
        }
        return None;
    }
    let starts = event.name == "StartInstances";
    for machine in request::instances(&request) {
        if !starts {
            steps.see(seconds, DAY, Step::MachineStopped, machine);
        } else if steps.saw(seconds, DAY, Step::ScriptReplaced, machine) {
            return Some(Seen::new(format_compact!("{machine}")));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::processors;

    #[test]
    fn sizes_tell_processors() {
        for (kind, expected) in [
            ("t3.micro", 2),
            ("m5.large", 2),
            ("m5.xlarge", 4),
            ("p4d.24xlarge", 96),
            ("c7g.metal", 96),
            ("u-12tb1.112xlarge", 448),
            ("x.99999999999999999999xlarge", 4),
            ("", 2),
        ] {
            assert_eq!(processors(kind), expected, "{kind}");
        }
    }
}
