//! `--format ndjson`: one incident per line, the contract of docs/reference.

use std::io;

use incident::Incident;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::safe;

/// The incidents, one line each.
pub(crate) fn lines(incidents: &[Incident]) -> serde_json::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for incident in incidents {
        write(&mut lines, incident)?;
    }
    Ok(lines)
}

/// One value as one line of JSON that is also harmless on a terminal.
pub(crate) fn write(out: &mut Vec<u8>, value: &impl Serialize) -> serde_json::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Harmless))?;
    out.push(b'\n');
    Ok(())
}

/// Writes as `\u…` what JSON allows in a string but a terminal would obey or hide: the control
/// characters past ASCII, marks that turn the reading direction, characters without width. The
/// value that a parser reads is the same.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, character) in fragment.char_indices() {
            if !safe::spelled_out(character) {
                continue;
            }
            CompactFormatter.write_string_fragment(writer, &fragment[plain..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + character.len_utf8();
        }
        CompactFormatter.write_string_fragment(writer, &fragment[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    fn line(text: &str) -> String {
        let mut out = Vec::new();
        write(&mut out, &text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_stay_the_same_and_become_harmless() {
        assert_eq!(line("plain \"text\" é"), "\"plain \\\"text\\\" é\"\n");
        assert_eq!(
            line("\u{1b}[0m\u{9b}\u{202e}\u{e0041}"),
            "\"\\u001b[0m\\u009b\\u202e\\udb40\\udc41\"\n"
        );
        for text in ["a\nb", "\u{9b}31m", "\u{200f}x\u{feff}", "日本 \u{10ffff}"] {
            let back: String = serde_json::from_str(&line(text)).unwrap();
            assert_eq!(back, text);
        }
    }
}
