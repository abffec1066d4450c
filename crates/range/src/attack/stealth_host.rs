//! Malware on the victim's own machine: same address, same program; only the calls differ.

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "stealth-host", row: 20, style: Style::Stealth, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() || matches!(victim.kind, Kind::SsoPerson | Kind::Administrator)
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.thief.address.clone_from(&scene.victim.address);
    scene.thief.rotating = false;
    let client = scene.victim.client.clone();
    scene.with_client(&client);
    scene.calls(
        &[
            "sts:GetCallerIdentity",
            "iam:ListUsers",
            "iam:ListAttachedUserPolicies",
            "s3:ListBuckets",
            "secretsmanager:ListSecrets",
        ],
        30.0,
    )?;
    scene.wait_hours(1, 6);
    for _ in 0..scene.dice.between(3, 9) {
        if !scene.is_valid() {
            break;
        }
        scene.calls(
            &["secretsmanager:GetSecretValue", "ssm:GetParameters", "lambda:GetFunction"],
            60.0,
        )?;
    }
    if let Some(user) = scene.victim.users.first().cloned() {
        scene.create_key(&user, "developer")?;
    }
    Ok(())
}
