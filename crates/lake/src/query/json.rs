//! Values inside JSON, found without reading the rest.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The value at a path of keys and positions with dots between: a text as it is, anything else as
/// JSON; `None` where there is none, and for null.
pub(super) fn get(json: &str, path: &str) -> Option<String> {
    let mut value = json;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let mut reader = serde_json::Deserializer::from_str(value);
        value = reader.deserialize_any(Step(step)).ok()??.get();
    }
    let value = value.trim();
    if value == "null" {
        return None;
    }
    if value.starts_with('"') {
        return serde_json::from_str(value).ok();
    }
    Some(value.to_owned())
}

/// Goes one step down a path.
struct Step<'p>(&'p str);

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            // The last of several is what other readers see.
            if key.0 == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let wanted: Option<usize> = self.0.parse().ok();
        let mut at = 0;
        let mut found = None;
        while let Some(value) = list.next_element::<&'de RawValue>()? {
            if Some(at) == wanted {
                found = Some(value);
            }
            at += 1;
        }
        Ok(found)
    }
}

/// A key, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::get;

    #[test]
    fn values_are_found_at_any_depth() {
        let json =
            r#"{"a":{"b":[{"c":"x\n"},7]},"n":null,"t":true,"e":"","k\u0065y":"v","d":1,"d":2}"#;
        for (path, value) in [
            ("a.b.0.c", Some("x\n")),
            ("a.b.1", Some("7")),
            ("a.b", Some(r#"[{"c":"x\n"},7]"#)),
            ("a.b.2", None),
            ("a.b.c", None),
            ("a.x", None),
            ("n", None),
            ("t", Some("true")),
            ("t.x", None),
            ("e", Some("")),
            ("key", Some("v")),
            ("d", Some("2")),
            ("", Some(json)),
        ] {
            assert_eq!(get(json, path).as_deref(), value, "{path}");
        }
        assert_eq!(get("{broken", "a"), None);
        assert_eq!(get("", "a"), None);
    }
}
