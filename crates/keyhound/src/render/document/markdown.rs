//! A document as Markdown.

use std::fmt::Write;

use super::{Block, Document};
use crate::render::safe::Safe;

impl Document {
    /// The document as Markdown.
    pub(crate) fn markdown(&self) -> String {
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
    for letter in Safe::new(text).as_str().chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            // A bare address would become a link.
            ':' if out.ends_with("http") || out.ends_with("https") => out.push_str("&#58;"),
            other => out.push(other),
        }
    }
    out
}
