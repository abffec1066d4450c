//! What a policy document lets in or allows, as far as a signal needs to know.

use cloudtrail::{AccountId, Arn};
use compact_str::CompactString;
use serde_json::Value;

/// Principals that a document's `Allow` statements let in, as written: account ids, ARNs, `*`,
/// services and identity providers.
pub(crate) fn admitted(document: &str) -> Vec<CompactString> {
    let mut principals = Vec::new();
    for statement in allowing(document).iter().filter(|statement| !is_fenced(statement)) {
        match statement.get("Principal") {
            Some(Value::String(text)) => principals.push(CompactString::new(text)),
            Some(Value::Object(kinds)) => {
                for value in kinds.values() {
                    principals.extend(texts(value));
                }
            }
            _ => {}
        }
    }
    principals
}

/// Whether a document's `Allow` statements give all rights, or all rights over identities, on
/// everything. `NotAction` allows all but a few, which is as good as all.
pub(crate) fn allows_everything(document: &str) -> bool {
    allowing(document).iter().any(|statement| {
        let actions = statement.get("Action").map(texts).unwrap_or_default();
        let has = |wanted: &[&str]| {
            actions.iter().any(|action| wanted.contains(&action.to_ascii_lowercase().as_str()))
        };
        // Who may make a function and hand it any role has that role's rights.
        let by_function = has(&["lambda:*", "lambda:createfunction"]) && has(&["iam:passrole"]);
        let all_actions = statement.get("NotAction").is_some()
            || has(&["*", "*:*", "iam:*", "sts:*"])
            || by_function;
        let resources = statement.get("Resource").map(texts);
        let on_everything = resources.is_none_or(|names| names.iter().any(|name| name == "*"));
        all_actions && on_everything
    })
}

/// The account that a principal of a policy names; `None` for services, providers and `*`.
pub(crate) fn account_of(principal: &str) -> Option<AccountId> {
    principal.parse().ok().or_else(|| Arn::parse(principal)?.account)
}

/// Whether a condition keeps a statement within the organisation, an account, a network of
/// one's own or one resource.
fn is_fenced(statement: &Value) -> bool {
    const FENCES: [&str; 9] = [
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:principalarn",
        "aws:sourcevpc",
        "aws:sourcevpce",
    ];
    let tests = statement.get("Condition").and_then(Value::as_object);
    tests
        .into_iter()
        .flat_map(|tests| tests.values())
        .filter_map(Value::as_object)
        .any(|keys| keys.keys().any(|key| FENCES.contains(&key.to_ascii_lowercase().as_str())))
}

fn allowing(document: &str) -> Vec<Value> {
    let Ok(mut document) = serde_json::from_str::<Value>(document) else { return Vec::new() };
    let statements = match document.get_mut("Statement").map(Value::take) {
        Some(Value::Array(statements)) => statements,
        Some(statement) => vec![statement],
        None => Vec::new(),
    };
    let allows =
        |statement: &Value| statement.get("Effect").and_then(Value::as_str) == Some("Allow");
    statements.into_iter().filter(allows).collect()
}

fn texts(value: &Value) -> Vec<CompactString> {
    match value {
        Value::String(text) => vec![CompactString::new(text)],
        Value::Array(values) => {
            values.iter().filter_map(Value::as_str).map(CompactString::new).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{account_of, admitted, allows_everything};

    #[test]
    fn who_is_let_in() {
        let document = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*","arn:aws:iam::193672423079:root"],"Service":"ec2.amazonaws.com"}},
            {"Effect":"Deny","Principal":"*"}]}"#;
        assert_eq!(
            admitted(document),
            ["*", "arn:aws:iam::193672423079:root", "ec2.amazonaws.com"]
        );
        assert_eq!(
            account_of("arn:aws:iam::193672423079:root").unwrap().to_string(),
            "193672423079"
        );
        assert_eq!(account_of("ec2.amazonaws.com"), None);
        assert!(admitted("no json").is_empty());
    }

    #[test]
    fn what_gives_everything() {
        assert!(allows_everything(
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#
        ));
        assert!(allows_everything(
            r#"{"Statement":[{"Effect":"Allow","Action":["s3:Get*","iam:*"]}]}"#
        ));
        assert!(!allows_everything(r#"{"Statement":[{"Effect":"Deny","Action":"*"}]}"#));
        assert!(!allows_everything(r#"{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}"#));
    }
}
