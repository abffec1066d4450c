//! Looking around.

use super::{Case, benign, fires, near};
use crate::callers::{alice, app, carol, machine};
use crate::script::{AT_A_FRIENDS, BOTO, HOSTER, Script, TERRAFORM, VPN};

const READS: [&str; 10] = [
    "iam:ListUsers",
    "iam:ListRoles",
    "ec2:DescribeVpcs",
    "ec2:DescribeSecurityGroups",
    "rds:DescribeDBInstances",
    "lambda:ListFunctions20150331",
    "dynamodb:ListTables",
    "sns:ListTopics",
    "kms:ListKeys",
    "cloudtrail:DescribeTrails",
];
const REGIONS: [&str; 8] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "ap-south-1",
    "sa-east-1",
];

fn over_regions(script: Script, regions: &[&str], action: &str) -> Script {
    regions.iter().fold(script, |script, region| script.in_region(region).calls(action))
}

fn refused_over_regions(script: Script, regions: &[&str], action: &str) -> Script {
    regions.iter().fold(script, |script, region| script.in_region(region).refused(action))
}

fn refused_all(script: Script, actions: &[&str]) -> Script {
    actions.iter().fold(script, |script, action| script.refused(action))
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let friend = || alice().quiet(20).from(AT_A_FRIENDS);
    vec![
        fires("who-am-i-first", "asked at once", friend().calls("sts:GetCallerIdentity"))
            .shows(&["who-am-i-first"]),
        near(
            "who-am-i-first",
            "asked as the second thing",
            friend().calls("s3:ListBuckets").calls("sts:GetCallerIdentity"),
        ),
        near("who-am-i-first", "asked at home", alice().quiet(20).calls("sts:GetCallerIdentity")),
        near(
            "who-am-i-first",
            "who always asks",
            alice()
                .habits(&["sts:GetCallerIdentity", "s3:ListBuckets"])
                .quiet(20)
                .from(AT_A_FRIENDS)
                .calls("sts:GetCallerIdentity"),
        ),
        benign(
            "who-am-i-first",
            "infrastructure code asks at start-up",
            alice().with(TERRAFORM).quiet(20).from(AT_A_FRIENDS).calls("sts:GetCallerIdentity"),
        ),
        fires("read-breadth", "ten kinds of things", friend().calls_all(READS))
            .shows(&["read-breadth"]),
        near("read-breadth", "nine kinds", friend().calls_all(READS[..9].iter().copied())),
        near(
            "read-breadth",
            "ten kinds in two hours",
            READS.iter().fold(friend(), |script, read| script.calls(read).wait_minutes(12)),
        ),
        near("read-breadth", "ten kinds at home", alice().quiet(20).calls_all(READS)),
        benign(
            "read-breadth",
            "a console page in a hotel",
            carol().quiet(20).from(AT_A_FRIENDS).calls_all(READS),
        ),
        fires("region-sweep", "eight regions", over_regions(friend(), &REGIONS, "s3:ListBuckets"))
            .shows(&["region-sweep"]),
        near(
            "region-sweep",
            "seven regions",
            over_regions(friend(), &REGIONS[..7], "s3:ListBuckets"),
        ),
        near(
            "region-sweep",
            "eight regions in a day",
            REGIONS.iter().fold(friend(), |script, region| {
                script.in_region(region).calls("s3:ListBuckets").wait_minutes(90)
            }),
        ),
        benign(
            "region-sweep",
            "an inventory at home",
            over_regions(alice().quiet(20), &REGIONS, "ec2:DescribeInstances"),
        ),
        fires(
            "discovery-from-vpn-or-hoster",
            "behind a VPN for the first time",
            alice().quiet(20).from(VPN).calls("iam:ListUsers"),
        )
        .shows(&["discovery-from-vpn-or-hoster"]),
        near(
            "discovery-from-vpn-or-hoster",
            "from an access network",
            friend().calls("iam:ListUsers"),
        ),
        near(
            "discovery-from-vpn-or-hoster",
            "a program's credential",
            machine().quiet(20).from(HOSTER).calls("iam:ListUsers"),
        )
        .shows(&["off-runtime"]),
        benign(
            "discovery-from-vpn-or-hoster",
            "who is always behind a VPN, on another one",
            alice().from(VPN).quiet(20).from("146.70.161.162").calls("s3:ListBuckets"),
        ),
        fires("refusal-breadth", "ten kinds refused", refused_all(app().quiet(20), &READS))
            .shows(&["refusal-breadth"]),
        near("refusal-breadth", "nine kinds refused", refused_all(app().quiet(20), &READS[..9])),
        near(
            "refusal-breadth",
            "one kind refused often",
            refused_all(app().quiet(20), &["iam:ListUsers"; 40]),
        ),
        near(
            "refusal-breadth",
            "ten kinds fail for other reasons",
            READS.iter().fold(app().quiet(20), |s, read| s.fails(read, "ThrottlingException")),
        ),
        benign(
            "refusal-breadth",
            "a console page with too few rights",
            refused_all(carol().quiet(20), &READS),
        )
        .shows(&["refusal-breadth"]),
        fires(
            "refused-over-regions",
            "a key tries three regions",
            refused_over_regions(app().quiet(20), &REGIONS[..3], "ec2:DescribeInstances"),
        )
        .shows(&["refused-over-regions"]),
        near(
            "refused-over-regions",
            "two regions",
            refused_over_regions(app().quiet(20), &REGIONS[..2], "ec2:DescribeInstances"),
        ),
        near(
            "refused-over-regions",
            "three regions allowed",
            over_regions(app().quiet(20), &REGIONS[..3], "ec2:DescribeInstances"),
        ),
        near(
            "refused-over-regions",
            "three regions in as many hours",
            REGIONS[..3].iter().fold(app().quiet(20), |script, region| {
                script.in_region(region).refused("ec2:DescribeInstances").wait_minutes(65)
            }),
        ),
        benign(
            "refused-over-regions",
            "an auditor's role with too few rights",
            refused_over_regions(
                REGIONS[..3].iter().fold(machine(), |s, region| s.in_region(region).quiet(7)),
                &REGIONS[..3],
                "s3:ListObjects",
            ),
        ),
        fires(
            "mail-reconnaissance",
            "three questions about mail",
            alice().quiet(20).calls_all([
                "ses:GetSendQuota",
                "ses:ListIdentities",
                "ses:GetAccount",
            ]),
        )
        .shows(&["mail-reconnaissance"]),
        fires(
            "mail-reconnaissance",
            "one question in three regions",
            over_regions(alice().quiet(20), &REGIONS[..3], "ses:GetSendQuota"),
        )
        .shows(&["mail-reconnaissance"]),
        near(
            "mail-reconnaissance",
            "two questions",
            alice().quiet(20).calls_all(["ses:GetSendQuota", "ses:ListIdentities"]),
        ),
        near(
            "mail-reconnaissance",
            "with a role's key",
            machine().quiet(20).calls_all([
                "ses:GetSendQuota",
                "ses:ListIdentities",
                "ses:GetAccount",
            ]),
        ),
        benign(
            "mail-reconnaissance",
            "a mailer watches its quota",
            app()
                .habits(&["ses:GetSendQuota", "ses:GetSendStatistics", "ses:ListIdentities"])
                .with(BOTO)
                .quiet(20)
                .calls_all(["ses:GetSendQuota", "ses:GetSendStatistics", "ses:ListIdentities"]),
        ),
    ]
}
