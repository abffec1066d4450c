//! A record in its usual shape, read without a general parser.
//!
//! What is unusual in any way is left to `serde_json`: an escape in a key, a key that comes twice, a
//! number where text should be. What is read here is what `serde_json` would have read.

use std::borrow::Cow;

use super::cursor::Cursor;
use crate::identities::Identities;
use crate::record::{Raw, Record};
use crate::text::{Flag, Text};

/// Reads the record that begins at the cursor; `None` if it is broken or unusual. Callers that are
/// known already are recognised by their bytes.
pub(super) fn record<'a>(cursor: &mut Cursor<'a>, known: &Identities) -> Option<Record<'a>> {
    let mut record = Record::default();
    let mut seen = 0_u32;
    cursor.take(b'{')?;
    if cursor.next_token() == b'}' {
        cursor.at += 1;
        return Some(record);
    }
    loop {
        let key = cursor.key()?;
        let first = cursor.next_token();
        if let Some(field) = field(key) {
            let bit = 1 << field as u32;
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            take(&mut record, field, first, cursor, known)?;
        } else {
            cursor.value()?;
        }
        match cursor.next_token() {
            b',' => cursor.at += 1,
            b'}' => {
                cursor.at += 1;
                return Some(record);
            }
            _ => return None,
        }
    }
}

/// The fields of [`Record`].
#[derive(Clone, Copy)]
enum Field {
    Identity,
    Time,
    Source,
    Name,
    Region,
    Address,
    UserAgent,
    Error,
    ErrorMessage,
    Request,
    Response,
    Additional,
    Resources,
    Id,
    RequestId,
    ReadOnly,
    Kind,
    Category,
    Management,
    Account,
    SharedId,
    Endpoint,
    FromConsole,
}

/// The field under a key. Lengths first: most of them belong to one key.
#[inline]
fn field(key: &str) -> Option<Field> {
    let (name, field) = match key.len() {
        7 => ("eventID", Field::Id),
        8 => ("readOnly", Field::ReadOnly),
        9 => {
            return match key {
                "eventTime" => Some(Field::Time),
                "eventName" => Some(Field::Name),
                "awsRegion" => Some(Field::Region),
                "userAgent" => Some(Field::UserAgent),
                "requestID" => Some(Field::RequestId),
                "eventType" => Some(Field::Kind),
                "errorCode" => Some(Field::Error),
                "resources" => Some(Field::Resources),
                _ => None,
            };
        }
        11 => ("eventSource", Field::Source),
        12 if key.starts_with('u') => ("userIdentity", Field::Identity),
        12 => ("errorMessage", Field::ErrorMessage),
        13 => {
            return match key {
                "eventCategory" => Some(Field::Category),
                "sharedEventID" => Some(Field::SharedId),
                "vpcEndpointId" => Some(Field::Endpoint),
                _ => None,
            };
        }
        15 if key.starts_with('s') => ("sourceIPAddress", Field::Address),
        15 => ("managementEvent", Field::Management),
        16 => ("responseElements", Field::Response),
        17 => ("requestParameters", Field::Request),
        18 => ("recipientAccountId", Field::Account),
        19 => ("additionalEventData", Field::Additional),
        28 => ("sessionCredentialFromConsole", Field::FromConsole),
        _ => return None,
    };
    (key == name).then_some(field)
}

/// Reads the value at the cursor, which begins with the byte `first`, into a field.
#[inline]
fn take<'a>(
    record: &mut Record<'a>,
    field: Field,
    first: u8,
    cursor: &mut Cursor<'a>,
    known: &Identities,
) -> Option<()> {
    match field {
        Field::Identity => {
            let mark = Identities::mark(cursor.rest());
            if let Some((identity, length)) = known.at_beginning(cursor.rest(), mark) {
                let begin = cursor.at;
                cursor.at += length;
                record.identity = Some(Raw(cursor.since(begin)));
                record.known = Some(identity);
            } else {
                record.identity = raw(first, cursor)?;
                record.mark = Some(mark);
            }
        }
        Field::Time => record.time = text(first, cursor)?,
        Field::Source => record.source = text(first, cursor)?,
        Field::Name => record.name = text(first, cursor)?,
        Field::Region => record.region = text(first, cursor)?,
        Field::Address => record.address = text(first, cursor)?,
        Field::UserAgent => record.user_agent = text(first, cursor)?,
        Field::Error => record.error = text(first, cursor)?,
        Field::ErrorMessage => record.error_message = text(first, cursor)?,
        Field::Request => record.request = raw(first, cursor)?,
        Field::Response => record.response = raw(first, cursor)?,
        Field::Additional => record.additional = raw(first, cursor)?,
        Field::Resources => record.resources = raw(first, cursor)?,
        Field::Id => record.id = text(first, cursor)?,
        Field::RequestId => record.request_id = text(first, cursor)?,
        Field::ReadOnly => record.read_only = flag(first, cursor)?,
        Field::Kind => record.kind = text(first, cursor)?,
        Field::Category => record.category = text(first, cursor)?,
        Field::Management => record.management = flag(first, cursor)?,
        Field::Account => record.account = text(first, cursor)?,
        Field::SharedId => record.shared_id = text(first, cursor)?,
        Field::Endpoint => record.endpoint = text(first, cursor)?,
        Field::FromConsole => record.from_console = flag(first, cursor)?,
    }
    Some(())
}

/// A value that is kept as it stands; nothing where it is `null`.
#[inline]
fn raw<'a>(first: u8, cursor: &mut Cursor<'a>) -> Option<Option<Raw<'a>>> {
    if first == b'n' {
        cursor.literal("null")?;
        return Some(None);
    }
    let begin = cursor.at;
    cursor.value()?;
    Some(Some(Raw(cursor.since(begin))))
}

#[inline]
fn text<'a>(first: u8, cursor: &mut Cursor<'a>) -> Option<Text<'a>> {
    match first {
        b'"' => {
            let begin = cursor.at;
            let quoted = cursor.quoted()?;
            if quoted.has_escapes {
                return serde_json::from_str(cursor.since(begin)).ok();
            }
            Some(Text(Cow::Borrowed(quoted.inner)))
        }
        b'n' => cursor.literal("null").map(|()| Text::default()),
        _ => None,
    }
}

#[inline]
fn flag(first: u8, cursor: &mut Cursor<'_>) -> Option<Flag> {
    match first {
        b't' => cursor.literal("true").map(|()| Flag(Some(true))),
        b'f' => cursor.literal("false").map(|()| Flag(Some(false))),
        _ => text(first, cursor).map(|text| Flag::of(&text)),
    }
}
