//! What is wrong with a question, in one sentence.

use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::parser::ParserError;

use super::TABLES;
use crate::Error;

impl Error {
    /// What the engine says, for people.
    pub(super) fn question(error: &DataFusionError) -> Self {
        let root = error.find_root();
        if matches!(root, DataFusionError::ResourcesExhausted(_)) {
            return Self::TooLarge { why: line(&root.to_string()) };
        }
        Self::Question { why: sentence(root) }
    }
}

fn sentence(root: &DataFusionError) -> String {
    match root {
        DataFusionError::SQL(error, _) => match &**error {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => {
                format!("this is no SQL: {}", line(text))
            }
            ParserError::RecursionLimitExceeded => "it is nested too deeply".to_owned(),
        },
        DataFusionError::SchemaError(error, _) => match &**error {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let mut near: Vec<(usize, &str)> = valid_fields
                    .iter()
                    .map(|valid| {
                        (strsim::levenshtein(&valid.name, &field.name), valid.name.as_str())
                    })
                    .collect();
                near.sort_unstable();
                let hint = match near.first() {
                    Some((distance, name)) if *distance <= 3 => format!("; did you mean `{name}`?"),
                    _ => String::new(),
                };
                format!("there is no column `{}`{hint}", line(&field.name))
            }
            other => line(&other.to_string()),
        },
        DataFusionError::Plan(text) => plan(&line(text)),
        DataFusionError::ArrowError(error, _) => arrow(&line(&error.to_string())),
        other => line(&other.strip_backtrace()),
    }
}

/// What the planner says, where it can be said better.
fn plan(text: &str) -> String {
    if let Some(name) = text.strip_prefix("table '").and_then(|rest| rest.split('\'').next()) {
        let name = name.rsplit('.').next().unwrap_or(name);
        let names: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
        return format!("there is no table `{name}`; there are {}", names.join(", "));
    }
    if let Some(rest) = text.strip_prefix("Invalid function '") {
        let name = rest.split('\'').next().unwrap_or(rest);
        return format!("there is no function `{name}`");
    }
    if text.starts_with("No SQL statements") {
        return "there is no question".to_owned();
    }
    if text.starts_with("Column in SELECT must be in GROUP BY") {
        let column = text.split('"').nth(1).unwrap_or_default().trim_start_matches("events.");
        return format!("`{column}` must stand in GROUP BY or in an aggregate such as max()");
    }
    let refused = ["DDL not supported", "DML not supported", "Statement not supported"];
    if refused.iter().any(|refusal| text.starts_with(refusal)) {
        return "only questions can be asked: nothing can be changed, and no other file be read"
            .to_owned();
    }
    text.to_owned()
}

/// What was wrong with a value.
fn arrow(text: &str) -> String {
    let text = text.strip_prefix("Parser error: ").unwrap_or(text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The first line of a text, without what is said for programmers.
fn line(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default().trim();
    let first = first.strip_prefix("sql parser error: ").unwrap_or(first);
    first.trim_end_matches('.').to_owned()
}
