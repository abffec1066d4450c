//! Credentials of an instance or a function, used from elsewhere for minutes: a sweep, or mail.
//! (Unit 42, case studies.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "runtime-theft", row: 15, style: Style::Quiet, suits, act };

fn suits(victim: &Victim) -> bool {
    matches!(victim.kind, Kind::Instance | Kind::Function | Kind::Container)
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    if scene.dice.chance(0.5) {
        scene.calls(
            &[
                "sts:GetCallerIdentity",
                "ec2:DescribeInstances",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeVpcs",
                "iam:ListRoles",
                "s3:ListBuckets",
            ],
            2.0,
        )?;
    } else {
        scene.calls(
            &["sts:GetCallerIdentity", "ses:GetSendQuota", "ses:ListIdentities", "ses:GetAccount"],
            2.0,
        )?;
    }
    for _ in 0..scene.dice.between(0, 6) {
        if !scene.is_valid() {
            break;
        }
        scene.calls(&["secretsmanager:GetSecretValue", "ssm:GetParameter"], 20.0)?;
    }
    Ok(())
}
