//! Ways from the rights that one has to more: each a set of actions that together suffice.
//!
//! Source: Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and Mitigation".

use compact_str::{CompactString, format_compact};

use crate::context::Context;
use crate::evaluate::Policies;
use crate::reach::{Extent, may};

const WAYS: [(&str, &[&str]); 21] = [
    ("a new version of a policy", &["iam:CreatePolicyVersion"]),
    ("an older version of a policy", &["iam:SetDefaultPolicyVersion"]),
    ("a key for another user", &["iam:CreateAccessKey"]),
    ("a password for another user", &["iam:CreateLoginProfile"]),
    ("another password for a user", &["iam:UpdateLoginProfile"]),
    ("a policy attached to a user", &["iam:AttachUserPolicy"]),
    ("a policy attached to a group", &["iam:AttachGroupPolicy"]),
    ("a policy attached to a role", &["iam:AttachRolePolicy", "sts:AssumeRole"]),
    ("a policy written to a user", &["iam:PutUserPolicy"]),
    ("a policy written to a group", &["iam:PutGroupPolicy"]),
    ("a policy written to a role", &["iam:PutRolePolicy", "sts:AssumeRole"]),
    ("membership in a group", &["iam:AddUserToGroup"]),
    ("the trust of a role", &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]),
    ("a machine with a role", &["iam:PassRole", "ec2:RunInstances"]),
    ("a function with a role", &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    ("other code for a function", &["lambda:UpdateFunctionCode"]),
    ("a stack with a role", &["iam:PassRole", "cloudformation:CreateStack"]),
    ("a job of Glue with a role", &["iam:PassRole", "glue:CreateDevEndpoint"]),
    ("a task with a role", &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"]),
    ("a build with a role", &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"]),
    ("commands on a machine", &["ssm:SendCommand"]),
];

/// The ways that are open.
pub(crate) fn ways(policies: &Policies<'_>, context: &Context) -> Vec<CompactString> {
    let mut open = Vec::new();
    for (text, actions) in WAYS {
        let extents = actions.iter().map(|action| may(policies, action, context));
        let least = extents.min().unwrap_or(Extent::Nothing);
        let limited = if least == Extent::Everything { "" } else { ", on some things" };
        if least > Extent::Nothing {
            open.push(format_compact!("{text} ({}{limited})", actions.join(", ")));
        }
    }
    open
}
