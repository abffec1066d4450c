//! Credentials of an instance or a pod, used from outside; code and state files hold the keys to
//! the next account. (Sysdig, SCARLETEEL.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::principal::Kind;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "metadata-theft", row: 14, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    matches!(victim.kind, Kind::Instance | Kind::Container)
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["sts:GetCallerIdentity", "s3:ListBuckets", "lambda:ListFunctions"], 5.0)?;
    for _ in 0..scene.dice.between(2, 6) {
        scene.call("lambda:GetFunction")?;
    }
    let bucket = scene.thing("bucket");
    scene.set("bucket", &bucket);
    scene.set("object", "terraform.tfstate");
    scene.calls(&["s3:ListObjects", "s3:GetObject"], 4.0)?;
    scene.pause(300.0);
    if let Some(user) = scene.victim.users.first().cloned() {
        scene.create_key(&user, "administrator")?;
    }
    scene.calls(
        &["iam:ListUsers", "iam:ListRoles", "ec2:DescribeInstances", "secretsmanager:ListSecrets"],
        3.0,
    )?;
    for (account, role) in scene.victim.roles.clone().iter().take(3) {
        if scene.assume(account, role, "application")?.is_some() {
            scene.pause(10.0);
        }
    }
    scene.set("instance-type", "c5.18xlarge");
    scene.call("ec2:RunInstances")?;
    Ok(())
}
