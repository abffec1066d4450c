//! A policy that is part of a user, role or group.

use super::Identity;
use crate::call::Call;

pub(super) fn calls(of: &Identity, policy: &str, to: Option<&str>) -> Vec<Call> {
    let policy_name = policy.to_owned();
    let document = to.map(ToOwned::to_owned);
    vec![match (of.clone(), document) {
        (Identity::User(user_name), Some(policy_document)) => {
            Call::PutUserPolicy { user_name, policy_name, policy_document }
        }
        (Identity::User(user_name), None) => Call::DeleteUserPolicy { user_name, policy_name },
        (Identity::Role(role_name), Some(policy_document)) => {
            Call::PutRolePolicy { role_name, policy_name, policy_document }
        }
        (Identity::Role(role_name), None) => Call::DeleteRolePolicy { role_name, policy_name },
        (Identity::Group(group_name), Some(policy_document)) => {
            Call::PutGroupPolicy { group_name, policy_name, policy_document }
        }
        (Identity::Group(group_name), None) => Call::DeleteGroupPolicy { group_name, policy_name },
    }]
}
