//! The id that makes a repeated record recognisable.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A record's `eventID`: a UUID in real trails, any text in hand-made ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventId {
    /// The usual form, in 16 bytes.
    Uuid([u8; 16]),
    /// Any other text, kept as it is.
    Text(CompactString),
}

impl EventId {
    /// Reads an id; only lower-case UUIDs with hyphens take the short form, so that printing gives
    /// back exactly what was read.
    pub fn new(text: &str) -> Self {
        parse_uuid(text.as_bytes()).map_or_else(|| Self::Text(CompactString::new(text)), Self::Uuid)
    }
}

fn parse_uuid(text: &[u8]) -> Option<[u8; 16]> {
    /// Where the two digits of each byte stand.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let text: &[u8; 36] = text.try_into().ok()?;
    let digit = |place: usize| DIGITS[usize::from(text[place])];
    let mut wrong = [8, 13, 18, 23].iter().fold(0, |wrong, place| wrong | (text[*place] ^ b'-'));
    let uuid = PLACES.map(|place| {
        let (high, low) = (digit(place), digit(place + 1));
        wrong |= (high | low) & NO_DIGIT;
        high << 4 | low
    });
    (wrong == 0).then_some(uuid)
}

/// The mark of a byte that is no digit.
const NO_DIGIT: u8 = 0xf0;

/// What each byte means as a digit of a UUID.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(bytes) => {
                let value = u128::from_be_bytes(*bytes);
                write!(
                    formatter,
                    "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                    value >> 96,
                    (value >> 80) & 0xffff,
                    (value >> 64) & 0xffff,
                    (value >> 48) & 0xffff,
                    value & 0xffff_ffff_ffff
                )
            }
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The two forms of an id in binary formats.
#[derive(Serialize, Deserialize)]
enum Binary {
    Uuid([u8; 16]),
    Text(CompactString),
}

/// Its text in formats for people, sixteen bytes in binary ones.
impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        match self {
            Self::Uuid(value) => Binary::Uuid(*value).serialize(serializer),
            Self::Text(text) => Binary::Text(text.clone()).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(Self::new(&<std::borrow::Cow<'de, str>>::deserialize(deserializer)?));
        }
        Ok(match Binary::deserialize(deserializer)? {
            Binary::Uuid(value) => Self::Uuid(value),
            Binary::Text(text) => Self::new(&text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::EventId;

    #[test]
    fn prints_what_was_read() {
        for text in [
            "7d91ac29-614a-4af9-af5c-c5a80e63a0bb",
            "7D91AC29-614a-4af9-af5c-c5a80e63a0bb",
            "1",
            "",
        ] {
            assert_eq!(EventId::new(text).to_string(), text);
        }
        assert!(matches!(EventId::new("7d91ac29-614a-4af9-af5c-c5a80e63a0bb"), EventId::Uuid(_)));
    }
}
