//! Which files may hold what a question asks for.

use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::scalar::ScalarValue;

use cloudtrail::Time;

use crate::index::Index;
use crate::manifest::{FileEntry, partition};

/// What is known of a file before it is opened.
pub(crate) struct Known<'a> {
    pub(crate) path: &'a str,
    pub(crate) entry: &'a FileEntry,
    pub(crate) index: &'a Index,
}

impl Known<'_> {
    /// Whether a row of the file may satisfy a condition; `true` where nothing tells.
    pub(crate) fn may_satisfy(&self, condition: &Expr) -> bool {
        match condition {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
                self.may_satisfy(left) && self.may_satisfy(right)
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
                self.may_satisfy(left) || self.may_satisfy(right)
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (&**left, &**right) {
                (Expr::Column(column), Expr::Literal(value, _)) => {
                    self.may_compare(&column.name, *op, value)
                }
                (Expr::Literal(value, _), Expr::Column(column)) => {
                    op.swap().is_none_or(|op| self.may_compare(&column.name, op, value))
                }
                _ => true,
            },
            Expr::InList(list) if !list.negated => {
                let Expr::Column(column) = &*list.expr else { return true };
                list.list.iter().any(|one| match one {
                    Expr::Literal(value, _) => self.may_compare(&column.name, Operator::Eq, value),
                    _ => true,
                })
            }
            Expr::IsNotNull(value) if matches!(&**value, Expr::Column(_)) => true,
            _ => true,
        }
    }

    fn may_compare(&self, column: &str, op: Operator, value: &ScalarValue) -> bool {
        match column {
            "event_time" => micros(value).is_none_or(|micros| {
                let (from, until) = (self.entry.from.micros(), self.entry.until.micros());
                may_lie(from, until, op, micros)
            }),
            "day" => days(value).is_none_or(|days| {
                may_lie(self.entry.from.day(), self.entry.until.day(), op, days)
            }),
            "bucket" => match (partition(self.path), whole(value)) {
                (Some((_, bucket)), Some(value)) => {
                    may_lie(i64::from(bucket), i64::from(bucket), op, value)
                }
                _ => true,
            },
            _ if op == Operator::Eq => text(value)
                .is_none_or(|text| self.index.may_hold(self.path, column, std::iter::once(text))),
            _ => true,
        }
    }
}

/// Whether a value from `from` to `until` may compare so.
fn may_lie(from: i64, until: i64, op: Operator, value: i64) -> bool {
    match op {
        Operator::Eq => from <= value && value <= until,
        Operator::Lt => from < value,
        Operator::LtEq => from <= value,
        Operator::Gt => until > value,
        Operator::GtEq => until >= value,
        _ => true,
    }
}

fn micros(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::TimestampMicrosecond(micros, _) => *micros,
        ScalarValue::TimestampNanosecond(nanos, _) => nanos.map(|nanos| nanos.div_euclid(1_000)),
        ScalarValue::TimestampMillisecond(millis, _) => millis.map(|m| m.saturating_mul(1_000)),
        ScalarValue::TimestampSecond(seconds, _) => {
            seconds.map(|seconds| Time::from_seconds(seconds).micros())
        }
        _ => None,
    }
}

fn days(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Date32(days) => days.map(i64::from),
        _ => None,
    }
}

fn whole(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        _ => None,
    }
}

fn text(value: &ScalarValue) -> Option<&str> {
    match value {
        ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text) => {
            text.as_deref()
        }
        _ => None,
    }
}
