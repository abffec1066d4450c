//! Callers: `userIdentity` as CloudTrail writes it for every type.

use serde_json::{Value, json};

use crate::script::{ACCOUNT, AWS, BOTO, LAMBDA, Script, TERRAFORM};

/// An IAM user with the long-term key `AKIA` and its name.
pub(crate) fn user(name: &str) -> Value {
    json!({
        "type": "IAMUser",
        "principalId": format!("AIDA{}", name.to_ascii_uppercase()),
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
        "accountId": ACCOUNT,
        "accessKeyId": format!("AKIA{:A>16}", name.to_ascii_uppercase()),
        "userName": name,
    })
}

pub(crate) fn root() -> Value {
    json!({
        "type": "Root",
        "principalId": ACCOUNT,
        "arn": format!("arn:aws:iam::{ACCOUNT}:root"),
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAROOTROOTROOTROOT",
    })
}

/// A role session with a temporary key.
pub(crate) fn session(role: &str, name: &str) -> Value {
    json!({
        "type": "AssumedRole",
        "principalId": format!("AROA{}:{name}", role.to_ascii_uppercase()),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}"),
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAAAAAAAAAAAAAAAAA",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": format!("AROA{}", role.to_ascii_uppercase()),
                "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": { "creationDate": "2026-03-02T08:00:00Z", "mfaAuthenticated": "false" },
        },
    })
}

/// The credentials of an instance.
pub(crate) fn instance() -> Value {
    let mut identity = session("web", "i-0123456789abcdef0");
    identity["sessionContext"]["ec2RoleDelivery"] = json!("2.0");
    identity
}

/// A person of Identity Center.
pub(crate) fn sso(person: &str) -> Value {
    session("AWSReservedSSO_Developer_0123456789abcdef", person)
}

/// Alice works from home with the command line on a Mac.
pub(crate) fn alice() -> Script {
    Script::of(user("alice"))
}

/// A program with a user's key, on a machine in AWS.
pub(crate) fn app() -> Script {
    let habits = &["s3:ListObjects", "s3:GetBucketLocation", "sqs:ReceiveMessage"];
    Script::of(user("app")).from(AWS).with(BOTO).habits(habits)
}

/// A person in the console.
pub(crate) fn carol() -> Script {
    let habits = &["ec2:DescribeInstances", "ec2:DescribeVolumes", "cloudwatch:DescribeAlarms"];
    Script::of(sso("carol@example.com")).in_console().habits(habits)
}

/// An instance with its role.
pub(crate) fn machine() -> Script {
    let habits = &["s3:ListObjects", "ssm:UpdateInstanceInformation"];
    Script::of(instance()).from(AWS).with(BOTO).habits(habits)
}

/// A function with its role.
pub(crate) fn function() -> Script {
    let habits = &["dynamodb:DescribeTable", "s3:ListObjects"];
    Script::of(session("resize", "resize")).from(AWS).with(LAMBDA).habits(habits)
}

/// Terraform on a machine in AWS, under a role.
pub(crate) fn deployer() -> Script {
    let habits = &["iam:GetRole", "ec2:DescribeVpcs", "ec2:CreateTags", "sts:GetCallerIdentity"];
    Script::of(session("deploy", "terraform")).from(AWS).with(TERRAFORM).habits(habits)
}
