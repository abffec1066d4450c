//! The calls to AWS that change something, exactly as they are made.
//!
//! A call is data: what a plan shows, what is asked of AWS, what the journal holds and what the
//! responder's policy allows are the same value. Serialised, its fields have AWS's own names.

mod cli;
mod permission;

use serde::{Deserialize, Serialize};

pub use permission::Permission;

/// A call that changes something.
///
/// Names and meaning of operations and fields: the API references of IAM, Organizations, EC2 and
/// Lambda. Where AWS wants an id that it chose itself, the call holds what is known beforehand (a
/// policy's name, an instance) and the id is looked up when the call is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Operation", rename_all_fields = "PascalCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "operations and fields are AWS's own")]
pub enum Call {
    UpdateAccessKey {
        user_name: String,
        access_key_id: String,
        status: KeyStatus,
    },
    CreateAccessKey {
        user_name: String,
    },
    DeleteAccessKey {
        user_name: String,
        access_key_id: String,
    },
    CreateLoginProfile {
        user_name: String,
    },
    DeleteLoginProfile {
        user_name: String,
    },
    PutUserPolicy {
        user_name: String,
        policy_name: String,
        policy_document: String,
    },
    DeleteUserPolicy {
        user_name: String,
        policy_name: String,
    },
    PutRolePolicy {
        role_name: String,
        policy_name: String,
        policy_document: String,
    },
    DeleteRolePolicy {
        role_name: String,
        policy_name: String,
    },
    PutGroupPolicy {
        group_name: String,
        policy_name: String,
        policy_document: String,
    },
    DeleteGroupPolicy {
        group_name: String,
        policy_name: String,
    },
    AttachUserPolicy {
        user_name: String,
        policy_arn: String,
    },
    DetachUserPolicy {
        user_name: String,
        policy_arn: String,
    },
    AttachRolePolicy {
        role_name: String,
        policy_arn: String,
    },
    DetachRolePolicy {
        role_name: String,
        policy_arn: String,
    },
    AttachGroupPolicy {
        group_name: String,
        policy_arn: String,
    },
    DetachGroupPolicy {
        group_name: String,
        policy_arn: String,
    },
    AddUserToGroup {
        group_name: String,
        user_name: String,
    },
    RemoveUserFromGroup {
        group_name: String,
        user_name: String,
    },
    PutUserPermissionsBoundary {
        user_name: String,
        permissions_boundary: String,
    },
    DeleteUserPermissionsBoundary {
        user_name: String,
    },
    PutRolePermissionsBoundary {
        role_name: String,
        permissions_boundary: String,
    },
    DeleteRolePermissionsBoundary {
        role_name: String,
    },
    UpdateAssumeRolePolicy {
        role_name: String,
        policy_document: String,
    },
    SetDefaultPolicyVersion {
        policy_arn: String,
        version_id: String,
    },
    CreatePolicy {
        name: String,
        description: String,
        content: String,
    },
    UpdatePolicy {
        name: String,
        content: String,
    },
    DeletePolicy {
        name: String,
    },
    AttachPolicy {
        name: String,
        target_id: String,
    },
    DetachPolicy {
        name: String,
        target_id: String,
    },
    AssociateIamInstanceProfile {
        region: String,
        instance_id: String,
        arn: String,
    },
    DisassociateIamInstanceProfile {
        region: String,
        instance_id: String,
    },
    ModifySnapshotAttribute {
        region: String,
        snapshot_id: String,
        add: Vec<String>,
        remove: Vec<String>,
    },
    ModifyImageAttribute {
        region: String,
        image_id: String,
        add: Vec<String>,
        remove: Vec<String>,
    },
    PutFunctionConcurrency {
        region: String,
        function_name: String,
        reserved_concurrent_executions: u32,
    },
    DeleteFunctionConcurrency {
        region: String,
        function_name: String,
    },
    CreateFunctionUrlConfig {
        region: String,
        function_name: String,
        auth_type: String,
    },
    DeleteFunctionUrlConfig {
        region: String,
        function_name: String,
    },
}

/// Whether a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It works.
    Active,
    /// It does not.
    Inactive,
}

impl KeyStatus {
    /// As AWS writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}

impl Call {
    /// The service, as IAM's actions and the AWS CLI name it.
    pub const fn service(&self) -> &'static str {
        match self {
            Self::CreatePolicy { .. }
            | Self::UpdatePolicy { .. }
            | Self::DeletePolicy { .. }
            | Self::AttachPolicy { .. }
            | Self::DetachPolicy { .. } => "organizations",
            Self::AssociateIamInstanceProfile { .. }
            | Self::DisassociateIamInstanceProfile { .. }
            | Self::ModifySnapshotAttribute { .. }
            | Self::ModifyImageAttribute { .. } => "ec2",
            Self::PutFunctionConcurrency { .. }
            | Self::DeleteFunctionConcurrency { .. }
            | Self::CreateFunctionUrlConfig { .. }
            | Self::DeleteFunctionUrlConfig { .. } => "lambda",
            _ => "iam",
        }
    }

    /// The operation's name: the name of the variant, as it is serialised.
    pub fn operation(&self) -> String {
        let value = self.fields();
        value.get("Operation").and_then(|name| name.as_str()).unwrap_or_default().to_owned()
    }

    /// The operation and its fields under AWS's names.
    pub(crate) fn fields(&self) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        }
    }

    /// What it changes, as one name: nothing else may change with it.
    pub fn subject(&self) -> &str {
        match self {
            Self::UpdateAccessKey { user_name, .. }
            | Self::CreateAccessKey { user_name }
            | Self::DeleteAccessKey { user_name, .. }
            | Self::CreateLoginProfile { user_name }
            | Self::DeleteLoginProfile { user_name }
            | Self::PutUserPolicy { user_name, .. }
            | Self::DeleteUserPolicy { user_name, .. }
            | Self::AttachUserPolicy { user_name, .. }
            | Self::DetachUserPolicy { user_name, .. }
            | Self::AddUserToGroup { user_name, .. }
            | Self::RemoveUserFromGroup { user_name, .. }
            | Self::PutUserPermissionsBoundary { user_name, .. }
            | Self::DeleteUserPermissionsBoundary { user_name } => user_name,
            Self::PutRolePolicy { role_name, .. }
            | Self::DeleteRolePolicy { role_name, .. }
            | Self::AttachRolePolicy { role_name, .. }
            | Self::DetachRolePolicy { role_name, .. }
            | Self::PutRolePermissionsBoundary { role_name, .. }
            | Self::DeleteRolePermissionsBoundary { role_name }
            | Self::UpdateAssumeRolePolicy { role_name, .. } => role_name,
            Self::PutGroupPolicy { group_name, .. }
            | Self::DeleteGroupPolicy { group_name, .. }
            | Self::AttachGroupPolicy { group_name, .. }
            | Self::DetachGroupPolicy { group_name, .. } => group_name,
            Self::SetDefaultPolicyVersion { policy_arn, .. } => policy_arn,
            Self::CreatePolicy { name, .. }
            | Self::UpdatePolicy { name, .. }
            | Self::DeletePolicy { name }
            | Self::AttachPolicy { name, .. }
            | Self::DetachPolicy { name, .. } => name,
            Self::AssociateIamInstanceProfile { instance_id, .. }
            | Self::DisassociateIamInstanceProfile { instance_id, .. } => instance_id,
            Self::ModifySnapshotAttribute { snapshot_id, .. } => snapshot_id,
            Self::ModifyImageAttribute { image_id, .. } => image_id,
            Self::PutFunctionConcurrency { function_name, .. }
            | Self::DeleteFunctionConcurrency { function_name, .. }
            | Self::CreateFunctionUrlConfig { function_name, .. }
            | Self::DeleteFunctionUrlConfig { function_name, .. } => function_name,
        }
    }

    /// The region in which it is made; none for services of the whole partition.
    pub fn region(&self) -> Option<&str> {
        match self {
            Self::AssociateIamInstanceProfile { region, .. }
            | Self::DisassociateIamInstanceProfile { region, .. }
            | Self::ModifySnapshotAttribute { region, .. }
            | Self::ModifyImageAttribute { region, .. }
            | Self::PutFunctionConcurrency { region, .. }
            | Self::DeleteFunctionConcurrency { region, .. }
            | Self::CreateFunctionUrlConfig { region, .. }
            | Self::DeleteFunctionUrlConfig { region, .. } => Some(region),
            _ => None,
        }
    }

    /// Whether its answer holds a secret, which is written to a file and nowhere else.
    pub const fn makes_a_secret(&self) -> bool {
        matches!(self, Self::CreateAccessKey { .. } | Self::CreateLoginProfile { .. })
    }
}
