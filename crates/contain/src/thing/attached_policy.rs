//! A managed policy at a user, role or group.

use super::Identity;
use crate::call::Call;

pub(super) fn calls(whom: &Identity, policy: &str, to: Option<&str>) -> Vec<Call> {
    let policy_arn = policy.to_owned();
    vec![match (whom.clone(), to.is_some()) {
        (Identity::User(user_name), true) => Call::AttachUserPolicy { user_name, policy_arn },
        (Identity::User(user_name), false) => Call::DetachUserPolicy { user_name, policy_arn },
        (Identity::Role(role_name), true) => Call::AttachRolePolicy { role_name, policy_arn },
        (Identity::Role(role_name), false) => Call::DetachRolePolicy { role_name, policy_arn },
        (Identity::Group(group_name), true) => Call::AttachGroupPolicy { group_name, policy_arn },
        (Identity::Group(group_name), false) => Call::DetachGroupPolicy { group_name, policy_arn },
    }]
}
