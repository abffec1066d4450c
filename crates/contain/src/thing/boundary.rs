//! The most that a user or role may do, whatever its policies say.

use super::{Identity, Way};
use crate::call::Call;

pub(super) fn calls(of: &Identity, to: Option<&str>) -> Way {
    let boundary = to.map(ToOwned::to_owned);
    Ok(vec![match (of.clone(), boundary) {
        (Identity::User(user_name), Some(permissions_boundary)) => {
            Call::PutUserPermissionsBoundary { user_name, permissions_boundary }
        }
        (Identity::User(user_name), None) => Call::DeleteUserPermissionsBoundary { user_name },
        (Identity::Role(role_name), Some(permissions_boundary)) => {
            Call::PutRolePermissionsBoundary { role_name, permissions_boundary }
        }
        (Identity::Role(role_name), None) => Call::DeleteRolePermissionsBoundary { role_name },
        (Identity::Group(_), _) => return Err("a group has no boundary"),
    }])
}
