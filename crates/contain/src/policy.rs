//! What a responder must be allowed to do, and no more.

use std::collections::{BTreeMap, BTreeSet};

use cloudtrail::AccountId;
use serde_json::{Value, json};

use crate::call::{Call, Permission};
use crate::plan::{Place, Plan};
use crate::target::Target;
use crate::thing::{Identity, Thing};

/// The policies for taking and undoing the steps of a plan: one for each account, and one for the
/// organisation's management account where a step needs it.
pub fn responder(plan: &Plan) -> Vec<(String, Value)> {
    let mut by_place: BTreeMap<(Place, AccountId), BTreeSet<Permission>> = BTreeMap::new();
    for target in &plan.targets {
        let reads = by_place.entry((Place::Account, target.account)).or_default();
        reads.extend(looking());
    }
    for step in &plan.steps {
        let partition = plan
            .targets
            .iter()
            .find(|target| target.account == step.account)
            .map_or("aws", |target| target.partition.as_str());
        let needed = by_place.entry((step.place, step.account)).or_default();
        for change in &step.changes {
            needed.extend(
                reading(&change.thing).into_iter().map(|action| Permission::new(action, "*")),
            );
            let there = change.calls(plan.made).unwrap_or_default();
            let to = change.to.at(plan.made).unwrap_or_else(|| Some(String::new()));
            let was = change.was.clone().unwrap_or_else(|| change.assumed());
            let back = change.thing.calls(&to, &was);
            for call in there.iter().chain(back.iter().flatten()) {
                needed.extend(call.permissions(partition, step.account));
                if matches!(call, Call::AssociateIamInstanceProfile { .. }) {
                    let role = plan.targets.iter().filter(|target| target.arn == step.subject);
                    let roles = role.flat_map(Target::patterns);
                    needed.extend(roles.map(|role| Permission::new("iam:PassRole", role)));
                }
            }
        }
    }
    by_place
        .into_iter()
        .filter(|(_, permissions)| !permissions.is_empty())
        .map(|((place, account), permissions)| {
            let where_to = match place {
                Place::Account => account.to_string(),
                Place::Management => format!("management account, for {account}"),
            };
            (where_to, document(&permissions))
        })
        .collect()
}

/// What planning and watching read of an account.
fn looking() -> impl Iterator<Item = Permission> {
    const READS: [&str; 7] = [
        "cloudtrail:LookupEvents",
        "iam:GetAccessKeyLastUsed",
        "iam:GetLoginProfile",
        "iam:GetRole",
        "iam:GetUser",
        "iam:ListAccessKeys",
        "organizations:DescribeOrganization",
    ];
    READS.into_iter().map(|action| Permission::new(action, "*"))
}

/// The reads behind a setting.
fn reading(thing: &Thing) -> Vec<&'static str> {
    match thing {
        Thing::AccessKey { .. } | Thing::NewKey { .. } => vec!["iam:ListAccessKeys"],
        Thing::LoginProfile { .. } => vec!["iam:GetLoginProfile"],
        Thing::InlinePolicy { of, .. } => vec![match of {
            Identity::User(_) => "iam:GetUserPolicy",
            Identity::Role(_) => "iam:GetRolePolicy",
            Identity::Group(_) => "iam:GetGroupPolicy",
        }],
        Thing::AttachedPolicy { to, .. } => vec![match to {
            Identity::User(_) => "iam:ListAttachedUserPolicies",
            Identity::Role(_) => "iam:ListAttachedRolePolicies",
            Identity::Group(_) => "iam:ListAttachedGroupPolicies",
        }],
        Thing::Boundary { of: Identity::User(_) } => vec!["iam:GetUser"],
        Thing::Boundary { .. } | Thing::Trust { .. } => vec!["iam:GetRole"],
        Thing::GroupMember { .. } => vec!["iam:ListGroupsForUser"],
        Thing::PolicyVersion { .. } => vec!["iam:GetPolicy"],
        Thing::ControlPolicy { .. } => {
            vec!["organizations:ListPolicies", "organizations:DescribePolicy"]
        }
        Thing::ControlPolicyTarget { .. } => {
            vec!["organizations:ListPolicies", "organizations:ListPoliciesForTarget"]
        }
        Thing::InstanceProfile { .. } => vec!["ec2:DescribeIamInstanceProfileAssociations"],
        Thing::Share { .. } => {
            vec!["ec2:DescribeSnapshotAttribute", "ec2:DescribeImageAttribute"]
        }
        Thing::Concurrency { .. } => vec!["lambda:GetFunctionConcurrency"],
        Thing::FunctionUrl { .. } => vec!["lambda:GetFunctionUrlConfig"],
    }
}

/// Permissions as a policy: one statement for each resource.
fn document(permissions: &BTreeSet<Permission>) -> Value {
    let mut by_resource: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for permission in permissions {
        by_resource.entry(&permission.resource).or_default().insert(&permission.action);
    }
    let statements: Vec<Value> = by_resource
        .into_iter()
        .map(|(resource, actions)| json!({ "Effect": "Allow", "Action": actions, "Resource": resource }))
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}
