//! What a responder must be allowed to do for a call.

use cloudtrail::AccountId;
use serde::Serialize;

use super::Call;
use crate::names;

/// An action of IAM on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Permission {
    /// `iam:PutUserPolicy`.
    pub action: String,
    /// The ARN on which it is needed; `*` where the action knows no resources.
    pub resource: String,
}

impl Permission {
    pub(crate) fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into() }
    }
}

impl Call {
    /// What the caller must be allowed for the call itself and for looking up the ids in it.
    ///
    /// Resources as the service authorization reference gives them. Paths of users and roles are
    /// not part of calls, so each stands without and with any path.
    pub fn permissions(&self, partition: &str, account: AccountId) -> Vec<Permission> {
        let own = |resource: String| {
            vec![Permission::new(format!("{}:{}", self.service(), self.operation()), resource)]
        };
        let iam = |kind: &str, name: &str| -> Vec<Permission> {
            let subjects = names::patterns(partition, &account.to_string(), kind, name);
            subjects.into_iter().flat_map(own).collect()
        };
        let policies =
            || format!("arn:{partition}:organizations::*:policy/o-*/service_control_policy/*");
        match self {
            Self::CreatePolicy { .. }
            | Self::UpdatePolicy { .. }
            | Self::DeletePolicy { .. }
            | Self::AttachPolicy { .. }
            | Self::DetachPolicy { .. } => {
                // A policy that is not there yet has no ARN.
                let creates = matches!(self, Self::CreatePolicy { .. });
                let mut all = own(if creates { "*".to_owned() } else { policies() });
                if let Self::AttachPolicy { target_id, .. } | Self::DetachPolicy { target_id, .. } =
                    self
                {
                    all.extend(own(format!(
                        "arn:{partition}:organizations::*:account/o-*/{target_id}"
                    )));
                }
                all.push(Permission::new("organizations:ListPolicies", "*"));
                all
            }
            // The role behind the profile must be allowed to be passed as well; a call does not know it.
            Self::AssociateIamInstanceProfile { region, instance_id, .. } => {
                let machine =
                    format!("arn:{partition}:ec2:{region}:{account}:instance/{instance_id}");
                own(machine)
            }
            Self::DisassociateIamInstanceProfile { region, instance_id } => {
                let machine =
                    format!("arn:{partition}:ec2:{region}:{account}:instance/{instance_id}");
                let mut all = own(machine);
                all.push(Permission::new("ec2:DescribeIamInstanceProfileAssociations", "*"));
                all
            }
            Self::ModifySnapshotAttribute { region, snapshot_id, .. } => {
                own(format!("arn:{partition}:ec2:{region}::snapshot/{snapshot_id}"))
            }
            Self::ModifyImageAttribute { region, image_id, .. } => {
                own(format!("arn:{partition}:ec2:{region}::image/{image_id}"))
            }
            Self::PutFunctionConcurrency { region, function_name, .. }
            | Self::DeleteFunctionConcurrency { region, function_name }
            | Self::CreateFunctionUrlConfig { region, function_name, .. }
            | Self::DeleteFunctionUrlConfig { region, function_name } => {
                own(format!("arn:{partition}:lambda:{region}:{account}:function:{function_name}"))
            }
            Self::SetDefaultPolicyVersion { policy_arn, .. } => own(policy_arn.clone()),
            Self::AddUserToGroup { group_name, .. }
            | Self::RemoveUserFromGroup { group_name, .. }
            | Self::PutGroupPolicy { group_name, .. }
            | Self::DeleteGroupPolicy { group_name, .. }
            | Self::AttachGroupPolicy { group_name, .. }
            | Self::DetachGroupPolicy { group_name, .. } => iam("group", group_name),
            Self::PutRolePolicy { role_name, .. }
            | Self::DeleteRolePolicy { role_name, .. }
            | Self::AttachRolePolicy { role_name, .. }
            | Self::DetachRolePolicy { role_name, .. }
            | Self::PutRolePermissionsBoundary { role_name, .. }
            | Self::DeleteRolePermissionsBoundary { role_name }
            | Self::UpdateAssumeRolePolicy { role_name, .. } => iam("role", role_name),
            Self::UpdateAccessKey { user_name, .. }
            | Self::CreateAccessKey { user_name }
            | Self::DeleteAccessKey { user_name, .. }
            | Self::CreateLoginProfile { user_name }
            | Self::DeleteLoginProfile { user_name }
            | Self::PutUserPolicy { user_name, .. }
            | Self::DeleteUserPolicy { user_name, .. }
            | Self::AttachUserPolicy { user_name, .. }
            | Self::DetachUserPolicy { user_name, .. }
            | Self::PutUserPermissionsBoundary { user_name, .. }
            | Self::DeleteUserPermissionsBoundary { user_name } => iam("user", user_name),
        }
    }
}
