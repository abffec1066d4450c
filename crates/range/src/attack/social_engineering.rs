//! A person's session, from a line near the person: the console, CloudShell, secrets, users, and
//! the defences off. (LUCR-3, Scattered Spider, Muddled Libra.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::network::NetworkKind;
use crate::principal::Kind;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "social-engineering", row: 13, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    matches!(victim.kind, Kind::Administrator | Kind::SsoPerson | Kind::UserPerson)
        && victim.may("secretsmanager:ListSecrets")
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.settle_near(NetworkKind::Home)?;
    scene.program(&["browser"])?;
    scene.calls(
        &["ec2:DescribeInstances", "iam:ListUsers", "iam:GetAccountSummary", "s3:ListBuckets"],
        3.0,
    )?;
    scene.call("cloudshell:CreateEnvironment")?;
    scene.program(&["cloudshell"])?;
    scene.pause(40.0);
    scene.call("secretsmanager:ListSecrets")?;
    for _ in 0..scene.dice.between(6, 20) {
        let secret = scene.thing("secret");
        scene.set("secret", &secret);
        scene.call("secretsmanager:GetSecretValue")?;
    }
    if let Some(user) = scene.create_user("svc-support", "AdministratorAccess")? {
        scene.create_key(&user, "administrator")?;
    }
    scene.calls(
        &[
            "ec2:ReplaceIamInstanceProfileAssociation",
            "ec2:EnableSerialConsoleAccess",
            "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
        ],
        30.0,
    )?;
    scene.calls(
        &[
            "guardduty:ListDetectors",
            "guardduty:DeleteDetector",
            "cloudtrail:DescribeTrails",
            "cloudtrail:StopLogging",
        ],
        20.0,
    )?;
    Ok(())
}
