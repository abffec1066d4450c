//! How settings are: one question or a few for each.

use serde_json::{Value, json};

use super::client::Reader;
use super::request::{Request, decoded};
use super::service::Service;
use crate::account::{Fault, FaultKind};
use crate::thing::{Identity, State, Thing};

/// How a setting is now; nothing if it, or what it belongs to, is not there.
pub(super) async fn state(reader: &Reader, thing: &Thing) -> Result<State, Fault> {
    let state = match thing {
        Thing::AccessKey { user, key } => access_key(reader, user, key).await,
        Thing::NewKey { user, beside } => new_key(reader, user, beside).await,
        Thing::LoginProfile { user } => {
            let request = iam("GetLoginProfile", user).with("UserName", user.as_str());
            reader.ask(request).await.map(|_| Some("set".to_owned()))
        }
        Thing::InlinePolicy { of, policy } => inline_policy(reader, of, policy).await,
        Thing::AttachedPolicy { to, policy } => attached_policy(reader, to, policy).await,
        Thing::Boundary { of } => {
            let place = "/PermissionsBoundary/PermissionsBoundaryArn";
            identity(reader, of).await.map(|found| text(&found, place))
        }
        Thing::GroupMember { user, group } => group_member(reader, user, group).await,
        Thing::Trust { role } => {
            let role = identity(reader, &Identity::Role(role.clone())).await;
            role.map(|role| text(&role, "/AssumeRolePolicyDocument").as_deref().map(decoded))
        }
        Thing::PolicyVersion { policy } => {
            let request = iam("GetPolicy", policy).with("PolicyArn", policy.as_str());
            reader.ask(request).await.map(|found| text(&found, "/Policy/DefaultVersionId"))
        }
        Thing::ControlPolicy { name } => control_policy(reader, name).await,
        Thing::ControlPolicyTarget { name, account } => {
            control_policy_target(reader, name, account).await
        }
        Thing::InstanceProfile { region, instance } => {
            let association = association(reader, region, instance).await;
            association.map(|found| found.and_then(|found| text(&found, "/iamInstanceProfile/arn")))
        }
        Thing::Share { region, what } => share(reader, region, what).await,
        Thing::Concurrency { region, function } => {
            let request = of_function("GetFunctionConcurrency", region, function);
            let limit = |found: Value| {
                found.get("ReservedConcurrentExecutions")?.as_u64().map(|limit| limit.to_string())
            };
            reader.ask(request).await.map(limit)
        }
        Thing::FunctionUrl { region, function } => {
            let request = of_function("GetFunctionUrlConfig", region, function);
            reader.ask(request).await.map(|found| text(&found, "/AuthType"))
        }
    };
    there(state).map(Option::flatten)
}

/// Nothing instead of the fault that it is gone.
pub(super) fn there<T>(found: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.kind == FaultKind::Gone => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A question to IAM.
pub(super) fn iam(operation: &str, subject: &str) -> Request {
    Request::new(Service::Iam, operation, subject)
}

fn organizations(operation: &str, subject: &str) -> Request {
    Request::new(Service::Organizations, operation, subject)
}

fn of_function(operation: &str, region: &str, function: &str) -> Request {
    Request::new(Service::Lambda, operation, function).at(region).with("FunctionName", function)
}

/// A text in an answer, if it is not empty.
pub(super) fn text(value: &Value, place: &str) -> State {
    value.pointer(place)?.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// The keys of a user.
pub(super) async fn keys(reader: &Reader, user: &str) -> Result<Vec<Value>, Fault> {
    let request = iam("ListAccessKeys", user).with("UserName", user);
    reader.list(request, "AccessKeyMetadata").await
}

async fn access_key(reader: &Reader, user: &str, key: &str) -> Result<State, Fault> {
    let keys = keys(reader, user).await?;
    let found = keys.iter().find(|found| text(found, "/AccessKeyId").as_deref() == Some(key));
    Ok(found.and_then(|found| text(found, "/Status")))
}

async fn new_key(reader: &Reader, user: &str, beside: &[String]) -> Result<State, Fault> {
    let keys = keys(reader, user).await?;
    let mut ids = keys.iter().filter_map(|key| text(key, "/AccessKeyId"));
    Ok(ids.find(|id| !beside.contains(id)))
}

/// A user, role or group as IAM describes it.
pub(super) async fn identity(reader: &Reader, of: &Identity) -> Result<Value, Fault> {
    let (operation, field, kind) = match of {
        Identity::User(_) => ("GetUser", "UserName", "User"),
        Identity::Role(_) => ("GetRole", "RoleName", "Role"),
        Identity::Group(_) => ("GetGroup", "GroupName", "Group"),
    };
    let mut answer = reader.ask(iam(operation, of.name()).with(field, of.name())).await?;
    Ok(answer.get_mut(kind).map(Value::take).unwrap_or_default())
}

async fn inline_policy(reader: &Reader, of: &Identity, policy: &str) -> Result<State, Fault> {
    let (operation, field) = match of {
        Identity::User(_) => ("GetUserPolicy", "UserName"),
        Identity::Role(_) => ("GetRolePolicy", "RoleName"),
        Identity::Group(_) => ("GetGroupPolicy", "GroupName"),
    };
    let request = iam(operation, of.name()).with(field, of.name()).with("PolicyName", policy);
    let answer = reader.ask(request).await?;
    Ok(text(&answer, "/PolicyDocument").as_deref().map(decoded))
}

async fn attached_policy(reader: &Reader, to: &Identity, policy: &str) -> Result<State, Fault> {
    let (operation, field) = match to {
        Identity::User(_) => ("ListAttachedUserPolicies", "UserName"),
        Identity::Role(_) => ("ListAttachedRolePolicies", "RoleName"),
        Identity::Group(_) => ("ListAttachedGroupPolicies", "GroupName"),
    };
    let request = iam(operation, to.name()).with(field, to.name());
    let attached = reader.list(request, "AttachedPolicies").await?;
    let found = attached.iter().any(|one| text(one, "/PolicyArn").as_deref() == Some(policy));
    Ok(found.then(|| "attached".to_owned()))
}

async fn group_member(reader: &Reader, user: &str, group: &str) -> Result<State, Fault> {
    let request = iam("ListGroupsForUser", user).with("UserName", user);
    let groups = reader.list(request, "Groups").await?;
    let found = groups.iter().any(|one| text(one, "/GroupName").as_deref() == Some(group));
    Ok(found.then(|| "member".to_owned()))
}

const CONTROL_POLICIES: &str = "SERVICE_CONTROL_POLICY";

/// The id that AWS gave a service control policy; nothing if there is none of that name.
pub(super) async fn policy_id(reader: &Reader, name: &str) -> Result<Option<String>, Fault> {
    let request = organizations("ListPolicies", name).with("Filter", CONTROL_POLICIES);
    let policies = reader.list(request, "Policies").await?;
    let found = policies.iter().find(|one| text(one, "/Name").as_deref() == Some(name));
    Ok(found.and_then(|found| text(found, "/Id")))
}

async fn control_policy(reader: &Reader, name: &str) -> Result<State, Fault> {
    let Some(id) = policy_id(reader, name).await? else { return Ok(None) };
    let request = organizations("DescribePolicy", name).with("PolicyId", id);
    Ok(text(&reader.ask(request).await?, "/Policy/Content"))
}

async fn control_policy_target(reader: &Reader, name: &str, account: &str) -> Result<State, Fault> {
    let request = organizations("ListPoliciesForTarget", account)
        .with("TargetId", account)
        .with("Filter", CONTROL_POLICIES);
    let policies = reader.list(request, "Policies").await?;
    let found = policies.iter().any(|one| text(one, "/Name").as_deref() == Some(name));
    Ok(found.then(|| "attached".to_owned()))
}

/// How a machine and its instance profile belong together; nothing if it has none.
pub(super) async fn association(
    reader: &Reader,
    region: &str,
    instance: &str,
) -> Result<Option<Value>, Fault> {
    let filters = json!([
        { "Name": "instance-id", "Value": [instance] },
        { "Name": "state", "Value": ["associating", "associated"] },
    ]);
    let operation = "DescribeIamInstanceProfileAssociations";
    let request =
        Request::new(Service::Ec2, operation, instance).at(region).with("Filter", filters);
    let found = reader.list(request, "iamInstanceProfileAssociationSet").await?;
    Ok(found.into_iter().find(|one| text(one, "/instanceId").as_deref() == Some(instance)))
}

async fn share(reader: &Reader, region: &str, what: &str) -> Result<State, Fault> {
    let (operation, field, attribute) = if what.starts_with("ami-") {
        ("DescribeImageAttribute", "ImageId", "launchPermission")
    } else {
        ("DescribeSnapshotAttribute", "SnapshotId", "createVolumePermission")
    };
    let request = Request::new(Service::Ec2, operation, what)
        .at(region)
        .with(field, what)
        .with("Attribute", attribute);
    let answer = reader.ask(request).await?;
    let given = answer.get(attribute).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let whom = ["/userId", "/group", "/organizationArn", "/organizationalUnitArn"];
    let whom = |one: &Value| whom.iter().find_map(|place| text(one, place));
    let mut to: Vec<String> = given.iter().filter_map(whom).collect();
    to.sort_unstable();
    to.dedup();
    Ok(Some(to.join(" ")))
}
