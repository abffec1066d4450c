//! A scanner's check, users, a wide look at everything, snapshots of databases and disks.
//! (Crimson Collective, Rapid7 2025.)

use crate::attack::{Family, Scene, Victim};
use crate::error::Result;
use crate::truth::Style;

pub(super) const FAMILY: Family =
    Family { name: "crimson", row: 12, style: Style::Loud, suits, act };

fn suits(victim: &Victim) -> bool {
    victim.has_key() && victim.policy.is_administrator()
}

fn act(scene: &mut Scene<'_>) -> Result<()> {
    let tool = scene.thief.client.clone();
    scene.program(&["trufflehog"])?;
    scene.call("sts:GetCallerIdentity")?;
    scene.with_client(&tool);
    scene.pause(300.0);
    if let Some(user) = scene.create_user("sys-maint", "AdministratorAccess")? {
        scene.create_password(&user)?;
        if let Some(next) = scene.create_key(&user, "administrator")? {
            scene.pause(30.0);
            scene.act_as(next);
        }
    }
    scene.call("iam:SimulatePrincipalPolicy")?;
    scene.calls(
        &[
            "ec2:DescribeInstances",
            "ec2:DescribeVolumes",
            "ec2:DescribeSnapshots",
            "ec2:DescribeImages",
            "ec2:DescribeVpcs",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeRouteTables",
            "ec2:DescribeKeyPairs",
            "rds:DescribeDBInstances",
            "rds:DescribeDBClusters",
            "rds:DescribeDBSnapshots",
            "s3:ListBuckets",
            "iam:ListUsers",
            "iam:ListRoles",
            "iam:ListPolicies",
            "ses:GetAccount",
            "ses:ListIdentities",
            "sns:GetSMSAttributes",
            "elasticloadbalancing:DescribeLoadBalancers",
            "route53:ListHostedZones",
            "ecs:ListClusters",
            "eks:ListClusters",
            "lambda:ListFunctions",
            "cloudformation:ListStacks",
            "ce:GetCostAndUsage",
            "organizations:DescribeOrganization",
            "elasticfilesystem:DescribeFileSystems",
            "dynamodb:ListTables",
            "secretsmanager:ListSecrets",
        ],
        1.5,
    )?;
    let database = scene.thing("database");
    scene.set("database", &database);
    let export = scene.thing("new-name");
    scene.set("new-name", &export);
    scene.calls(&["rds:ModifyDBInstance", "rds:CreateDBSnapshot", "rds:StartExportTask"], 120.0)?;
    scene.made(&export);
    scene.calls(
        &[
            "ec2:CreateSnapshot",
            "ec2:CreateSecurityGroup",
            "ec2:RunInstances",
            "ec2:CreateVolume",
            "ec2:AttachVolume",
        ],
        40.0,
    )?;
    let bucket = scene.thing("bucket");
    scene.set("bucket", &bucket);
    for _ in 0..scene.dice.between(5, 40) {
        scene.call("s3:GetObject")?;
    }
    Ok(())
}
