//! `Condition`: operators, keys, values; all must hold.

mod operator;

use compact_str::CompactString;
use serde_json::Value;

use crate::context::Context;
use crate::tri::Tri;
use crate::variable::{Filled, fill};
use operator::Operator;

/// All conditions of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conditions(Vec<Condition>);

/// One operator applied to one key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    operator: Operator,
    set: Option<Set>,
    if_exists: bool,
    key: CompactString,
    values: Vec<CompactString>,
}

/// How a key with several values is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    All,
    Any,
}

impl Conditions {
    /// No more comparisons of one statement are read.
    const MOST: usize = 1_024;

    /// Reads the conditions of a statement; fails with what is wrong with them.
    pub(crate) fn of(value: &Value) -> Result<Self, &'static str> {
        let operators = value.as_object().ok_or("its Condition is no object")?;
        let mut all = Vec::new();
        for (name, keys) in operators {
            let keys = keys.as_object().ok_or("an operator of its Condition has no keys")?;
            for (key, values) in keys {
                if all.len() >= Self::MOST {
                    return Err("it has more conditions than are read");
                }
                all.push(Condition::of(name, key, values)?);
            }
        }
        Ok(Self(all))
    }

    /// Whether all of them hold.
    pub(crate) fn hold(&self, context: &Context, has_variables: bool) -> Tri {
        let holds = self.0.iter().map(|condition| condition.holds(context, has_variables));
        holds.fold(Tri::Yes, Tri::and)
    }
}

impl Condition {
    fn of(name: &str, key: &str, values: &Value) -> Result<Self, &'static str> {
        let (set, name) = match name.split_once(':') {
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAllValues") => (Some(Set::All), rest),
            Some((set, rest)) if set.eq_ignore_ascii_case("ForAnyValue") => (Some(Set::Any), rest),
            Some(_) => return Err("it has an operator that is not known"),
            None => (None, name),
        };
        let lower = name.to_ascii_lowercase();
        let (if_exists, lower) = match lower.strip_suffix("ifexists") {
            Some(rest) => (true, rest),
            None => (false, lower.as_str()),
        };
        let operator = Operator::named(lower).ok_or("it has an operator that is not known")?;
        let values = match values {
            Value::Array(values) => values.iter().map(text).collect(),
            value => text(value).map(|text| vec![text]),
        };
        let values = values.ok_or("a value of its Condition is no text, number or truth")?;
        Ok(Self { operator, set, if_exists, key: key.into(), values })
    }

    fn holds(&self, context: &Context, has_variables: bool) -> Tri {
        let present = context.get(&self.key);
        if self.operator == Operator::Null {
            if context.is_unknown(&self.key) {
                return Tri::Maybe;
            }
            let absent = present.is_none_or(<[_]>::is_empty);
            return self
                .values
                .iter()
                .any(|value| value.eq_ignore_ascii_case("true") == absent)
                .into();
        }
        let Some(present) = present else {
            if context.is_unknown(&self.key) {
                return Tri::Maybe;
            }
            let without = self.if_exists
                || self.set == Some(Set::All)
                || self.set.is_none() && self.operator.is_negated();
            return without.into();
        };
        let one = |value: &CompactString| self.compares(value, context, has_variables);
        match (self.set, present) {
            (Some(Set::All), values) => values.iter().map(one).fold(Tri::Yes, Tri::and),
            (Some(Set::Any), values) => values.iter().map(one).fold(Tri::No, Tri::or),
            (None, [value]) => one(value),
            // Several values need a set operator: without one nothing holds of them.
            (None, _) => Tri::No,
        }
    }

    /// Whether one value of the request is one of the policy's; of a contrary, none of them.
    fn compares(&self, value: &str, context: &Context, has_variables: bool) -> Tri {
        let mut found = Tri::No;
        for wanted in &self.values {
            let fits = if self.operator.takes_patterns() {
                match fill(wanted, context, has_variables) {
                    Filled::Known(pattern) => self.operator.matches(&pattern, value).into(),
                    // A comparison with nothing holds neither way.
                    Filled::Missing(_) if self.operator.is_negated() => return Tri::No,
                    Filled::Missing(_) => Tri::No,
                    Filled::Unknown(_) => Tri::Maybe,
                }
            } else {
                self.operator.compares(wanted, value).into()
            };
            found = found.or(fits);
        }
        if self.operator.is_negated() { found.not() } else { found }
    }
}

/// A value of a condition as text; JSON allows numbers and truths there.
fn text(value: &Value) -> Option<CompactString> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Bool(value) => Some(value.to_string().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Conditions, Tri};
    use crate::context::Context;

    #[track_caller]
    fn check(conditions: &Value, context: &Context, expected: Tri) {
        assert_eq!(Conditions::of(conditions).unwrap().hold(context, true), expected);
    }

    #[test]
    fn a_key_that_is_not_there() {
        let none = Context::complete();
        for (operator, expected) in [
            ("StringEquals", Tri::No),
            ("StringNotEquals", Tri::Yes),
            ("StringEqualsIfExists", Tri::Yes),
            ("ForAllValues:StringEquals", Tri::Yes),
            ("ForAnyValue:StringEquals", Tri::No),
            ("ForAnyValue:StringNotEquals", Tri::No),
        ] {
            check(&json!({ operator: { "aws:a": "x" } }), &none, expected);
            check(&json!({ operator: { "aws:a": "x" } }), &Context::open(), Tri::Maybe);
        }
        check(&json!({ "Null": { "aws:a": "true" } }), &none, Tri::Yes);
        check(&json!({ "Null": { "aws:a": "false" } }), &none, Tri::No);
    }

    #[test]
    fn several_values() {
        let two = Context::complete().with("aws:TagKeys", "a").with("aws:TagKeys", "b");
        for (operator, values, expected) in [
            ("ForAllValues:StringEquals", json!(["a", "b", "c"]), Tri::Yes),
            ("ForAllValues:StringEquals", json!(["a"]), Tri::No),
            ("ForAnyValue:StringEquals", json!(["b"]), Tri::Yes),
            ("ForAnyValue:StringNotEquals", json!(["b"]), Tri::Yes),
            ("ForAllValues:StringNotEquals", json!(["b"]), Tri::No),
        ] {
            check(&json!({ operator: { "aws:tagkeys": values } }), &two, expected);
        }
    }

    #[test]
    fn all_must_hold() {
        let context = Context::complete().with("aws:a", "x").with("aws:b", "3");
        let and = |number: u8| json!({ "StringLike": { "aws:a": ["y", "?"] }, "NumericLessThan": { "aws:b": number } });
        check(&and(4), &context, Tri::Yes);
        check(&and(3), &context, Tri::No);
        check(
            &json!({ "StringEquals": { "aws:a": "${aws:b}" } }),
            &Context::complete().with("aws:a", "q").with("aws:b", "q"),
            Tri::Yes,
        );
    }
}
