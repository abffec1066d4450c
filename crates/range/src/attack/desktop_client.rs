//! A desktop S3 client, used for identities and machines, back again after being thrown out.
//! (Permiso, GUI-vil.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "desktop-client", row: 10, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.may("s3:ListBuckets")
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.program(&["s3-browser"])?;
    scene.calls(&["s3:ListBuckets", "s3:GetBucketLocation", "s3:ListObjects"], 3.0)?;
    for _ in 0..scene.dice.between(2, 6) {
        scene.calls(&["s3:GetBucketLocation", "s3:GetBucketPolicy"], 2.0)?;
    }
    let Some(user) = scene.create_user("sec_audit", "AdministratorAccess")? else {
        let bucket = scene.thing("bucket");
        scene.set("bucket", &bucket);
        for _ in 0..scene.dice.between(5, 40) {
            scene.call("s3:GetObject")?;
        }
        return Ok(());
    };
    scene.create_password(&user)?;
    let second = scene.create_key(&user, "administrator")?;
    scene.set("new-policy", "dq");
    scene.call("iam:PutUserPolicy")?;
    scene.pause(60.0);
    scene.sign_in(&user, "administrator")?;
    let key = scene.thing("key-pair");
    scene.set("key-pair", &key);
    scene.set("instance-type", "p3.16xlarge");
    scene.calls(
        &[
            "ec2:DescribeImages",
            "ec2:CreateKeyPair",
            "ec2:CreateSecurityGroup",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:RunInstances",
        ],
        25.0,
    )?;
    if let Some(second) = second {
        scene.wait_hours(8, 40);
        scene.program(&["s3-browser", "aws-cli"])?;
        scene.act_as(second);
        scene.calls(&["s3:ListBuckets", "iam:ListUsers", "iam:ListAccessKeys"], 6.0)?;
    }
    Ok(())
}
