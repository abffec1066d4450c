//! Who may assume a role. Sessions that there are live on when it changes.

use super::Way;
use crate::call::Call;

pub(super) fn calls(role: &str, to: Option<&str>) -> Way {
    let policy_document = to.ok_or("a role always has a trust policy")?.to_owned();
    Ok(vec![Call::UpdateAssumeRolePolicy { role_name: role.to_owned(), policy_document }])
}
