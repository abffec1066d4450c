//! What a call changes, in a responder's words: the kind of thing, what was done to it, and whether
//! it lets somebody back in or gives more rights.

use intel::action::{Access, Action};

use super::How;

/// What an action changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The kind of thing.
    pub(super) kind: &'static str,
    pub(super) how: How,
    /// Whether it lets somebody back in or gives more rights.
    pub(super) way_in: bool,
}

const WAY_IN: bool = true;
const NO: bool = false;

/// Actions of which more is known than their names tell. Ways in are those of the persistence and
/// privilege rows of `docs/reference/signals.md`.
const ROWS: &[(&str, &str, How, bool, &[&str])] = &[
    ("iam", "user", How::Made, WAY_IN, &["CreateUser"]),
    ("iam", "access-key", How::Made, WAY_IN, &["CreateAccessKey"]),
    ("iam", "access-key", How::Changed, WAY_IN, &["UpdateAccessKey"]),
    ("iam", "login-profile", How::Made, WAY_IN, &["CreateLoginProfile"]),
    ("iam", "login-profile", How::Changed, WAY_IN, &["UpdateLoginProfile", "ChangePassword"]),
    ("iam", "mfa-device", How::Made, WAY_IN, &["CreateVirtualMFADevice", "EnableMFADevice"]),
    ("iam", "mfa-device", How::SwitchedOff, WAY_IN, &["DeactivateMFADevice"]),
    (
        "iam",
        "service-credential",
        How::Made,
        WAY_IN,
        &["CreateServiceSpecificCredential", "ResetServiceSpecificCredential"],
    ),
    ("iam", "ssh-key", How::Made, WAY_IN, &["UploadSSHPublicKey"]),
    ("iam", "certificate", How::Made, WAY_IN, &["UploadSigningCertificate"]),
    ("iam", "role", How::Made, WAY_IN, &["CreateRole"]),
    ("iam", "trust-policy", How::Changed, WAY_IN, &["UpdateAssumeRolePolicy"]),
    (
        "iam",
        "policy",
        How::Empowered,
        WAY_IN,
        &[
            "AttachUserPolicy",
            "AttachRolePolicy",
            "AttachGroupPolicy",
            "PutUserPolicy",
            "PutRolePolicy",
            "PutGroupPolicy",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
        ],
    ),
    ("iam", "policy", How::Made, NO, &["CreatePolicy"]),
    (
        "iam",
        "permissions-boundary",
        How::Empowered,
        WAY_IN,
        &["DeleteUserPermissionsBoundary", "DeleteRolePermissionsBoundary"],
    ),
    (
        "iam",
        "permissions-boundary",
        How::Changed,
        NO,
        &["PutUserPermissionsBoundary", "PutRolePermissionsBoundary"],
    ),
    ("iam", "group-membership", How::Empowered, WAY_IN, &["AddUserToGroup"]),
    ("iam", "instance-profile", How::Empowered, WAY_IN, &["AddRoleToInstanceProfile"]),
    (
        "iam",
        "identity-provider",
        How::Made,
        WAY_IN,
        &["CreateSAMLProvider", "CreateOpenIDConnectProvider"],
    ),
    (
        "iam",
        "identity-provider",
        How::Changed,
        WAY_IN,
        &[
            "UpdateSAMLProvider",
            "AddClientIDToOpenIDConnectProvider",
            "UpdateOpenIDConnectProviderThumbprint",
        ],
    ),
    ("rolesanywhere", "trust-anchor", How::Made, WAY_IN, &["CreateTrustAnchor", "CreateProfile"]),
    ("lambda", "function", How::Made, WAY_IN, &["CreateFunction"]),
    (
        "lambda",
        "function",
        How::Changed,
        WAY_IN,
        &["UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishLayerVersion"],
    ),
    (
        "lambda",
        "function-policy",
        How::Shared,
        WAY_IN,
        &["AddPermission", "AddLayerVersionPermission"],
    ),
    ("lambda", "function-url", How::Made, WAY_IN, &["CreateFunctionUrlConfig"]),
    ("lambda", "function-url", How::Changed, WAY_IN, &["UpdateFunctionUrlConfig"]),
    ("apigateway", "api", How::Made, WAY_IN, &["CreateApi", "CreateRestApi", "CreateRoute"]),
    (
        "ec2",
        "instance",
        How::Made,
        NO,
        &["RunInstances", "RequestSpotInstances", "RequestSpotFleet", "CreateFleet"],
    ),
    ("ec2", "key-pair", How::Made, WAY_IN, &["CreateKeyPair", "ImportKeyPair"]),
    (
        "ec2",
        "instance-role",
        How::Empowered,
        WAY_IN,
        &["AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"],
    ),
    ("ec2", "security-group", How::Changed, WAY_IN, &["AuthorizeSecurityGroupIngress"]),
    ("ec2", "snapshot", How::Made, NO, &["CreateSnapshot", "CreateSnapshots", "CopySnapshot"]),
    ("ec2", "snapshot", How::Shared, NO, &["ModifySnapshotAttribute"]),
    ("ec2", "image", How::Made, NO, &["CreateImage", "CopyImage", "RegisterImage"]),
    ("ec2", "image", How::Shared, NO, &["ModifyImageAttribute"]),
    (
        "ec2-instance-connect",
        "ssh-key",
        How::Made,
        WAY_IN,
        &["SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"],
    ),
    ("ssm", "activation", How::Made, WAY_IN, &["CreateActivation"]),
    ("ssm", "command", How::Made, NO, &["SendCommand", "StartSession", "StartAutomationExecution"]),
    ("s3", "bucket", How::Made, NO, &["CreateBucket"]),
    ("s3", "bucket-policy", How::Shared, WAY_IN, &["PutBucketPolicy", "PutBucketAcl"]),
    ("s3", "bucket-copy", How::Shared, WAY_IN, &["PutBucketReplication"]),
    ("s3", "object", How::Changed, NO, &["PutObject", "CopyObject", "CompleteMultipartUpload"]),
    ("s3", "object", How::Deleted, NO, &["DeleteObject", "DeleteObjects"]),
    ("s3", "object-acl", How::Shared, NO, &["PutObjectAcl"]),
    (
        "ses",
        "email-identity",
        How::Made,
        NO,
        &[
            "VerifyEmailIdentity",
            "VerifyEmailAddress",
            "VerifyDomainIdentity",
            "VerifyDomainDkim",
            "CreateEmailIdentity",
        ],
    ),
    (
        "sso",
        "identity-center",
        How::Empowered,
        WAY_IN,
        &[
            "CreateAccountAssignment",
            "PutInlinePolicyToPermissionSet",
            "AttachManagedPolicyToPermissionSet",
            "AttachCustomerManagedPolicyReferenceToPermissionSet",
        ],
    ),
    ("sso", "identity-center", How::Made, WAY_IN, &["CreatePermissionSet", "CreateInstance"]),
    (
        "identitystore",
        "identity-center",
        How::Made,
        WAY_IN,
        &["CreateUser", "CreateGroup", "CreateGroupMembership"],
    ),
    (
        "sso-directory",
        "identity-center",
        How::Made,
        WAY_IN,
        &["CreateUser", "CreateGroup", "AddMemberToGroup", "UpdatePassword"],
    ),
    ("kms", "key-grant", How::Shared, WAY_IN, &["CreateGrant"]),
    ("kms", "key-policy", How::Shared, WAY_IN, &["PutKeyPolicy"]),
    ("kms", "encryption-key", How::Deleted, NO, &["ScheduleKeyDeletion"]),
    ("secretsmanager", "secret-policy", How::Shared, WAY_IN, &["PutResourcePolicy"]),
    ("secretsmanager", "secret", How::Changed, NO, &["PutSecretValue", "UpdateSecret"]),
    (
        "rds",
        "snapshot",
        How::Made,
        NO,
        &["CreateDBSnapshot", "CreateDBClusterSnapshot", "CopyDBSnapshot", "CopyDBClusterSnapshot"],
    ),
    (
        "rds",
        "snapshot",
        How::Shared,
        NO,
        &["ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute"],
    ),
    ("rds", "database", How::Changed, WAY_IN, &["ModifyDBInstance", "ModifyDBCluster"]),
    ("ecr", "repository-policy", How::Shared, WAY_IN, &["SetRepositoryPolicy"]),
    ("sns", "topic-policy", How::Shared, NO, &["AddPermission"]),
    ("sqs", "queue-policy", How::Shared, NO, &["AddPermission"]),
    (
        "eks",
        "cluster-access",
        How::Empowered,
        WAY_IN,
        &["CreateAccessEntry", "AssociateAccessPolicy"],
    ),
    ("cloudtrail", "trail", How::SwitchedOff, NO, &["StopLogging", "DeleteTrail"]),
    ("cloudtrail", "trail", How::Changed, NO, &["UpdateTrail", "PutEventSelectors"]),
    ("guardduty", "detector", How::SwitchedOff, NO, &["DeleteDetector", "UpdateDetector"]),
    (
        "organizations",
        "account",
        How::Changed,
        NO,
        &["LeaveOrganization", "InviteAccountToOrganization", "CreateAccount"],
    ),
    ("organizations", "account-policy", How::Changed, WAY_IN, &["DetachPolicy", "DeletePolicy"]),
];

/// What an action changes; `name` is without a version.
pub(super) fn change(service: &str, name: &str, known: &Action) -> Change {
    let row = ROWS.iter().find(|(of, .., names)| *of == service && names.contains(&name));
    if let Some((_, kind, how, way_in, _)) = row {
        return Change { kind, how: *how, way_in: *way_in };
    }
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    let how = if begins(&["Delete", "Terminate", "Deregister", "Purge", "Remove"]) {
        How::Deleted
    } else if begins(&["Stop", "Disable", "Deactivate", "Suspend", "Cancel"]) {
        How::SwitchedOff
    } else if known.access == Access::Permissions {
        How::Empowered
    } else if begins(&["Create", "Run", "Register", "Copy", "Import", "Restore", "Allocate"]) {
        How::Made
    } else {
        How::Changed
    };
    // What takes rights away is no way in, whatever its access level.
    let takes = begins(&["Detach", "Delete", "Remove", "Revoke", "Disable", "Deactivate"]);
    Change {
        kind: known.resource_class.map_or("other", intel::action::ResourceClass::as_str),
        how,
        way_in: known.access == Access::Permissions && !takes,
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, How, ROWS, change};

    #[test]
    fn every_row_is_an_action_that_changes_something() {
        for (service, kind, .., names) in ROWS {
            for name in *names {
                let known = intel::action::lookup(service, name, None);
                assert!(!known.access.is_read(), "{service}:{name} is {}", known.access);
                let found = change(service, name, &known);
                assert_eq!(found.kind, *kind, "{service}:{name} stands in two rows");
            }
        }
    }

    #[test]
    fn what_stands_in_no_row_is_told_by_its_name() {
        let of = |service: &str, name: &str| {
            change(service, name, &intel::action::lookup(service, name, None))
        };
        assert!(!of("iam", "DetachUserPolicy").way_in);
        assert_eq!(
            of("rds", "DeleteDBCluster"),
            Change { kind: "data", how: How::Deleted, way_in: false }
        );
        assert_eq!(of("ec2", "StopInstances").how, How::SwitchedOff);
        assert_eq!(of("glue", "CreateDevEndpoint").how, How::Made);
    }
}
