//! Which version of a managed policy is in force.

use super::Way;
use crate::call::Call;

pub(super) fn calls(policy: &str, to: Option<&str>) -> Way {
    let version_id = to.ok_or("a policy always has a version in force")?.to_owned();
    Ok(vec![Call::SetDefaultPolicyVersion { policy_arn: policy.to_owned(), version_id }])
}
