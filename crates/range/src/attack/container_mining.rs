//! Miners in containers and scaling groups, kept from being ended. (AWS, November 2025.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::record::Outcome;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "container-mining", row: 5, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.policy.is_administrator()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["sts:GetCallerIdentity", "servicequotas:GetServiceQuota"], 3.0)?;
    scene.set("instance-type", "g4dn.12xlarge");
    scene.attempt("ec2:RunInstances", Outcome::Exists)?;
    scene.set("linked-service", "autoscaling.amazonaws.com");
    scene.set("linked-name", "AutoScaling");
    scene.attempt("iam:CreateServiceLinkedRole", Outcome::Exists)?;
    let role = scene.thing("new-role");
    scene.set("new-role", &role);
    scene
        .set("policy-arn", "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy");
    scene.calls(&["iam:CreateRole", "iam:AttachRolePolicy"], 1.0)?;
    scene.made(&role);
    scene.set("container-image", "yenik65958/secret:user");
    scene.set_raw("task-cpu", "16384");
    scene.set_raw("task-memory", "32768");
    scene.set_raw("instance-count", "10");
    scene.set_raw("asg-min", "20");
    scene.set_raw("asg-max", "999");
    let clusters = scene.dice.between(12, 50);
    for _ in 0..clusters {
        let name = scene.thing("new-name");
        scene.set("new-name", &name);
        if scene.call("ecs:CreateCluster")? {
            scene.made(&name);
        }
    }
    scene.calls(&["ecs:RegisterTaskDefinition", "ecs:CreateService"], 2.0)?;
    scene.calls(&["ec2:CreateLaunchTemplate", "autoscaling:CreateAutoScalingGroup"], 2.0)?;
    for _ in 0..scene.dice.between(2, 8) {
        scene.call("ec2:ModifyInstanceAttribute")?;
    }
    let function = scene.thing("new-function");
    scene.set("new-function", &function);
    scene.calls(
        &["lambda:CreateFunction", "lambda:CreateFunctionUrlConfig", "lambda:AddPermission"],
        4.0,
    )?;
    scene.made(&function);
    if let Some(user) = scene.create_user("user-x1x2x3x4", "AmazonSESFullAccess")? {
        scene.create_key(&user, "mail")?;
    }
    Ok(())
}
