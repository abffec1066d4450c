//! One record as rules ask it: read as far as somebody asks.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use rsigma_eval::{Event, EventValue, JsonEvent};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// A record whose fields are found, and read when a rule asks for them. Most records are asked
/// for three or four and match nothing.
pub(crate) struct Record<'a> {
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    name: Cow<'a, str>,
    text: &'a RawValue,
    /// The field alone in an object, so that paths through it read as in the whole record.
    read: OnceCell<Option<JsonEvent<'static>>>,
}

impl<'a> Record<'a> {
    /// The record in a text; `None` when the text is no JSON object.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn field(&self, name: &str) -> Option<&Field<'a>> {
        // Of a name that stands twice, JSON readers take the last.
        self.fields.iter().rev().find(|field| field.name == name)
    }
}

impl Field<'_> {
    /// `None` where the text is no value after all, as with half a surrogate pair.
    fn read(&self) -> Option<&JsonEvent<'static>> {
        let read = || {
            let value: Value = serde_json::from_str(self.text.get()).ok()?;
            let alone = serde_json::Map::from_iter([(self.name.clone().into_owned(), value)]);
            Some(JsonEvent::owned(Value::Object(alone)))
        };
        self.read.get_or_init(read).as_ref()
    }
}

impl Event for Record<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        self.field(&path[..end])?.read()?.get_field(path)
    }

    fn any_string_value(&self, pred: &dyn Fn(&str) -> bool) -> bool {
        self.fields.iter().filter_map(Field::read).any(|field| field.any_string_value(pred))
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        self.fields.iter().filter_map(Field::read).flat_map(Event::all_string_values).collect()
    }

    fn visit_string_values(&self, visit: &mut dyn FnMut(&str)) {
        self.fields
            .iter()
            .filter_map(Field::read)
            .for_each(|field| field.visit_string_values(visit));
    }

    fn to_json(&self) -> Value {
        let mut whole = serde_json::Map::new();
        for field in self.fields.iter().filter_map(Field::read) {
            if let Value::Object(alone) = field.to_json() {
                whole.extend(alone);
            }
        }
        Value::Object(whole)
    }

    fn visit_top_level_keys(&self, visit: &mut dyn FnMut(&str)) -> bool {
        self.fields.iter().for_each(|field| visit(&field.name));
        true
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Record<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Record<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a record")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::with_capacity(28);
                while let Some((Name(name), text)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    fields.push(Field { name, text, read: OnceCell::new() });
                }
                Ok(Record { fields })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// A key, borrowed unless it is written with escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use rsigma_eval::{Event, JsonEvent};
    use serde_json::Value;

    use super::Record;

    const TEXT: &str = r#"{"eventName":"CreateUser","readOnly":false,"errorCode":null,
        "requestParameters":{"userName":"a","tags":[{"key":"k1"},{"key":"k2"}]},
        "additionalEventData":{"MFAUsed":"No","x.y":1},"eventVersi\u006fn":"1.08","n":3}"#;

    #[test]
    fn a_record_answers_as_the_whole_json_does() {
        let value: Value = serde_json::from_str(TEXT).unwrap();
        let whole = JsonEvent::borrow(&value);
        let record = Record::parse(TEXT).unwrap();
        let paths = [
            "eventName",
            "readOnly",
            "errorCode",
            "errorMessage",
            "requestParameters",
            "requestParameters.userName",
            "requestParameters.tags.key",
            "requestParameters.tags[1].key",
            "requestParameters.tags[9].key",
            "requestParameters.none.at.all",
            "additionalEventData.MFAUsed",
            "additionalEventData.x.y",
            "eventVersion",
            "n",
            "",
            ".",
        ];
        for path in paths {
            assert_eq!(record.get_field(path), whole.get_field(path), "{path}");
        }
        assert_eq!(record.to_json(), value);
        for word in ["k2", "CreateUser", "absent"] {
            let is = |text: &str| text == word;
            assert_eq!(record.any_string_value(&is), whole.any_string_value(&is), "{word}");
        }
        let sorted = |mut all: Vec<std::borrow::Cow<'_, str>>| {
            all.sort();
            all.join(" ")
        };
        assert_eq!(sorted(record.all_string_values()), sorted(whole.all_string_values()));
    }

    #[test]
    fn a_field_that_cannot_be_read_is_absent() {
        let record = Record::parse(r#"{"userAgent":"\ud800","eventName":"X"}"#).unwrap();
        assert_eq!(record.get_field("userAgent"), None);
        assert!(record.get_field("eventName").is_some());
        assert!(Record::parse("[1]").is_none());
    }
}
