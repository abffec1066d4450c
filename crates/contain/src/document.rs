//! The policies that containment writes.
//!
//! What each stops: the containment matrix of AWS's playbook and the IAM user guide ("Disabling
//! permissions for temporary security credentials", "Revoking IAM role temporary security
//! credentials"). Documents are written by hand, in one order, so that they can be compared byte
//! by byte.

use cloudtrail::Time;
use serde_json::{Value, json};

/// Name of the inline policy that denies a user or role everything.
pub const DENY_ALL: &str = "KeyhoundDenyAll";
/// Name of the inline policy that denies older sessions; the console of IAM uses the same.
pub const OLDER_SESSIONS: &str = "AWSRevokeOlderSessions";
/// Mark of the statement that is put into a trust policy.
pub const TRUST_DENIAL: &str = "KeyhoundDeniesTheThief";

/// Denies everything.
pub fn deny_all() -> String {
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#
        .to_owned()
}

/// Denies everything to sessions that were issued before this moment.
pub fn deny_older(than: Time) -> String {
    deny_older_than(&than.to_string())
}

/// The same with the moment as a text, or what stands for it.
pub(crate) fn deny_older_than(moment: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{moment}"}}}}}}]}}"#
    )
}

/// The moment in a policy of [`deny_older`]; nothing in any other.
pub fn denied_until(document: &str) -> Option<Time> {
    let document: Value = serde_json::from_str(document).ok()?;
    let statement = document.get("Statement")?;
    let statement = statement.as_array().map_or(Some(statement), |all| all.first())?;
    let issued = statement.pointer("/Condition/DateLessThan/aws:TokenIssueTime")?;
    issued.as_str()?.parse().ok()
}

/// A service control policy that denies users everything, and roles what older sessions ask for.
/// Principals are patterns of ARNs; the moment may be what stands for it.
pub(crate) fn quarantine(users: &[String], roles: &[String], moment: &str) -> String {
    let mut statements = Vec::new();
    if !users.is_empty() {
        statements.push(json!({
            "Sid": "KeyhoundQuarantine", "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": { "ArnLike": { "aws:PrincipalArn": users } },
        }));
    }
    if !roles.is_empty() {
        statements.push(json!({
            "Sid": "KeyhoundOlderSessions", "Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {
                "ArnLike": { "aws:PrincipalArn": roles },
                "DateLessThan": { "aws:TokenIssueTime": moment },
            },
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// Whether two documents say the same, however they are laid out: the AWS CLI prints them anew.
pub(crate) fn same(one: Option<&str>, other: Option<&str>) -> bool {
    let parsed = |text: Option<&str>| serde_json::from_str::<Value>(text?).ok();
    one == other || parsed(one).is_some_and(|one| parsed(other) == Some(one))
}

/// A trust policy with a statement that keeps these principals out; nothing if the policy cannot be
/// understood.
pub fn trust_without(document: &str, principals: &[String]) -> Option<String> {
    let mut document: Value = serde_json::from_str(document).ok()?;
    let statements = document.get_mut("Statement")?;
    if !statements.is_array() {
        *statements = Value::Array(vec![statements.take()]);
    }
    let statements = statements.as_array_mut()?;
    statements.retain(|statement| statement.get("Sid") != Some(&json!(TRUST_DENIAL)));
    statements.push(json!({
        "Sid": TRUST_DENIAL, "Effect": "Deny", "Principal": { "AWS": "*" },
        "Action": "sts:AssumeRole", "Condition": { "ArnLike": { "aws:PrincipalArn": principals } },
    }));
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use iam::Policy;

    use super::*;

    #[test]
    fn what_is_written_is_a_policy() {
        let than: Time = "2026-11-20T02:14:07Z".parse().unwrap();
        let arns = ["arn:aws:iam::111122223333:user/sam".to_owned()];
        let all = [
            deny_all(),
            deny_older(than),
            quarantine(
                &arns,
                &["arn:aws:iam::111122223333:role/deploy".to_owned()],
                "2026-11-20T02:14:07Z",
            ),
        ];
        for document in all {
            let value: Value = serde_json::from_str(&document).unwrap();
            assert_eq!(Policy::of("ours", &value).problems.len(), 0, "{document}");
        }
        assert_eq!(denied_until(&deny_older(than)), Some(than));
        assert_eq!(denied_until(&deny_all()), None);
    }

    #[test]
    fn a_trust_policy_keeps_what_it_says() {
        let before = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
        let thief = ["arn:aws:iam::999988887777:root".to_owned()];
        let once = trust_without(before, &thief).unwrap();
        assert!(once.contains("ec2.amazonaws.com") && once.contains(TRUST_DENIAL));
        assert_eq!(trust_without(&once, &thief).as_deref(), Some(once.as_str()), "not twice");
        assert_eq!(trust_without("no policy", &thief), None);
    }
}
