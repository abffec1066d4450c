//! The fast way: a whole, healthy `{"Records":[…]}` text in a single typed pass.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Report;
use super::object::Reading;
use crate::Event;
use crate::record::{Record, Shared};

/// The pass met something it cannot read; so many records were finished before it.
pub(super) struct Stopped {
    pub(super) finished: u64,
}

/// Whether a text begins the way CloudTrail writes its files.
pub(super) fn fits(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\"Records\"")
}

/// Reads all records of a text that [`fits`].
pub(super) fn records(
    text: &str,
    shared: &mut Shared,
    sink: &mut dyn FnMut(Event),
) -> Result<Report, Stopped> {
    let mut reading = Reading::new(shared, sink, 0);
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(File { reading: &mut reading }).and_then(|()| json.end());
    match read {
        Ok(()) => {
            let mut report = reading.report;
            report.recognised = true;
            report.bytes = text.len() as u64;
            Ok(report)
        }
        Err(_) => Err(Stopped { finished: reading.report.read }),
    }
}

struct File<'r, 's> {
    reading: &'r mut Reading<'s>,
}

impl<'de> Visitor<'de> for File<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with Records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<&str>()? {
            if key == "Records" {
                map.next_value_seed(List { reading: self.reading })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct List<'r, 's> {
    reading: &'r mut Reading<'s>,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        // Rules need each record's text, which costs a second look at it.
        let keeps_text = self.reading.has_rules();
        loop {
            let (record, text) = if keeps_text {
                let Some(raw) = seq.next_element::<&'de RawValue>()? else { break };
                (serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?, raw.get())
            } else {
                let Some(record) = seq.next_element::<Record<'de>>()? else { break };
                (record, "")
            };
            if record.is_empty() {
                return Err(serde::de::Error::custom("an element is no record"));
            }
            self.reading.record(record, text, 0);
            if self.reading.report.malformed > 0 {
                // The scanner knows where it stands.
                return Err(serde::de::Error::custom("a record is malformed"));
            }
        }
        Ok(())
    }
}
