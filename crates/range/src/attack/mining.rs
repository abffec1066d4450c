//! Miners in every region within minutes. (Unit 42, EleKtra-Leak.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::record::Outcome;
use crate::truth::Style;

pub(super) const FAMILY: Family = Family { name: "mining", row: 4, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.policy.is_administrator()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["sts:GetCallerIdentity", "ec2:DescribeRegions"], 2.0)?;
    for region in scene.regions(5, 16) {
        scene.region(region);
        scene.calls(&["ec2:DescribeVpcs", "ec2:DescribeImages"], 0.5)?;
        let group = format!("{}-{}", "default", scene.dice.between(100, 999));
        let id = scene.thing("new-security-group");
        scene.set("new-group", &group);
        scene.set("new-security-group", &id);
        scene.set("port", "22");
        scene.calls(&["ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroupIngress"], 1.0)?;
        scene.made(&id);
        for size in ["c5a.24xlarge", "c5.18xlarge", "m5.24xlarge", "r5.24xlarge"] {
            let instance = scene.thing("new-instance");
            scene.set("new-instance", &instance);
            scene.set("instance-type", size);
            scene.set_raw("instance-count", "10");
            let full = scene.dice.chance(0.4);
            if scene
                .attempt("ec2:RunInstances", if full { Outcome::Fails } else { Outcome::Done })?
            {
                scene.made(&instance);
            }
        }
        scene.pause(4.0);
    }
    Ok(())
}
