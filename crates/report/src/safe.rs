//! Untrusted text made harmless: what a terminal would obey or hide is spelled out instead.
//!
//! Every field of a record is the attacker's to choose. What reaches the terminal is made of
//! [`Safe`], and there is no way to make one that does not go through [`spelled_out`].

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// Columns after which any text is cut: nobody reads on, and a megabyte of user name must not
/// scroll the rest of the card away.
const LONGEST: usize = 1_000;

/// Text that moves no cursor, hides nothing, and fits its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Safe<'a>(Cow<'a, str>);

impl<'a> Safe<'a> {
    /// The whole text, up to a thousand columns.
    pub fn new(text: &'a str) -> Self {
        Self::within(text, LONGEST)
    }

    /// The beginning of the text, with an ellipsis where more than `columns` would be needed.
    pub fn within(text: &'a str, columns: usize) -> Self {
        if text.len() <= columns && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self(Cow::Borrowed(text));
        }
        let whole = take(text.chars(), columns);
        if whole.complete {
            return Self(Cow::Owned(whole.text()));
        }
        let head = take(text.chars(), columns.saturating_sub(1));
        Self(Cow::Owned(head.text() + "…"))
    }

    /// Both ends of the text: what is cut is the middle.
    pub fn ends(text: &'a str, columns: usize) -> Self {
        Self::without_middle(text, columns, columns / 3)
    }

    /// The end of the text, as the end of an ARN tells most.
    pub fn end(text: &'a str, columns: usize) -> Self {
        Self::without_middle(text, columns, 0)
    }

    fn without_middle(text: &str, columns: usize, head: usize) -> Self {
        let whole = take(text.chars(), columns);
        if whole.complete {
            return Self(Cow::Owned(whole.text()));
        }
        let tail = take(text.chars().rev(), columns.saturating_sub(head + 1)).text_reversed();
        let head = take(text.chars(), head).text();
        Self(Cow::Owned(format!("{head}…{tail}")))
    }

    /// Nothing but what is safe to print.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Safe<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl<'a> From<&'a String> for Safe<'a> {
    fn from(text: &'a String) -> Self {
        Self::new(text)
    }
}

impl From<String> for Safe<'static> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(Safe::new(&text).0.into_owned()))
    }
}

/// Columns that a text takes that went through [`Safe`].
pub fn width(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// The whole of a text, however long, for what is no page: the log, and what the command line's
/// parser says.
pub fn spell_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if spelled_out(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// What fits into some columns, character by character, each as it is printed.
struct Taken {
    pieces: Vec<String>,
    complete: bool,
}

impl Taken {
    fn text(&self) -> String {
        self.pieces.concat()
    }

    fn text_reversed(&self) -> String {
        self.pieces.iter().rev().map(String::as_str).collect()
    }
}

fn take(characters: impl Iterator<Item = char>, columns: usize) -> Taken {
    let mut pieces = Vec::new();
    let mut left = columns;
    for character in characters {
        let mut piece = String::new();
        if spelled_out(character) {
            let _ = write!(piece, "{}", character.escape_default());
        } else {
            piece.push(character);
        }
        let Some(rest) = left.checked_sub(width(&piece)) else {
            return Taken { pieces, complete: false };
        };
        left = rest;
        pieces.push(piece);
    }
    Taken { pieces, complete: true }
}

/// Whether a character is shown as its code: control and escape characters, marks that turn the
/// reading direction, everything without a width of its own (joiners, variation selectors,
/// combining marks: two names that look alike are told apart), and blanks that are not the space.
pub fn spelled_out(character: char) -> bool {
    const BLANKS: [char; 9] = [
        '\u{ad}', '\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}', '\u{fff9}',
        '\u{fffa}', '\u{fffb}',
    ];
    if matches!(character, ' '..='~') {
        return false;
    }
    character.is_whitespace()
        || character.width().unwrap_or(0) == 0
        || BLANKS.contains(&character)
        || matches!(character, '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    use super::{Safe, spelled_out, width};

    fn safe(text: &str) -> String {
        Safe::new(text).as_str().to_owned()
    }

    #[test]
    fn ordinary_text_passes() {
        for text in ["", "deploy", "arn:aws:iam::111122223333:user/deploy", "René", "日本", "C:\\x"]
        {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_or_hide_is_spelled_out() {
        let cases = [
            ("\u{1b}[2J\u{1b}]0;owned\u{7}", r"\u{1b}[2J\u{1b}]0;owned\u{7}"),
            ("a\nb\r\tc", r"a\nb\r\tc"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("user\u{202e}nimda", r"user\u{202e}nimda"),
            ("\u{2066}x\u{2069}\u{200f}\u{061c}", r"\u{2066}x\u{2069}\u{200f}\u{61c}"),
            ("ad\u{200b}min\u{feff}\u{2060}", r"ad\u{200b}min\u{feff}\u{2060}"),
            ("a\u{301}", r"a\u{301}"),
            ("x\u{2028}y\u{a0}z\u{3000}", r"x\u{2028}y\u{a0}z\u{3000}"),
            ("\u{e0041}\u{fe0f}\u{ad}", r"\u{e0041}\u{fe0f}\u{ad}"),
            ("\u{0}\u{7f}", r"\u{0}\u{7f}"),
        ];
        for (text, expected) in cases {
            assert_eq!(safe(text), expected);
        }
    }

    #[test]
    fn whatever_is_printed_has_a_width_and_controls_nothing() {
        for character in ('\0'..=char::MAX).filter(|character| !spelled_out(*character)) {
            let code = u32::from(character);
            assert!(character.width().is_some_and(|columns| columns > 0), "U+{code:04X}");
            assert!(!character.is_control(), "U+{code:04X}");
            assert!(!character.is_whitespace() || character == ' ', "U+{code:04X}");
        }
    }

    #[test]
    fn cuts_by_columns_and_says_so() {
        assert_eq!(Safe::within("abcdef", 6).as_str(), "abcdef");
        assert_eq!(Safe::within("abcdefg", 6).as_str(), "abcde…");
        assert_eq!(Safe::within("日本語", 5).as_str(), "日本…");
        assert_eq!(Safe::within("a\u{1b}bcdefgh", 8).as_str(), r"a\u{1b}…");
        assert_eq!(Safe::within("abc", 0).as_str(), "…");
        assert_eq!(
            Safe::ends("arn:aws:iam::111122223333:user/deploy", 16).as_str(),
            "arn:a…ser/deploy"
        );
        assert_eq!(Safe::ends("short", 16).as_str(), "short");
        assert_eq!(
            Safe::end("arn:aws:iam::111122223333:user/deploy", 16).as_str(),
            "…333:user/deploy"
        );
        let huge = "x".repeat(1 << 20);
        assert_eq!(width(&safe(&huge)), 1_000);
    }
}
