//! Texts with gaps: how a request, a response or a name looks, with `<placeholders>`.
//!
//! A placeholder is in angle brackets and small letters. `<bucket>` asks whoever renders for a
//! value; the others are made on the spot:
//!
//! | placeholder | becomes |
//! |---|---|
//! | `<hex:17>` `<id:17>` `<upper:16>` `<base36:8>` `<base64:43>` `<letters:6>` | so many characters |
//! | `<n:1:40>` | a whole number, both ends possible |
//! | `<uuid>` | a random UUID |
//! | `<now>` | the event's time, RFC 3339 |
//! | `<date>` | the event's day, `2025/03/04` |
//! | `<epoch-ms>` | the event's time in milliseconds |
//! | `<console-time:3600>` | so many seconds later, `Mar 4, 2025, 10:22:06 AM` |
//! | `<word:noun>` | a word of a list of `data/range/estate.toml` |
//!
//! Every other text, `<sensitiveDataRemoved>` for one, stays as it is.

use jiff::{Timestamp, ToSpan};

use crate::seed::{ALPHANUMERIC, BASE32, BASE36, BASE64, Dice, HEX, UPPER};

/// A text with gaps.
#[derive(Debug, Clone, Default)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(Box<str>),
    Value(Box<str>),
    Word(Box<str>),
    Characters(&'static [u8], usize),
    Number(i64, i64),
    Uuid,
    Now,
    Date,
    EpochMillis,
    ConsoleTime(i64),
}

/// Where a template's values come from.
pub trait Values {
    /// Appends the value of a placeholder; false if there is none.
    fn value(&mut self, name: &str, into: &mut String, dice: &mut Dice) -> bool;

    /// Appends a word of a list; false if there is no such list.
    fn word(&mut self, list: &str, into: &mut String, dice: &mut Dice) -> bool;
}

impl Template {
    /// Reads a template. What is no placeholder is text.
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            let after = &rest[start + 1..];
            let end = after.find(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '-' | ':'));
            let piece = end
                .filter(|&end| after[end..].starts_with('>'))
                .and_then(|end| Some((placeholder(&after[..end])?, end)));
            plain.push_str(&rest[..start]);
            if let Some((piece, end)) = piece {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
                }
                pieces.push(piece);
                rest = &after[end + 1..];
            } else {
                plain.push('<');
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain.into()));
        }
        Self { pieces }
    }

    /// The names that a renderer must know.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(name) => Some(&**name),
            _ => None,
        })
    }

    /// Appends the filled-in text. A value that nobody knows leaves its name in brackets, which
    /// the tests look for.
    pub fn render(
        &self,
        time: Timestamp,
        values: &mut dyn Values,
        dice: &mut Dice,
        into: &mut String,
    ) {
        use std::fmt::Write;
        for piece in &self.pieces {
            // Writing to a String cannot fail.
            let _ = match piece {
                Piece::Text(text) => {
                    into.push_str(text);
                    Ok(())
                }
                Piece::Value(name) if values.value(name, into, dice) => Ok(()),
                Piece::Word(list) if values.word(list, into, dice) => Ok(()),
                Piece::Value(name) | Piece::Word(name) => write!(into, "<{name}>"),
                Piece::Characters(alphabet, length) => {
                    dice.push(into, alphabet, *length);
                    Ok(())
                }
                Piece::Number(low, high) => write!(into, "{}", dice.between(*low, *high)),
                Piece::Uuid => {
                    dice.push_uuid(into);
                    Ok(())
                }
                Piece::Now => write!(into, "{time}"),
                Piece::Date => {
                    write!(into, "{}", time.strftime("%Y/%m/%d"))
                }
                Piece::EpochMillis => write!(into, "{}", time.as_millisecond()),
                Piece::ConsoleTime(seconds) => {
                    let then = time.saturating_add(seconds.seconds()).unwrap_or(time);
                    write!(into, "{}", then.strftime("%b %-d, %Y, %-I:%M:%S %p"))
                }
            };
        }
    }
}

/// Reads what stands between the brackets; none if it cannot be a placeholder.
fn placeholder(text: &str) -> Option<Piece> {
    let mut parts = text.split(':');
    let (name, first, second) = (parts.next()?, parts.next(), parts.next());
    let alphabet: Option<&'static [u8]> = match name {
        "hex" => Some(HEX),
        "id" => Some(BASE32),
        "upper" => Some(UPPER),
        "base36" => Some(BASE36),
        "base64" => Some(BASE64),
        "letters" => Some(&ALPHANUMERIC[..52]),
        _ => None,
    };
    Some(match (name, first, second) {
        ("uuid", None, _) => Piece::Uuid,
        ("now", None, _) => Piece::Now,
        ("date", None, _) => Piece::Date,
        ("epoch-ms", None, _) => Piece::EpochMillis,
        ("n", Some(low), Some(high)) => Piece::Number(low.parse().ok()?, high.parse().ok()?),
        ("console-time", Some(seconds), _) => Piece::ConsoleTime(seconds.parse().ok()?),
        ("word", Some(list), _) => Piece::Word(list.into()),
        (_, Some(length), None) => Piece::Characters(alphabet?, length.parse().ok()?),
        (_, None, _) if !name.is_empty() => Piece::Value(name.into()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    struct Bucket;

    impl Values for Bucket {
        fn value(&mut self, name: &str, into: &mut String, _: &mut Dice) -> bool {
            if name == "bucket" {
                into.push_str("acme-logs");
            }
            name == "bucket"
        }

        fn word(&mut self, _: &str, _: &mut String, _: &mut Dice) -> bool {
            false
        }
    }

    fn rendered(text: &str) -> String {
        let mut out = String::new();
        let time: Timestamp = "2025-03-04T09:22:06Z".parse().unwrap();
        Template::new(text).render(time, &mut Bucket, &mut Seed::new(1).dice(), &mut out);
        out
    }

    #[test]
    fn values_and_times_are_filled_in() {
        for (template, text) in [
            ("{\"b\":\"<bucket>\"}", "{\"b\":\"acme-logs\"}"),
            ("<now> <date>", "2025-03-04T09:22:06Z 2025/03/04"),
            ("<console-time:3600>", "Mar 4, 2025, 10:22:06 AM"),
            ("<epoch-ms>", "1741080126000"),
            ("a<b <sensitiveDataRemoved> <>", "a<b <sensitiveDataRemoved> <>"),
            ("<unknown>", "<unknown>"),
            ("<n:4:4>", "4"),
        ] {
            assert_eq!(rendered(template), text, "{template}");
        }
    }

    #[test]
    fn characters_have_the_length_asked_for() {
        assert_eq!(rendered("i-0<hex:16>").len(), 19);
        assert_eq!(rendered("<uuid>").len(), 36);
    }
}
