//! Foreign text made safe to show: paths and file contents belong to whoever wrote them.

use std::fmt::{self, Write};
use std::path::Path;

/// Shows a text on one line; control characters and those that turn the direction of writing
/// appear as their escapes.
pub(crate) struct Plain<'a>(pub(crate) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || turns || matches!(character, '\u{2028}' | '\u{2029}') {
                write!(formatter, "{}", character.escape_unicode())?;
            } else {
                formatter.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// A path made safe to show.
pub(crate) fn plain_path(path: &Path) -> String {
    Plain(&path.to_string_lossy()).to_string()
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn nothing_reaches_the_terminal_that_moves_it() {
        assert_eq!(Plain("a\u{1b}[31m\nb\u{202e}ü").to_string(), r"a\u{1b}[31m\u{a}b\u{202e}ü");
    }
}
