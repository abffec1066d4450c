//! The condition operators: how one value is compared with another.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::glob::{Pattern, Piece};

/// A condition operator; of each contrary there is the operator and a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    String { negated: bool, any_case: bool, like: bool },
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    IpAddress { negated: bool },
    Arn { negated: bool },
    Null,
}

/// How numbers and dates are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Equals,
    NotEquals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// The operator with this name, in small letters and without what stands before and after it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let string = |negated, any_case, like| Self::String { negated, any_case, like };
        Some(match name {
            "stringequals" => string(false, false, false),
            "stringnotequals" => string(true, false, false),
            "stringequalsignorecase" => string(false, true, false),
            "stringnotequalsignorecase" => string(true, true, false),
            "stringlike" => string(false, false, true),
            "stringnotlike" => string(true, false, true),
            "bool" => Self::Bool,
            "binaryequals" => Self::Binary,
            "ipaddress" => Self::IpAddress { negated: false },
            "notipaddress" => Self::IpAddress { negated: true },
            "arnequals" | "arnlike" => Self::Arn { negated: false },
            "arnnotequals" | "arnnotlike" => Self::Arn { negated: true },
            "null" => Self::Null,
            _ => {
                let numeric = name.strip_prefix("numeric").and_then(Order::named);
                let date = || name.strip_prefix("date").and_then(Order::named);
                return numeric.map(Self::Numeric).or_else(|| date().map(Self::Date));
            }
        })
    }

    /// Whether it holds where its values are *not* met.
    pub(crate) fn is_negated(self) -> bool {
        match self {
            Self::String { negated, .. } | Self::IpAddress { negated } | Self::Arn { negated } => {
                negated
            }
            Self::Numeric(order) | Self::Date(order) => order == Order::NotEquals,
            Self::Bool | Self::Binary | Self::Null => false,
        }
    }

    /// Whether its values may have variables, and wildcards where it knows any.
    pub(crate) fn takes_patterns(self) -> bool {
        matches!(self, Self::String { .. } | Self::Arn { .. })
    }

    /// Whether a value of a request is met by a text of the policy; contraries aside.
    pub(crate) fn matches(self, wanted: &Pattern, value: &str) -> bool {
        match self {
            Self::String { like: true, .. } => wanted.matches(value),
            Self::String { any_case, .. } => {
                let text = wanted.text();
                if any_case { text.to_lowercase() == value.to_lowercase() } else { text == value }
            }
            Self::Arn { .. } => wanted.matches_whole_arn(value),
            _ => false,
        }
    }

    /// Whether a value of a request is met by another one; contraries aside.
    pub(crate) fn compares(self, wanted: &str, value: &str) -> bool {
        match self {
            Self::Numeric(order) => match (number(wanted), number(value)) {
                (Some(wanted), Some(value)) => order.holds(value.partial_cmp(&wanted)),
                _ => false,
            },
            Self::Date(order) => match (moment(wanted), moment(value)) {
                (Some(wanted), Some(value)) => order.holds(Some(value.cmp(&wanted))),
                _ => false,
            },
            Self::Bool => wanted.eq_ignore_ascii_case(value),
            Self::Binary => wanted == value,
            Self::IpAddress { .. } => {
                let network = wanted.parse().or_else(|_| wanted.parse::<IpAddr>().map(IpNet::from));
                match (network, value.parse::<IpAddr>()) {
                    (Ok(network), Ok(address)) => network.contains(&address),
                    _ => false,
                }
            }
            Self::String { .. } | Self::Arn { .. } | Self::Null => false,
        }
    }
}

impl Order {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "equals" => Self::Equals,
            "notequals" => Self::NotEquals,
            "lessthan" => Self::Less,
            "lessthanequals" => Self::LessOrEqual,
            "greaterthan" => Self::Greater,
            "greaterthanequals" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Whether values in this order are met; of the contrary of equality, whether they are equal.
    fn holds(self, order: Option<std::cmp::Ordering>) -> bool {
        let Some(order) = order else { return false };
        match self {
            Self::Equals | Self::NotEquals => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Pattern {
    /// The pattern as it is written, where wildcards mean themselves.
    fn text(&self) -> String {
        let character = |piece: &Piece| match piece {
            Piece::Literal(character) => *character,
            Piece::One => '?',
            Piece::Many => '*',
            Piece::Unset => '\0',
        };
        self.pieces().iter().map(character).collect()
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Milliseconds since 1970 of an ISO 8601 date or time, or of seconds.
fn moment(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return seconds.checked_mul(1_000);
    }
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text
        .parse()
        .or_else(|_| text.parse::<jiff::civil::Date>().map(|date| date.at(0, 0, 0, 0)))
        .ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(civil).ok()?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::Operator;
    use crate::glob::Pattern;

    #[track_caller]
    fn check(name: &str, wanted: &str, value: &str, expected: bool) {
        let operator = Operator::named(name).unwrap();
        let met = if operator.takes_patterns() {
            operator.matches(&Pattern::new(wanted), value)
        } else {
            operator.compares(wanted, value)
        };
        assert_eq!(met, expected, "{name} {wanted} {value}");
    }

    #[test]
    fn each_sort_compares_in_its_own_way() {
        check("stringequals", "a*", "a*", true);
        check("stringequals", "a*", "ab", false);
        check("stringlike", "a*", "ab", true);
        check("stringequalsignorecase", "Ab", "aB", true);
        check("numericlessthan", "10", "9.5", true);
        check("numericlessthan", "10", "ten", false);
        check("dategreaterthan", "2026-01-01T00:00:00Z", "2026-01-02", true);
        check("dateequals", "1767225600", "2026-01-01T00:00:00Z", true);
        check("bool", "true", "TRUE", true);
        check("ipaddress", "10.0.0.0/8", "10.1.2.3", true);
        check("ipaddress", "2001:db8::/32", "2001:db8::1", true);
        check("ipaddress", "10.0.0.1", "10.0.0.2", false);
        check("arnlike", "arn:aws:sns:*:1:*", "arn:aws:sns:eu-west-1:1:t", true);
        check("arnequals", "arn:aws:sns:*:*:t", "arn:aws:sns:eu-west-1:1:t", true);
        check("arnequals", "arn:aws:sns:*", "arn:aws:sns:eu-west-1:1:t", false);
        assert!(Operator::named("stringresembles").is_none());
    }
}
