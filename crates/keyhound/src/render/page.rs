//! Lines, wrapping and columns: the little typography that a terminal has.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use super::safe::{self, Safe};
use super::style::Ink;

/// One line before it is wrapped: pieces of text, each with its ink.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pieces: Vec<(Ink, String)>,
}

impl Line {
    /// An empty line.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds text, made harmless.
    #[must_use]
    pub(crate) fn ink<'a>(mut self, ink: Ink, text: impl Into<Safe<'a>>) -> Self {
        self.pieces.push((ink, text.into().as_str().to_owned()));
        self
    }

    /// Adds running text, made harmless.
    #[must_use]
    pub(crate) fn plain<'a>(self, text: impl Into<Safe<'a>>) -> Self {
        self.ink(Ink::Plain, text)
    }

    /// Fills with spaces up to a column; a line that is already longer gets two spaces.
    #[must_use]
    pub(crate) fn column(self, column: usize) -> Self {
        let missing = match column.checked_sub(self.width()) {
            Some(0) | None => 2,
            Some(missing) => missing,
        };
        self.gap(missing)
    }

    /// Adds spaces.
    #[must_use]
    pub(crate) fn gap(mut self, columns: usize) -> Self {
        self.pieces.push((Ink::Plain, " ".repeat(columns)));
        self
    }

    /// Adds another line's pieces.
    #[must_use]
    pub(crate) fn join(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Columns.
    pub(crate) fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| safe::width(text)).sum()
    }

    /// The line as several that fit into `width` columns; those after the first start with `hang`
    /// spaces. Breaks at spaces, and inside a word only when it is longer than a line.
    pub(crate) fn wrapped(&self, width: usize, hang: usize) -> Vec<Self> {
        let hang = hang.min(width / 2);
        let letters: Vec<(Ink, char)> = self
            .pieces
            .iter()
            .flat_map(|(ink, text)| text.chars().map(move |letter| (*ink, letter)))
            .collect();
        let mut lines = Vec::new();
        let mut rest = letters.as_slice();
        loop {
            let indent = if lines.is_empty() { 0 } else { hang };
            let fitting = fitting(rest, width - indent);
            if fitting == rest.len() {
                lines.push(Self::of(rest, indent));
                return lines;
            }
            // The label that hangs out on the left holds no place to break at.
            let first = if lines.is_empty() { hang } else { 0 };
            let space = (first..=fitting).rev().find(|at| rest[*at].1 == ' ');
            let end = space.filter(|at| *at > first).unwrap_or(fitting.max(1));
            lines.push(Self::of(&rest[..end], indent));
            let blanks = rest[end..].iter().take_while(|(_, letter)| *letter == ' ').count();
            rest = &rest[end + blanks..];
            if rest.is_empty() {
                return lines;
            }
        }
    }

    fn of(letters: &[(Ink, char)], indent: usize) -> Self {
        let mut line = Self::new();
        if indent > 0 {
            line = line.gap(indent);
        }
        for (ink, letter) in letters {
            match line.pieces.last_mut() {
                Some((last, text)) if last == ink => text.push(*letter),
                _ => line.pieces.push((*ink, letter.to_string())),
            }
        }
        line
    }
}

/// How many letters fit into some columns.
fn fitting(letters: &[(Ink, char)], columns: usize) -> usize {
    let mut used = 0;
    for (index, (_, letter)) in letters.iter().enumerate() {
        used += letter.width().unwrap_or(0);
        if used > columns {
            return index;
        }
    }
    letters.len()
}

/// Text for a screen of a given width, line by line.
#[derive(Debug)]
pub(crate) struct Page {
    width: usize,
    lines: Vec<Line>,
}

impl Page {
    /// An empty page, that many columns wide.
    pub(crate) const fn new(width: usize) -> Self {
        Self { width, lines: Vec::new() }
    }

    /// Columns.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// An empty line, unless the page is empty or ends in one.
    pub(crate) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::new());
        }
    }

    /// A heading with an empty line above.
    pub(crate) fn heading(&mut self, text: &str) {
        self.blank();
        self.lines.push(Line::new().ink(Ink::Strong, text));
    }

    /// A line as it is, however long.
    pub(crate) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// A line, wrapped; further lines are indented by `hang`.
    pub(crate) fn wrap(&mut self, hang: usize, line: &Line) {
        self.lines.extend(line.wrapped(self.width, hang));
    }

    /// Lines side by side, the n-th from its column to two before the next one's, wrapped there
    /// with further lines indented by `hang`.
    pub(crate) fn beside(&mut self, cells: &[(usize, Line)], hang: usize) {
        let ends = cells.iter().skip(1).map(|(column, _)| column - 2).chain([self.width]);
        let wrapped: Vec<Vec<Line>> = cells
            .iter()
            .zip(ends)
            .map(|((column, cell), end)| cell.wrapped(end.saturating_sub(*column).max(1), hang))
            .collect();
        let rows = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for row in 0..rows {
            let mut line = Line::new();
            for ((column, _), cell) in cells.iter().zip(&wrapped) {
                if let Some(part) = cell.get(row).filter(|part| part.width() > 0) {
                    let missing = column.saturating_sub(line.width());
                    line = line.gap(missing).join(part.clone());
                }
            }
            self.lines.push(line);
        }
    }

    /// The page as text, in colour or without.
    pub(crate) fn text(&self, colour: bool) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let start = text.len();
            for (ink, piece) in &line.pieces {
                let style = ink.style();
                if colour && *ink != Ink::Plain && !piece.trim().is_empty() {
                    let _ = write!(text, "{style}{piece}{style:#}");
                } else {
                    text.push_str(piece);
                }
            }
            while text.len() > start && text.ends_with(' ') {
                text.pop();
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Ink, Line, Page};

    fn wrapped(text: &str, width: usize, hang: usize) -> String {
        let mut page = Page::new(width);
        page.wrap(hang, &Line::new().plain(text));
        page.text(false)
    }

    #[test]
    fn wraps_at_spaces_and_hangs() {
        assert_eq!(wrapped("one two three", 40, 2), "one two three\n");
        assert_eq!(wrapped("one two three", 8, 2), "one two\n  three\n");
        assert_eq!(
            wrapped("  label  some more words", 16, 9),
            "  label  some\n        more\n        words\n"
        );
        assert_eq!(wrapped("", 10, 2), "\n");
    }

    #[test]
    fn breaks_words_that_are_longer_than_a_line() {
        assert_eq!(wrapped("abcdefghij", 4, 0), "abcd\nefgh\nij\n");
        assert_eq!(wrapped("日本語日本語", 5, 0), "日本\n語日\n本語\n");
    }

    #[test]
    fn ink_survives_a_break() {
        let line = Line::new().plain("a ").ink(Ink::Bad, "red red").plain(" z");
        let lines = line.wrapped(5, 0);
        assert_eq!(lines[0], Line::new().plain("a ").ink(Ink::Bad, "red"));
        assert_eq!(lines[1], Line::new().ink(Ink::Bad, "red").plain(" z"));
    }

    #[test]
    fn columns_stand_beside_each_other() {
        let mut page = Page::new(20);
        page.beside(
            &[(2, Line::new().plain("left side")), (10, Line::new().plain("the right side"))],
            0,
        );
        assert_eq!(page.text(false), "  left    the right\n  side    side\n");
    }

    #[test]
    fn lines_end_without_blanks() {
        let mut page = Page::new(20);
        page.line(Line::new().plain("x").gap(3));
        page.blank();
        page.blank();
        assert_eq!(page.text(true), "x\n\n");
    }
}
