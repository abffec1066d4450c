//! A report in blocks on a terminal.

use report::document::Block;
pub(crate) use report::document::Document;

use crate::render::page::{Line, Page};
use crate::render::safe::{self, Safe};
use crate::render::style::Ink;

/// Sets the document on a page.
pub(crate) fn set(document: &Document, page: &mut Page) {
    for block in &document.blocks {
        match block {
            Block::Title(text) => page.wrap(0, &Line::new().ink(Ink::Strong, text)),
            Block::Heading(text) => page.heading(text),
            Block::Subheading(text) => {
                page.blank();
                page.wrap(4, &Line::new().gap(2).ink(Ink::Warn, text));
            }
            Block::Text(text) => page.wrap(2, &Line::new().gap(2).plain(text)),
            Block::Remark(text) => page.wrap(2, &Line::new().gap(2).ink(Ink::Faint, text)),
            Block::List(items) => {
                for item in items {
                    page.wrap(4, &Line::new().plain("  - ").plain(item));
                }
            }
            Block::Table { headings, rows } => table(page, headings, rows),
            // Never wrapped: it is there to be copied.
            Block::Command(text) => page.line(Line::new().gap(4).ink(Ink::Guide, text)),
        }
    }
}

/// Numbers right-aligned, the text at the end wrapped within its column.
fn table(page: &mut Page, headings: &[&'static str], rows: &[Vec<String>]) {
    let numbers = headings.len().saturating_sub(1);
    let widths: Vec<usize> = (0..numbers)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| safe::width(Safe::new(cell).as_str())).max();
            widest.unwrap_or(0).max(safe::width(headings[column]))
        })
        .collect();
    let hang = 2 + widths.iter().map(|width| width + 2).sum::<usize>();
    let mut row = |cells: Vec<&str>, ink: Ink| {
        let mut line = Line::new().gap(2);
        for (cell, width) in cells.iter().zip(&widths) {
            let text = Safe::new(cell);
            let missing = width.saturating_sub(safe::width(text.as_str()));
            line = line.gap(missing).ink(ink, text).gap(2);
        }
        let last = cells.get(numbers).copied().unwrap_or_default();
        page.wrap(hang, &line.ink(ink, last));
    };
    row(headings.to_vec(), Ink::Faint);
    for cells in rows {
        row(cells.iter().map(String::as_str).collect(), Ink::Plain);
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, set};
    use crate::render::page::Page;

    #[test]
    fn a_document_on_a_narrow_terminal() {
        let mut document = Document::new("Title");
        document.heading("Heading");
        document.text("Some words that do not fit on one line of a narrow terminal.");
        document.table(
            vec!["n", "what"],
            vec![vec!["1".into(), "a\u{1b}[2J".into()], vec!["20".into(), "b".into()]],
        );
        document.subheading("Below");
        document.list(vec!["one".into(), "two".into()]);
        document.remark("A remark.");
        document.command("keyhound scan ./a");
        let mut page = Page::new(40);
        set(&document, &mut page);
        insta::assert_snapshot!(page.text(false));
    }
}
