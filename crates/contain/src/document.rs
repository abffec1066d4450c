//! The policies that containment writes.
//!
//! What each stops: the containment matrix of AWS's playbook and the IAM user guide ("Disabling
//! permissions for temporary security credentials", "Revoking IAM role temporary security
//! credentials"). Documents are written by hand, in one order, so that they can be compared byte
//! by byte.

use cloudtrail::Time;
use serde_json::{Value, json};

use crate::names;

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

/// Whom a service control policy denies what. All are patterns of ARNs.
#[derive(Debug, Default)]
pub(crate) struct Quarantined {
    /// Users, root and what the thief made: everything.
    pub(crate) identities: Vec<String>,
    /// Roles: what sessions from before a moment ask for.
    pub(crate) sessions: Vec<String>,
    /// People of Identity Center, with the role through which they come: everything. Their sessions
    /// are named after them, and `aws:userid` ends in that name.
    pub(crate) people: Vec<(Vec<String>, String)>,
}

/// A service control policy; the moment may be what stands for it.
pub(crate) fn quarantine(whom: &Quarantined, moment: &str) -> String {
    let deny = |sid: String, condition: Value| {
        json!({
            "Sid": sid, "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition,
        })
    };
    let mut statements = Vec::new();
    if !whom.identities.is_empty() {
        let condition = json!({ "ArnLike": { "aws:PrincipalArn": whom.identities } });
        statements.push(deny("KeyhoundQuarantine".to_owned(), condition));
    }
    if !whom.sessions.is_empty() {
        let condition = json!({
            "ArnLike": { "aws:PrincipalArn": whom.sessions },
            "DateLessThan": { "aws:TokenIssueTime": moment },
        });
        statements.push(deny("KeyhoundOlderSessions".to_owned(), condition));
    }
    for (number, (roles, person)) in whom.people.iter().enumerate() {
        let condition = json!({
            "ArnLike": { "aws:PrincipalArn": roles },
            "StringLike": { "aws:userid": format!("*:{person}") },
        });
        statements.push(deny(format!("KeyhoundPerson{}", number + 1), condition));
    }
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// Whether two documents say the same, however they are laid out: the AWS CLI prints them anew.
pub(crate) fn same(one: Option<&str>, other: Option<&str>) -> bool {
    let parsed = |text: Option<&str>| serde_json::from_str::<Value>(text?).ok();
    one == other || parsed(one).is_some_and(|one| parsed(other) == Some(one))
}

/// A trust policy with a statement that keeps these principals out, beside those that one of ours
/// keeps out already; nothing if the policy cannot be understood.
pub fn trust_without(document: &str, principals: &[String]) -> Option<String> {
    let mut kept_out = kept_out(document);
    for principal in principals {
        names::push(&mut kept_out, principal);
    }
    let mut document: Value = serde_json::from_str(document).ok()?;
    let statements = document.get_mut("Statement")?;
    if !statements.is_array() {
        *statements = Value::Array(vec![statements.take()]);
    }
    let statements = statements.as_array_mut()?;
    statements.retain(|statement| !is_ours(statement));
    statements.push(json!({
        "Sid": TRUST_DENIAL, "Effect": "Deny", "Principal": { "AWS": "*" },
        "Action": "sts:AssumeRole", "Condition": { "ArnLike": { "aws:PrincipalArn": kept_out } },
    }));
    Some(document.to_string())
}

/// Whom the statement of ours in a trust policy keeps out.
pub(crate) fn kept_out(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let statements = document.get("Statement").and_then(Value::as_array);
    let ours = statements.into_iter().flatten().filter(|statement| is_ours(statement));
    let listed = ours.filter_map(|ours| ours.pointer("/Condition/ArnLike/aws:PrincipalArn"));
    listed
        .flat_map(|listed| match listed {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        })
        .filter_map(|one| one.as_str().map(ToOwned::to_owned))
        .collect()
}

/// A statement of that name that denies: whoever may write the policy may use the name.
fn is_ours(statement: &Value) -> bool {
    statement.get("Sid") == Some(&json!(TRUST_DENIAL))
        && statement.get("Effect") == Some(&json!("Deny"))
}

#[cfg(test)]
mod tests {
    use iam::Policy;

    use super::*;

    #[test]
    fn what_is_written_is_a_policy() {
        let than: Time = "2026-11-20T02:14:07Z".parse().unwrap();
        let arns = |text: &str| vec![format!("arn:aws:iam::111122223333:{text}")];
        let whom = Quarantined {
            identities: arns("user/sam"),
            sessions: arns("role/deploy"),
            people: vec![(arns("role/AWSReservedSSO_Admin_01"), "anna@example.com".to_owned())],
        };
        let all = [deny_all(), deny_older(than), quarantine(&whom, "2026-11-20T02:14:07Z")];
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
        let more = ["arn:aws:iam::444455556666:root".to_owned()];
        let both = trust_without(&once, &more).unwrap();
        assert_eq!(kept_out(&both), [thief.clone(), more].concat(), "nobody is let in again");
        assert_eq!(trust_without("no policy", &thief), None);
    }
}
