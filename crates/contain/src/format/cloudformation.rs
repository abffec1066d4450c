//! A plan as a template of `CloudFormation`, for teams that change accounts in no other way.

use cloudtrail::{AccountId, Time};
use serde_json::{Map, Value, json};

use crate::plan::{Change, Place, Plan, Wanted};
use crate::thing::{Identity, Thing};

/// The template for one account: what can be declared. Keys, passwords and what exists already
/// cannot be declared, and stand in the template's metadata with their commands.
pub fn cloudformation(plan: &Plan, account: AccountId, now: Time) -> Value {
    let mut resources = Map::new();
    let mut by_hand = Vec::new();
    for step in &plan.steps {
        let inside = step.place == Place::Account && step.account == account;
        for change in &step.changes {
            let declared = inside && crate::plan::is_at_once(step);
            if let Some(resource) = declared.then(|| resource(change, now)).flatten() {
                resources.insert(format!("Step{}", resources.len() + 1), resource);
            } else {
                let calls = change.calls(now).unwrap_or_default();
                let commands: Vec<String> = calls.iter().map(crate::Call::cli).collect();
                by_hand.push(json!({ "Step": step.name, "Commands": commands }));
            }
        }
    }
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Keyhound {}: denies a stolen credential in {account}", plan.id),
        "Metadata": { "Keyhound": { "Plan": plan.digest, "NotDeclared": by_hand } },
        "Resources": resources,
    })
}

/// A policy that is added to a user or role.
fn resource(change: &Change, now: Time) -> Option<Value> {
    let Thing::InlinePolicy { of, policy } = &change.thing else { return None };
    let (Wanted::Exactly(_) | Wanted::AsOfNow(_)) = &change.to else { return None };
    let document: Value = serde_json::from_str(&change.to.at(now)??).ok()?;
    let (kind, key) = match of {
        Identity::User(_) => ("AWS::IAM::UserPolicy", "UserName"),
        Identity::Role(_) => ("AWS::IAM::RolePolicy", "RoleName"),
        Identity::Group(_) => ("AWS::IAM::GroupPolicy", "GroupName"),
    };
    Some(json!({
        "Type": kind,
        "Properties": { key: of.name(), "PolicyName": policy, "PolicyDocument": document },
    }))
}
