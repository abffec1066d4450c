//! A document as Markdown.

use std::fmt::Write;

use super::{Block, Document};
use crate::safe::Safe;

impl Document {
    /// The document as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            let _ = match block {
                Block::Title(text) => writeln!(out, "# {}\n", escaped(text)),
                Block::Heading(text) => writeln!(out, "## {}\n", escaped(text)),
                Block::Subheading(text) => writeln!(out, "### {}\n", escaped(text)),
                Block::Text(text) => writeln!(out, "{}\n", escaped(text)),
                Block::Remark(text) => writeln!(out, "*{}*\n", escaped(text)),
                Block::List(items) => {
                    for item in items {
                        let _ = writeln!(out, "- {}", escaped(item));
                    }
                    writeln!(out)
                }
                Block::Table { headings, rows } => {
                    table(&mut out, headings, rows);
                    writeln!(out)
                }
                Block::Command(text) => writeln!(out, "    {}\n", Safe::new(text).as_str()),
            };
        }
        out
    }
}

fn table(out: &mut String, headings: &[&'static str], rows: &[Vec<String>]) {
    let numbers = headings.len().saturating_sub(1);
    let _ = writeln!(out, "| {} |", headings.join(" | "));
    let _ = writeln!(out, "|{}---|", "---:|".repeat(numbers));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

/// Text that no reader of Markdown takes for markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let text = Safe::new(text);
    let mut letters = text.as_str().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            // A bare address, of a page or of a person, would become a link.
            ':' if letters.peek() == Some(&'/') => out.push_str("&#58;"),
            '.' if ends_with_www(&out) => out.push_str("&#46;"),
            '@' => out.push_str("&#64;"),
            other => out.push(other),
        }
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    text.as_bytes().last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}
