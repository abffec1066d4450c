//! Callers that were met lately, known again by the bytes that they are written in.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use serde::{Deserialize, Deserializer};

use crate::Identity;
use crate::decode::typed::Value;
use crate::surrogate::mended;
use crate::text::Raw;

/// The caller of a record that is being read.
#[derive(Debug, Default)]
pub(crate) struct Caller<'a> {
    /// Its JSON.
    pub(crate) json: Option<Raw<'a>>,
    /// Who it is, if its bytes were recognised.
    known: Option<Arc<Identity>>,
    /// Where in the table it was looked for.
    mark: Option<u64>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Caller<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { json: Option::deserialize(deserializer)?, ..Self::default() })
    }
}

impl<'a> Value<'_, 'a> {
    /// A caller.
    pub(crate) fn caller(self, known: &Identities) -> Option<Caller<'a>> {
        let begin = self.cursor.at;
        let mark = Identities::mark(self.cursor.rest());
        if let Some((identity, length)) = known.at_beginning(self.cursor.rest(), mark) {
            self.cursor.at += length;
            let json = Some(Raw(self.cursor.since(begin)));
            return Some(Caller { json, known: Some(identity), mark: Some(mark) });
        }
        Some(Caller { json: self.raw()?, known: None, mark: Some(mark) })
    }
}

/// A table of callers that never grows beyond its size. Callers whose beginnings are alike share a
/// row, in which the newest takes the place of the oldest.
#[derive(Default)]
pub(crate) struct Identities {
    /// No rows until there is a caller.
    rows: Vec<Row>,
}

type Row = [Option<Known>; PLACES];

/// A caller, and its JSON: a whole object.
struct Known {
    json: Box<str>,
    identity: Arc<Identity>,
}

const ROWS: usize = 2_048;

const PLACES: usize = 4;

/// Longer ones than this are nobody's, and parsed each time.
const LONGEST: usize = 4_096;

impl Identities {
    /// Where the caller stands in the table whose JSON begins here. What follows the JSON is part of
    /// the mark of a short one, and mostly the same for the same caller.
    fn mark(text: &str) -> u64 {
        /// Most callers differ in so many bytes, and a name of a service ends in them.
        const TELLING: usize = 72;
        let bytes = text.as_bytes();
        FixedState::with_seed(0).hash_one(&bytes[..bytes.len().min(TELLING)])
    }

    /// The caller that the text begins with, and the length of its JSON. A JSON object cannot be
    /// the beginning of another one, so what begins with a known one is that one.
    fn at_beginning(&self, text: &str, mark: u64) -> Option<(Arc<Identity>, usize)> {
        let row = self.rows.get(mark as usize % ROWS)?;
        let known = row.iter().flatten().find(|known| text.starts_with(&*known.json))?;
        Some((Arc::clone(&known.identity), known.json.len()))
    }

    /// Who a caller is.
    pub(crate) fn identity(&mut self, caller: &Caller<'_>) -> Arc<Identity> {
        if let Some(identity) = &caller.known {
            return Arc::clone(identity);
        }
        let json = caller.json.map_or("{}", |raw| raw.0);
        let mark = caller.mark.unwrap_or_else(|| Self::mark(json));
        self.of_json(json, mark)
    }

    fn of_json(&mut self, json: &str, mark: u64) -> Arc<Identity> {
        if let Some((identity, length)) = self.at_beginning(json, mark)
            && length == json.len()
        {
            return identity;
        }
        let identity = Arc::new(Identity::parse(&mended(json)));
        if json.starts_with('{') && json.len() <= LONGEST {
            if self.rows.is_empty() {
                self.rows.resize_with(ROWS, Row::default);
            }
            let row = &mut self.rows[mark as usize % ROWS];
            row.rotate_right(1);
            row[0] = Some(Known { json: json.into(), identity: Arc::clone(&identity) });
        }
        identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_known_again_wherever_it_stands() {
        let json = r#"{"type":"IAMUser","userName":"lena"}"#;
        let text = format!("{json},\"eventTime\":\"2026-01-02T03:04:05Z\"");
        let mark = Identities::mark(&text);
        let mut known = Identities::default();
        assert!(known.at_beginning(&text, mark).is_none());
        let lena = known.of_json(json, mark);
        let (again, length) = known.at_beginning(&text, mark).unwrap();
        assert!(Arc::ptr_eq(&lena, &again) && length == json.len());
        assert!(Arc::ptr_eq(&lena, &known.of_json(json, mark)));
    }

    #[test]
    fn a_row_keeps_the_newest_and_nothing_but_objects() {
        let mut known = Identities::default();
        for name in 0..=PLACES {
            known.of_json(&format!(r#"{{"userName":"{name}"}}"#), 7);
        }
        assert!(known.at_beginning(r#"{"userName":"0"}"#, 7).is_none());
        assert!(known.at_beginning(r#"{"userName":"1"}"#, 7).is_some());
        // A number can be the beginning of another one.
        known.of_json("12", 7);
        assert!(known.at_beginning("123", 7).is_none());
    }
}
