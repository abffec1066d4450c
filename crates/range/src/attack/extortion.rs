//! Keys from exposed .env files: a role with all rights, functions in many regions that look for
//! more such files, then the data is copied and deleted. (Unit 42 2024.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "extortion", row: 3, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key()
        && victim.may("s3:ListBuckets")
        && (victim.may("iam:CreateRole") || victim.may("s3:DeleteObject"))
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["sts:GetCallerIdentity", "iam:ListUsers", "s3:ListBuckets"], 8.0)?;
    scene.set("instance-type", "c5.4xlarge");
    scene.calls(&["ec2:CreateSecurityGroup", "ec2:RunInstances"], 10.0)?;
    let role = "lambda-ex".to_owned();
    scene.set("new-role", &role);
    scene.set("policy-arn", "arn:aws:iam::aws:policy/AdministratorAccess");
    let made = scene.call("iam:CreateRole")?;
    if made {
        scene.made(&role);
    }
    scene.pause(4.0);
    if made && scene.call("iam:AttachRolePolicy")? {
        for region in scene.regions(5, 13) {
            scene.region(region);
            let function = scene.thing("new-function");
            scene.set("new-function", &function);
            if scene.call("lambda:CreateFunction")? {
                scene.made(&function);
            }
            scene.pause(3.0);
        }
    }
    let home = scene.victim.regions[0].clone();
    scene.region(&home);
    scene.pause(600.0);
    for _ in 0..scene.dice.between(2, 5) {
        let bucket = scene.thing("bucket");
        scene.set("bucket", &bucket);
        scene.calls(
            &[
                "s3:GetBucketLocation",
                "s3:GetBucketAcl",
                "s3:GetBucketLogging",
                "s3:GetBucketVersioning",
                "s3:ListObjects",
            ],
            1.0,
        )?;
        for _ in 0..scene.dice.between(10, 60) {
            scene.call("s3:GetObject")?;
        }
        for _ in 0..scene.dice.between(5, 40) {
            scene.call("s3:DeleteObject")?;
        }
    }
    Ok(())
}
