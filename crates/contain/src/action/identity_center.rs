//! A person of Identity Center: roles of permission sets cannot be changed in the account, and the
//! person is disabled where their account is.

use crate::names;
use crate::plan::{Action, Step, Stops};
use crate::shell::quoted;
use crate::target::{Target, TargetKind};

pub(super) fn steps(target: &Target) -> Vec<Step> {
    let TargetKind::IdentityCenter { person } = &target.kind else { return Vec::new() };
    let shown = names::shown(person);
    let mut step = Step::new(
        Action::IdentityCenter,
        target,
        "identity-center",
        format!(
            "Disable {shown} in IAM Identity Center, or where Identity Center takes its people \
             from, and delete their active sessions there."
        ),
    )
    .because(
        "Roles of permission sets are protected: a policy in them is put back. A person who is \
         disabled gets no new session; sessions of roles that are open live on until they end, at \
         the longest twelve hours, unless the quarantine by service control policy denies them.",
    )
    .stops(&[Stops::Password, Stops::Reissue])
    .effect("the person cannot sign in", "the person cannot work until enabled again");
    step.name = format!("identity-center:{}", target.name);
    let safe = names::is_identity(person);
    step.commands = safe.then(|| commands(person)).into_iter().flatten().collect();
    vec![step]
}

fn commands(person: &str) -> Vec<String> {
    let attribute = quoted(&format!(
        r#"{{"UniqueAttribute":{{"AttributePath":"userName","AttributeValue":"{person}"}}}}"#
    ));
    vec![
        "STORE=$(aws sso-admin list-instances --query 'Instances[0].IdentityStoreId' --output text)"
            .to_owned(),
        format!(
            "WHO=$(aws identitystore get-user-id --identity-store-id \"$STORE\" --alternate-identifier {attribute} --query UserId --output text)"
        ),
        "aws identitystore list-group-memberships-for-member --identity-store-id \"$STORE\" --member-id UserId=\"$WHO\""
            .to_owned(),
        "aws sso-admin list-account-assignments-for-principal --instance-arn \"$(aws sso-admin list-instances --query 'Instances[0].InstanceArn' --output text)\" --principal-id \"$WHO\" --principal-type USER"
            .to_owned(),
    ]
}
