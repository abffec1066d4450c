//! The fast way: a whole, healthy `{"Records":[…]}` text in a single pass.

use serde_json::Deserializer;

use super::Report;
use super::cursor::Cursor;
use super::object::Reading;
use super::scan::LONGEST;
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
    if file(text, &mut reading).is_none() {
        return Err(Stopped { finished: reading.report.read });
    }
    let mut report = reading.report;
    report.recognised = true;
    report.bytes = text.len() as u64;
    Ok(report)
}

/// Reads an object with lists of records, and nothing behind it.
fn file(text: &str, reading: &mut Reading<'_>) -> Option<()> {
    let mut cursor = Cursor::new(text);
    cursor.take(b'{')?;
    loop {
        if cursor.key()? != b"Records" {
            // Records may be there as well; the scanner knows how to look.
            return None;
        }
        list(&mut cursor, reading)?;
        match cursor.next_token() {
            b',' => cursor.at += 1,
            b'}' => break,
            _ => return None,
        }
    }
    cursor.at += 1;
    cursor.is_at_end().then_some(())
}

fn list(cursor: &mut Cursor<'_>, reading: &mut Reading<'_>) -> Option<()> {
    cursor.take(b'[')?;
    if cursor.next_token() == b']' {
        cursor.at += 1;
        return Some(());
    }
    loop {
        cursor.next_token();
        let begin = cursor.at;
        let record = element(cursor, reading)?;
        let text = cursor.since(begin);
        if record.is_empty() || text.len() > LONGEST {
            return None;
        }
        reading.record(&record, text, 0);
        if reading.report.malformed > 0 {
            // The scanner knows where it stands.
            return None;
        }
        match cursor.next_token() {
            b',' => cursor.at += 1,
            b']' => {
                cursor.at += 1;
                return Some(());
            }
            _ => return None,
        }
    }
}

/// The record at the cursor, by the general parser if it is unusual.
fn element<'a>(cursor: &mut Cursor<'a>, reading: &Reading<'_>) -> Option<Record<'a>> {
    let before = *cursor;
    if let Some(record) = Record::read(cursor, reading.known()) {
        return Some(record);
    }
    let mut elements = Deserializer::from_str(before.rest()).into_iter();
    let record = elements.next()?.ok()?;
    cursor.at = before.at + elements.byte_offset();
    Some(record)
}
