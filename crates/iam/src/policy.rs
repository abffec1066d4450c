//! A policy document: JSON becomes statements; what cannot be understood becomes a problem.

use std::borrow::Cow;

use compact_str::{CompactString, format_compact};
use serde_json::Value;

use crate::reach::Admits;
use crate::statement::Statement;

/// A policy document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// What people call it: its name or ARN.
    pub name: CompactString,
    pub(crate) statements: Vec<Statement>,
    /// What could not be understood. A statement with a problem allows nothing.
    pub problems: Vec<CompactString>,
}

impl Policy {
    /// AWS takes no policy longer than this; a longer one is not read.
    pub const LONGEST: usize = 1 << 20;
    /// No more statements of one policy are read.
    const STATEMENTS: usize = 4_096;

    /// Reads a document, as JSON text; AWS's API writes it percent-encoded.
    pub fn read(name: &str, text: &str) -> Self {
        let text = decoded(text);
        if text.len() > Self::LONGEST {
            return Self::broken(name, "the document is longer than AWS allows");
        }
        match serde_json::from_str(&text) {
            Ok(document) => Self::of(name, &document),
            Err(error) => Self::broken(name, &format!("the document is no JSON: {error}")),
        }
    }

    /// Reads a document that is JSON already, or its text.
    pub fn of(name: &str, document: &Value) -> Self {
        if let Value::String(text) = document {
            return Self::read(name, text);
        }
        let mut policy = Self { name: name.into(), ..Self::default() };
        let Some(object) = document.as_object() else {
            return Self::broken(name, "the document is no object");
        };
        // Before this version there were no variables.
        let has_variables = object.get("Version").and_then(Value::as_str) == Some("2012-10-17");
        let statements = match object.get("Statement") {
            Some(Value::Array(statements)) => statements.as_slice(),
            Some(statement) => std::slice::from_ref(statement),
            None => return Self::broken(name, "there is no Statement"),
        };
        for (index, statement) in statements.iter().take(Self::STATEMENTS).enumerate() {
            match Statement::of(statement, has_variables) {
                Ok(statement) => policy.statements.push(statement),
                Err(why) => policy.problems.push(format_compact!("statement {index}: {why}")),
            }
        }
        if statements.len() > Self::STATEMENTS {
            policy.problems.push("there are more statements than are read".into());
        }
        policy
    }

    /// How it lets a principal become the role whose trust policy it is; conditions are taken to
    /// hold.
    pub(crate) fn admits(&self, arn: &str) -> Admits {
        let account = arn.split(':').nth(4).unwrap_or_default();
        let lets_in = |principal: &CompactString| {
            if principal == "*" || principal == arn {
                Admits::Itself
            } else if principal == account
                || principal.ends_with(":root") && principal.split(':').nth(4) == Some(account)
            {
                Admits::ItsAccount
            } else {
                Admits::No
            }
        };
        let of = |statement: &Statement| {
            let strongest = statement.principals.iter().map(lets_in).max();
            strongest.filter(|_| statement.is_about("sts:assumerole")).unwrap_or(Admits::No)
        };
        let denied = self.statements.iter().filter(|one| !one.allows).map(of).max();
        if denied.is_some_and(|denied| denied > Admits::No) {
            return Admits::No;
        }
        self.statements.iter().filter(|one| one.allows).map(of).max().unwrap_or(Admits::No)
    }

    /// A policy that is known by name only: it may allow or deny anything.
    pub(crate) fn broken(name: &str, why: &str) -> Self {
        Self { name: name.into(), statements: Vec::new(), problems: vec![why.into()] }
    }
}

/// A text without its percent encoding; JSON begins with a brace, so that nothing else is decoded.
fn decoded(text: &str) -> Cow<'_, str> {
    if text.len() > 3 * Policy::LONGEST || !text.trim_start().starts_with("%7B") {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn documents_come_plain_and_percent_encoded() {
        let plain = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;
        let encoded =
            plain.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        let policy = Policy::read("p", plain);
        assert_eq!(policy.statements.len(), 1);
        assert_eq!(Policy::read("p", &encoded), policy);
    }

    #[test]
    fn what_cannot_be_understood_is_a_problem_and_allows_nothing() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":7,"Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Strange":{"a":"b"}}}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":[]}]}"#,
        ] {
            let policy = Policy::read("p", text);
            assert!(policy.statements.is_empty() && policy.problems.len() == 1, "{text}");
        }
    }
}
