//! A service control policy and the accounts at which it is attached. Who is inside such an account
//! cannot undo it.

use crate::call::Call;

/// What the organisation's administrators read beside the policy.
const DESCRIPTION: &str = "Denies a stolen credential. Made by Keyhound; remove it with its undo.";

pub(super) fn calls(name: &str, from: Option<&str>, to: Option<&str>) -> Vec<Call> {
    let name = name.to_owned();
    vec![match (from, to) {
        (_, None) => Call::DeletePolicy { name },
        (None, Some(content)) => Call::CreatePolicy {
            name,
            description: DESCRIPTION.to_owned(),
            content: content.to_owned(),
        },
        (Some(_), Some(content)) => Call::UpdatePolicy { name, content: content.to_owned() },
    }]
}

pub(super) fn target_calls(name: &str, account: &str, to: Option<&str>) -> Vec<Call> {
    let (name, target_id) = (name.to_owned(), account.to_owned());
    vec![match to {
        Some(_) => Call::AttachPolicy { name, target_id },
        None => Call::DetachPolicy { name, target_id },
    }]
}
