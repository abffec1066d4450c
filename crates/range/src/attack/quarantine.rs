//! A key in a public repository: the thief is there within a minute and a half, AWS attaches its
//! quarantine policy, the thief goes on with what is left. (Xebia 2023, for the times.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "quarantine", row: 22, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    let (user, caller) = (scene.me().caller.name.clone(), scene.me().caller.clone());
    scene.set("new-user", &user);
    scene.set("policy-arn", "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3");
    let address = format!("72.21.217.{}", scene.dice.between(2, 250));
    scene.by_other("iam:AttachUserPolicy", &caller, &address, AWS)?;
    scene.quarantine();
    scene.pause(13.0);
    scene.calls(
        &["sts:GetCallerIdentity", "s3:ListBuckets", "ec2:DescribeInstances", "iam:ListUsers"],
        4.0,
    )?;
    scene.pause(30.0);
    scene.create_user("aws-helper", "AdministratorAccess")?;
    for region in scene.regions(3, 8) {
        scene.region(region);
        scene.calls(&["ec2:RunInstances", "ses:GetSendQuota"], 1.0)?;
    }
    scene.wait_hours(1, 30);
    scene.calls(&["sts:GetCallerIdentity", "s3:ListBuckets"], 5.0)?;
    Ok(())
}

/// How AWS's own Java programs call themselves.
const AWS: &str = "aws-internal/3 aws-sdk-java/1.12.779 Linux/5.10.227-198.884.amzn2int.x86_64 OpenJDK_64-Bit_Server_VM/17.0.13+11-LTS java/17.0.13 kotlin/1.3.72 vendor/Amazon.com_Inc. cfg/retry-mode/standard";
