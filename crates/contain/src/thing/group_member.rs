//! Whether a user has the rights of a group.

use crate::call::Call;

pub(super) fn calls(user: &str, group: &str, to: Option<&str>) -> Vec<Call> {
    let (user_name, group_name) = (user.to_owned(), group.to_owned());
    vec![match to {
        Some(_) => Call::AddUserToGroup { group_name, user_name },
        None => Call::RemoveUserFromGroup { group_name, user_name },
    }]
}
