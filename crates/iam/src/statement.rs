//! One statement: its effect, the actions and resources that it is about, and its conditions.

use compact_str::CompactString;
use serde_json::Value;

use crate::condition::Conditions;
use crate::context::Context;
use crate::glob::Pattern;
use crate::tri::Tri;
use crate::variable::{Filled, fill};

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) allows: bool,
    actions: Actions,
    resources: Resources,
    conditions: Conditions,
    /// `Principal.AWS`, in the policies of resources and roles.
    pub(crate) principals: Vec<CompactString>,
    has_variables: bool,
}

/// `Action` or `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Actions {
    but: bool,
    patterns: Vec<Pattern>,
}

/// `Resource` or `NotResource`; everything where a document has neither, as trust policies do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Resources {
    but: bool,
    texts: Vec<CompactString>,
}

/// What a statement covers for one action, when nothing is known of the resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Covers {
    pub(crate) pattern: Pattern,
    /// Whether it covers all of the pattern for certain.
    pub(crate) certain: bool,
}

impl Statement {
    /// Reads a statement; fails with what is wrong with it.
    pub(crate) fn of(value: &Value, has_variables: bool) -> Result<Self, &'static str> {
        let object = value.as_object().ok_or("it is no object")?;
        let allows = match object.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err("its Effect is neither Allow nor Deny"),
        };
        let (but, actions) = match (object.get("Action"), object.get("NotAction")) {
            (Some(actions), None) => (false, actions),
            (None, Some(actions)) => (true, actions),
            _ => return Err("it has no Action, or both Action and NotAction"),
        };
        let actions = texts(actions).ok_or("its Action is neither a text nor a list of texts")?;
        let patterns =
            actions.iter().map(|action| Pattern::new(&action.to_ascii_lowercase())).collect();
        let resources = match (object.get("Resource"), object.get("NotResource")) {
            (Some(resources), None) => (false, texts(resources)),
            (None, Some(resources)) => (true, texts(resources)),
            (None, None) => (false, Some(vec!["*".into()])),
            (Some(_), Some(_)) => return Err("it has both Resource and NotResource"),
        };
        let (not, Some(texts)) = resources else {
            return Err("its Resource is neither a text nor a list of texts");
        };
        let conditions = match object.get("Condition") {
            Some(conditions) => Conditions::of(conditions)?,
            None => Conditions::default(),
        };
        Ok(Self {
            allows,
            actions: Actions { but, patterns },
            resources: Resources { but: not, texts },
            conditions,
            principals: principals(object.get("Principal")),
            has_variables,
        })
    }

    /// Whether it is about an action, `service:name` in small letters.
    pub(crate) fn is_about(&self, action: &str) -> bool {
        self.actions.patterns.iter().any(|pattern| pattern.matches(action)) != self.actions.but
    }

    /// Whether it applies to a request for a resource.
    pub(crate) fn applies(&self, action: &str, resource: &str, context: &Context) -> Tri {
        if !self.is_about(action) {
            return Tri::No;
        }
        let mut found = Tri::No;
        for text in &self.resources.texts {
            let fits = match fill(text, context, self.has_variables) {
                Filled::Known(pattern) => pattern.matches_arn(resource).into(),
                // Whether it is the one that is excluded cannot be told without the variable.
                Filled::Missing(pattern) if self.resources.but && pattern.matches_arn(resource) => {
                    return Tri::No;
                }
                Filled::Unknown(pattern) if pattern.matches_arn(resource) => Tri::Maybe,
                Filled::Missing(_) | Filled::Unknown(_) => Tri::No,
            };
            found = found.or(fits);
        }
        let found = if self.resources.but { found.not() } else { found };
        found.and(self.conditions.hold(context, self.has_variables))
    }

    /// What it covers for an action that it is about.
    pub(crate) fn covers(&self, context: &Context) -> Vec<Covers> {
        let holds = self.conditions.hold(context, self.has_variables);
        if holds == Tri::No {
            return Vec::new();
        }
        if self.resources.but {
            // Everything but a few things.
            let nothing = self.resources.texts.is_empty();
            let certain = nothing && holds == Tri::Yes;
            return vec![Covers { pattern: Pattern::new("*"), certain }];
        }
        let filled =
            self.resources.texts.iter().map(|text| fill(text, context, self.has_variables));
        filled
            .filter_map(|filled| match filled {
                Filled::Known(pattern) => Some(Covers { pattern, certain: holds == Tri::Yes }),
                Filled::Unknown(pattern) => Some(Covers { pattern, certain: false }),
                Filled::Missing(_) => None,
            })
            .collect()
    }
}

/// The AWS principals of a statement; services and identity providers are no keys' business.
fn principals(value: Option<&Value>) -> Vec<CompactString> {
    match value {
        Some(Value::String(text)) => vec![text.into()],
        Some(Value::Object(kinds)) => kinds.get("AWS").and_then(texts).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A text, or a list of nothing but texts.
fn texts(value: &Value) -> Option<Vec<CompactString>> {
    match value {
        Value::String(text) => Some(vec![text.into()]),
        Value::Array(values) => {
            values.iter().map(|value| value.as_str().map(CompactString::new)).collect()
        }
        _ => None,
    }
}
