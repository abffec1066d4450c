//! What a request asks for, where one text at its top does not tell.

use cloudtrail::Event;
use serde_json::Value;

/// The request parameters; nothing when there are none or they are too long.
pub(super) fn of(event: &Event) -> Value {
    let text = event.request.as_deref().unwrap_or("null");
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// The elements of a list, or the only element where XML made no list of it.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// A text, also where it is a list of one.
pub(super) fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Array(values) if values.len() == 1 => values[0].as_str(),
        value => value.as_str(),
    }
}

/// A number, also where it is written as a text.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether a switch is off, as a boolean or as a text.
pub(super) fn is_false(value: &Value) -> bool {
    value == false || text(value).is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

/// The instances that a request of EC2 names.
pub(super) fn instances(request: &Value) -> impl Iterator<Item = &str> {
    let items = request.pointer("/instancesSet/items").unwrap_or(&Value::Null);
    list(items).iter().filter_map(|item| item.get("instanceId")?.as_str())
}
