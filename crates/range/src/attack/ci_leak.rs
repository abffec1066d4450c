//! Keys that a poisoned CI action sent home: checked, a second key on a user that is there
//! already, data out over days. (`TeamPCP`, Trivy 2026.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "ci-leak", row: 17, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    matches!(victim.kind, Kind::CiKey | Kind::CiOidc)
        || (victim.has_key() && victim.policy.is_administrator())
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.call("sts:GetCallerIdentity")?;
    scene.wait_hours(0, 3);
    scene.calls(
        &[
            "iam:ListUsers",
            "iam:ListRoles",
            "s3:ListBuckets",
            "ecs:ListClusters",
            "secretsmanager:ListSecrets",
        ],
        10.0,
    )?;
    if let Some(user) = scene.victim.users.last().cloned()
        && let Some(next) = scene.create_key(&user, "developer")?
    {
        scene.wait_hours(1, 8);
        scene.act_as(next);
        scene.call("sts:GetCallerIdentity")?;
    }
    for _ in 0..scene.dice.between(2, 4) {
        if !scene.is_valid() {
            break;
        }
        let bucket = scene.thing("bucket");
        scene.set("bucket", &bucket);
        scene.calls(&["s3:GetBucketLocation", "s3:ListObjects"], 4.0)?;
        for _ in 0..scene.dice.between(20, 90) {
            scene.call("s3:GetObject")?;
        }
        let secret = scene.thing("secret");
        scene.set("secret", &secret);
        scene.call("secretsmanager:GetSecretValue")?;
        scene.wait_hours(6, 24);
    }
    Ok(())
}
