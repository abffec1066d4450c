//! The texts in the JSON of a request or an answer, read in one pass and without building a tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Requests and answers are not read deeper than this.
const DEEPEST: u8 = 8;

/// One text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    /// The key of the object that it stands in; empty at the top.
    pub(crate) parent: Cow<'a, str>,
    /// Its key. Items of a list have the list's.
    pub(crate) key: Cow<'a, str>,
    /// What it says.
    pub(crate) value: Cow<'a, str>,
    /// How many objects it stands in: one at the top.
    pub(crate) depth: u8,
    /// Whether it is alone under its key, or the first of a list there.
    pub(crate) first: bool,
}

/// All texts of an object in the order of the document; none if it is no JSON object.
pub(crate) fn texts(json: &str) -> Vec<Text<'_>> {
    let mut found = Vec::new();
    let mut document = serde_json::Deserializer::from_str(json);
    let walk = Walk { parent: "".into(), key: "".into(), depth: 0, first: true, found: &mut found };
    match walk.deserialize(&mut document).and_then(|()| document.end()) {
        Ok(()) => found,
        Err(_) => Vec::new(),
    }
}

/// Where in the document a value stands.
struct Walk<'w, 'a> {
    parent: Cow<'a, str>,
    key: Cow<'a, str>,
    depth: u8,
    first: bool,
    found: &'w mut Vec<Text<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn find(self, value: Cow<'a, str>) {
        if self.depth > 0 {
            let Self { parent, key, depth, first, found } = self;
            found.push(Text { parent, key, value, depth, first });
        }
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<(), E> {
        self.find(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.find(Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut items: S) -> Result<(), S::Error> {
        let mut first = self.first;
        loop {
            let (parent, key) = (self.parent.clone(), self.key.clone());
            let walk = Walk { parent, key, depth: self.depth, first, found: &mut *self.found };
            if items.next_element_seed(walk)?.is_none() {
                return Ok(());
            }
            first = false;
        }
    }

    fn visit_map<M: MapAccess<'a>>(self, mut fields: M) -> Result<(), M::Error> {
        while let Some(key) = fields.next_key_seed(Key)? {
            if self.depth >= DEEPEST {
                fields.next_value::<IgnoredAny>()?;
                continue;
            }
            let (parent, depth) = (self.key.clone(), self.depth + 1);
            let walk = Walk { parent, key, depth, first: true, found: &mut *self.found };
            fields.next_value_seed(walk)?;
        }
        Ok(())
    }
}

/// A key, borrowed where it has no escapes.
struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<Cow<'a, str>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Cow<'a, str>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'a str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn every_text_is_found_with_its_place() {
        let json =
            r#"{"a":"1","b":{"c":["2","3"],"d":[{"\u0065":"4"}]},"n":5,"l":[{"x":"6"},"7"]}"#;
        let found: Vec<String> = texts(json)
            .iter()
            .map(|at| format!("{}/{}={} {} {}", at.parent, at.key, at.value, at.depth, at.first))
            .collect();
        assert_eq!(
            found,
            [
                "/a=1 1 true",
                "b/c=2 2 true",
                "b/c=3 2 false",
                "d/e=4 3 true",
                "l/x=6 2 true",
                "/l=7 1 false",
            ]
        );
    }

    #[test]
    fn what_is_no_object_or_too_deep_has_no_texts() {
        for json in ["", "null", "\"text\"", "[\"a\"]", "{\"a\":\"1\"", "{\"a\":\"1\"} x"] {
            assert_eq!(texts(json), [], "{json}");
        }
        let deep =
            |levels: usize| format!("{}\"x\"{}", "{\"k\":".repeat(levels), "}".repeat(levels));
        assert_eq!((texts(&deep(8)).len(), texts(&deep(9)).len()), (1, 0));
    }
}
