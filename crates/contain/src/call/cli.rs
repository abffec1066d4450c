//! The same call for a shell with the AWS CLI.

use serde_json::Value;

use super::Call;
use crate::shell::quoted;

impl Call {
    /// The call as a command of the AWS CLI, every value quoted for a POSIX shell.
    ///
    /// Ids that AWS chose itself are looked up by a command in place, as the program does.
    pub fn cli(&self) -> String {
        match self {
            Self::ModifySnapshotAttribute { region, snapshot_id, add, remove } => permission_of(
                &format!("modify-snapshot-attribute --snapshot-id {}", quoted(snapshot_id)),
                "createVolumePermission",
                region,
                add,
                remove,
            ),
            Self::ModifyImageAttribute { region, image_id, add, remove } => permission_of(
                &format!("modify-image-attribute --image-id {}", quoted(image_id)),
                "launchPermission",
                region,
                add,
                remove,
            ),
            Self::AssociateIamInstanceProfile { region, instance_id, arn } => format!(
                "aws ec2 associate-iam-instance-profile --instance-id {} --iam-instance-profile {} --region {}",
                quoted(instance_id),
                quoted(&format!("Arn={arn}")),
                quoted(region)
            ),
            Self::DisassociateIamInstanceProfile { region, instance_id } => {
                let region = quoted(region);
                let filter = quoted(&format!("Name=instance-id,Values={instance_id}"));
                format!(
                    "aws ec2 disassociate-iam-instance-profile --association-id \"$(aws ec2 describe-iam-instance-profile-associations --filters {filter} Name=state,Values=associated --query 'IamInstanceProfileAssociations[0].AssociationId' --output text --region {region})\" --region {region}"
                )
            }
            Self::CreateLoginProfile { user_name } => format!(
                "aws iam create-login-profile --user-name {} --password \"$(openssl rand -base64 24)\" --password-reset-required",
                quoted(user_name)
            ),
            _ => self.plain(),
        }
    }

    /// A command whose options are the call's fields.
    fn plain(&self) -> String {
        let of_organisation = self.service() == "organizations";
        let mut command = format!("aws {} {}", self.service(), kebab(&self.operation()));
        let creates = matches!(self, Self::CreatePolicy { .. });
        let mut fields: Vec<_> = self.fields().into_iter().collect();
        // Whom it is about comes first, as people type it; a document last, since it is long.
        fields.sort_by_key(|(field, _)| match field.as_str() {
            "UserName" | "RoleName" | "GroupName" | "FunctionName" | "Name" | "PolicyArn" => 0,
            "PolicyDocument" | "Content" => 2,
            _ => 1,
        });
        for (field, value) in fields {
            let value = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            match field.as_str() {
                "Operation" => {}
                "Name" if of_organisation && !creates => {
                    command += " --policy-id ";
                    command += &policy_id(&value);
                }
                _ => {
                    command += " --";
                    command += &kebab(&field);
                    command += " ";
                    command += &quoted(&value);
                }
            }
        }
        if creates {
            command += " --type SERVICE_CONTROL_POLICY";
        }
        command
    }
}

/// The id of a service control policy, looked up by its name when the command runs.
fn policy_id(name: &str) -> String {
    // Names that containment gives its policies need no escape inside the query.
    let name: String =
        name.chars().filter(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(*sign)).collect();
    format!(
        "\"$(aws organizations list-policies --filter SERVICE_CONTROL_POLICY --query 'Policies[?Name==`{name}`].Id' --output text)\""
    )
}

fn permission_of(
    what: &str,
    attribute: &str,
    region: &str,
    add: &[String],
    remove: &[String],
) -> String {
    let one = |(operation, whom): (&str, &[String])| {
        let mut options = String::new();
        for (option, is_of) in kinds_of(what) {
            let of: Vec<&String> = whom.iter().filter(|to| is_of(to)).collect();
            if !of.is_empty() {
                options += option;
            }
            for to in of {
                options += " ";
                options += &quoted(to);
            }
        }
        format!(
            "aws ec2 {what} --attribute {attribute} --operation-type {operation}{options} --region {}",
            quoted(region)
        )
    };
    let calls = [("remove", remove), ("add", add)];
    let calls: Vec<String> = calls.into_iter().filter(|(_, to)| !to.is_empty()).map(one).collect();
    calls.join(" && ")
}

/// The options for those to whom something is given, and which of them they are for.
type Kind = (&'static str, fn(&str) -> bool);

/// Snapshots and images call everybody by different options; images are given to organisations, too.
fn kinds_of(what: &str) -> [Kind; 4] {
    let is_image = what.starts_with("modify-image");
    [
        (if is_image { " --user-groups" } else { " --group-names" }, |to| to == "all"),
        (" --organizational-unit-arns", |to| to.contains(":ou/")),
        (" --organization-arns", |to| to.starts_with("arn:") && !to.contains(":ou/")),
        (" --user-ids", |to| to != "all" && !to.starts_with("arn:")),
    ]
}

/// `PutUserPolicy` as `put-user-policy`.
fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (index, sign) in name.char_indices() {
        if sign.is_ascii_uppercase() && index > 0 {
            out.push('-');
        }
        out.push(sign.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::Call;
    use crate::call::KeyStatus;

    #[test]
    fn commands_as_a_responder_types_them() {
        let all = [
            Call::UpdateAccessKey {
                user_name: "sam".into(),
                access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
                status: KeyStatus::Inactive,
            },
            Call::PutRolePolicy {
                role_name: "deploy".into(),
                policy_name: "AWSRevokeOlderSessions".into(),
                policy_document: r#"{"Version":"2012-10-17","a":"it's"}"#.into(),
            },
            Call::CreatePolicy {
                name: "keyhound-1".into(),
                description: "Denies.".into(),
                content: "{}".into(),
            },
            Call::AttachPolicy { name: "keyhound-1".into(), target_id: "111122223333".into() },
            Call::DisassociateIamInstanceProfile {
                region: "eu-west-1".into(),
                instance_id: "i-1".into(),
            },
            Call::ModifySnapshotAttribute {
                region: "eu-west-1".into(),
                snapshot_id: "snap-1".into(),
                add: vec!["111122223333".into()],
                remove: vec!["all".into(), "999988887777".into()],
            },
            Call::ModifyImageAttribute {
                region: "eu-west-1".into(),
                image_id: "ami-1".into(),
                add: vec!["arn:aws:organizations::111122223333:organization/o-a".into()],
                remove: vec!["all".into()],
            },
            Call::PutFunctionConcurrency {
                region: "eu-west-1".into(),
                function_name: "f".into(),
                reserved_concurrent_executions: 0,
            },
        ];
        let commands: Vec<String> = all.iter().map(Call::cli).collect();
        insta::assert_snapshot!(commands.join("\n"));
    }
}
