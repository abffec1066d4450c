//! A thorough look for data: functions, secrets, registries, clusters, databases, buckets.
//! (Cases linked to the DPRK.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "data-theft", row: 16, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.may("s3:ListBuckets") && victim.may("secretsmanager:GetSecretValue")
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    scene.calls(&["sts:GetCallerIdentity", "s3:ListBuckets", "lambda:ListFunctions"], 6.0)?;
    for _ in 0..scene.dice.between(2, 7) {
        scene.call("lambda:GetFunction")?;
    }
    scene.call("secretsmanager:ListSecrets")?;
    for _ in 0..scene.dice.between(3, 10) {
        let secret = scene.thing("secret");
        scene.set("secret", &secret);
        scene.call("secretsmanager:GetSecretValue")?;
        scene.pause(3.0);
    }
    scene.calls(
        &[
            "ecr:DescribeRepositories",
            "ecr:GetAuthorizationToken",
            "eks:ListClusters",
            "eks:DescribeCluster",
            "rds:DescribeDBInstances",
            "rds:DescribeDBSnapshots",
        ],
        5.0,
    )?;
    let database = scene.thing("database");
    scene.set("database", &database);
    scene.call("rds:ModifyDBInstance")?;
    scene.wait_hours(1, 20);
    let bucket = scene.thing("bucket");
    scene.set("bucket", &bucket);
    scene.call("s3:ListObjects")?;
    for _ in 0..scene.dice.between(20, 150) {
        scene.call("s3:GetObject")?;
    }
    Ok(())
}
