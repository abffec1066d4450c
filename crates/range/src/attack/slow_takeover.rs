//! Weeks of looking around, a user, the console, machines and domains, and cleaning up.
//! (Invictus, `DangerDev`.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "slow-takeover", row: 9, style: Style::Quiet, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.policy.is_administrator()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(
        &["sts:GetCallerIdentity", "ses:GetSendQuota", "servicequotas:ListServiceQuotas"],
        20.0,
    )?;
    scene.wait_hours(10, 50);
    scene
        .calls(&["iam:SimulatePrincipalPolicy", "iam:ListUsers", "ec2:DescribeInstances"], 40.0)?;
    scene.wait_hours(10, 70);
    let Some(user) = scene.create_user("DangerDev@protonmail.me", "AdministratorAccess")? else {
        return Ok(());
    };
    scene.create_password(&user)?;
    scene.wait_hours(1, 30);
    scene.sign_in(&user, "administrator")?;
    scene.calls(
        &["ec2:DescribeInstances", "ec2:DescribeKeyPairs", "ec2:DescribeSecurityGroups"],
        4.0,
    )?;
    let key = scene.thing("new-name");
    scene.set("key-pair", &key);
    scene.set("instance-type", "p3.16xlarge");
    let instance = scene.thing("new-instance");
    scene.set("new-instance", &instance);
    scene.calls(&["ec2:CreateKeyPair", "ec2:CreateSecurityGroup", "ec2:RunInstances"], 30.0)?;
    scene.made(&instance);
    scene.wait_hours(5, 40);
    scene.sign_in(&user, "administrator")?;
    scene.calls(
        &[
            "lightsail:GetRegions",
            "lightsail:CreateInstances",
            "route53domains:CheckDomainAvailability",
            "route53domains:RegisterDomain",
        ],
        90.0,
    )?;
    scene.wait_hours(5, 40);
    scene.sign_in(&user, "administrator")?;
    scene.calls(
        &[
            "guardduty:ListDetectors",
            "guardduty:ListFindings",
            "guardduty:GetFindings",
            "iam:DeleteAccessKey",
        ],
        15.0,
    )?;
    Ok(())
}
