//! Objects in their usual shape, read without a general parser.
//!
//! What is unusual in any way is left to `serde_json`: an escape in a key, a key that comes twice, a
//! number where text should be. What is read here is what `serde_json` would have read.

use std::borrow::Cow;

use serde::Deserialize;

use super::cursor::Cursor;
use crate::text::{Flag, Raw, Text};

/// A type that is read from an object, here and by `serde_json`.
pub(crate) trait Shape<'a>: Deserialize<'a> + Default {
    /// Reads the object at the cursor; `None` if it is broken or unusual.
    fn read(cursor: &mut Cursor<'a>) -> Option<Self>;
}

/// A value that is to be read: a cursor that stands on it, and its first byte.
pub(crate) struct Value<'c, 'a> {
    pub(crate) first: u8,
    pub(crate) cursor: &'c mut Cursor<'a>,
}

/// Reads the object at a cursor into the fields of a value, each by a method of [`Value`]; `None` if
/// it is broken or unusual.
macro_rules! read_fields {
    ($cursor:expr, $into:ident { $($key:literal => $field:ident . $read:ident($($argument:expr)?)),* $(,)? }) => {{
        #[derive(Default)]
        #[allow(clippy::struct_excessive_bools, reason = "one for each field")]
        struct Seen { $($field: bool),* }
        let mut seen = Seen::default();
        $crate::decode::typed::fields($cursor, |key, value| {
            match key {
                $($key => {
                    if std::mem::replace(&mut seen.$field, true) {
                        return None;
                    }
                    $into.$field = value.$read($($argument)?)?;
                })*
                _ => value.cursor.value()?,
            }
            Some(())
        })
    }};
}
pub(crate) use read_fields;

/// Shows every field of the object at the cursor to `take`, which passes over its value.
#[inline(always)]
#[expect(clippy::inline_always, reason = "each caller's match on the keys belongs into the loop")]
pub(crate) fn fields<'a>(
    cursor: &mut Cursor<'a>,
    mut take: impl FnMut(&'a [u8], Value<'_, 'a>) -> Option<()>,
) -> Option<()> {
    cursor.take(b'{')?;
    if cursor.next_token() == b'}' {
        cursor.at += 1;
        return Some(());
    }
    loop {
        let key = cursor.key()?;
        let first = cursor.next_token();
        take(key, Value { first, cursor })?;
        match cursor.next_token() {
            b',' => cursor.at += 1,
            b'}' => {
                cursor.at += 1;
                return Some(());
            }
            _ => return None,
        }
    }
}

/// Reads a text that holds one object, by the general parser if it is unusual.
pub(crate) fn from_str<'a, T: Shape<'a>>(text: &'a str) -> serde_json::Result<T> {
    let mut cursor = Cursor::new(text);
    match T::read(&mut cursor) {
        Some(value) if cursor.is_at_end() => Ok(value),
        _ => serde_json::from_str(text),
    }
}

/// The JSON under a key at the top of an object; of a text that is no usual object, what the
/// general parser finds there.
pub(crate) fn field<'a>(text: &'a str, wanted: &str) -> Option<Cow<'a, str>> {
    let mut cursor = Cursor::new(text);
    let mut found = None;
    let read = fields(&mut cursor, |key, value| {
        let begin = value.cursor.at;
        value.cursor.value()?;
        if key == wanted.as_bytes() {
            found = Some(Cow::Borrowed(value.cursor.since(begin)));
        }
        Some(())
    });
    match read {
        Some(()) if cursor.is_at_end() => found,
        _ => {
            let document: serde_json::Value = serde_json::from_str(text).ok()?;
            document.get(wanted).map(|value| Cow::Owned(value.to_string()))
        }
    }
}

/// Reads a list of objects, likewise; nothing is read from what is none.
pub(crate) fn list<'a, T: Shape<'a>>(text: &'a str) -> Vec<T> {
    let read = || {
        let mut cursor = Cursor::new(text);
        let mut list = Vec::new();
        cursor.take(b'[')?;
        if cursor.next_token() != b']' {
            loop {
                list.push(T::read(&mut cursor)?);
                if cursor.take(b',').is_none() {
                    break;
                }
            }
        }
        cursor.take(b']')?;
        cursor.is_at_end().then_some(list)
    };
    read().unwrap_or_else(|| serde_json::from_str(text).unwrap_or_default())
}

impl<'a> Value<'_, 'a> {
    /// The value as it stands; nothing where it is `null`.
    #[inline]
    #[expect(clippy::option_option, reason = "unusual, null, or a value")]
    pub(crate) fn raw(self) -> Option<Option<Raw<'a>>> {
        if self.first == b'n' {
            self.cursor.literal("null")?;
            return Some(None);
        }
        let begin = self.cursor.at;
        self.cursor.value()?;
        Some(Some(Raw(self.cursor.since(begin))))
    }

    /// A text.
    #[inline]
    pub(crate) fn text(self) -> Option<Text<'a>> {
        match self.first {
            b'"' => {
                let begin = self.cursor.at;
                if self.cursor.quoted()? {
                    return serde_json::from_str(self.cursor.since(begin)).ok();
                }
                let quoted = self.cursor.since(begin);
                Some(Text(Cow::Borrowed(quoted.get(1..quoted.len() - 1)?)))
            }
            b'n' => self.cursor.literal("null").map(|()| Text::default()),
            _ => None,
        }
    }

    /// Yes or no.
    #[inline]
    pub(crate) fn flag(self) -> Option<Flag> {
        match self.first {
            b't' => self.cursor.literal("true").map(|()| Flag(Some(true))),
            b'f' => self.cursor.literal("false").map(|()| Flag(Some(false))),
            _ => self.text().map(|text| Flag::of(&text)),
        }
    }

    /// An object of another type.
    pub(crate) fn object<T: Shape<'a>>(self) -> Option<T> {
        T::read(self.cursor)
    }
}

#[cfg(test)]
mod tests;
