//! The answer to a question as a table: numbers to the right, texts to the left, long ones cut.

use lake::query::{RecordBatch, Schema};

use super::page::{Line, Page};
use super::safe::{self, Safe};
use super::style::Ink;
use super::words;

/// A text is cut after so many columns on a terminal.
const WIDEST: usize = 60;

/// Rows of an answer, up to a number of them.
pub(crate) struct Answer {
    headings: Vec<String>,
    /// Whether the column holds numbers.
    numbers: Vec<bool>,
    rows: Vec<Vec<String>>,
    most: usize,
    further: u64,
}

impl Answer {
    /// No rows yet; at most so many will be kept.
    pub(crate) fn new(columns: &Schema, most: usize) -> Self {
        let fields = || columns.fields().iter();
        Self {
            headings: fields().map(|field| field.name().clone()).collect(),
            numbers: fields().map(|field| field.data_type().is_numeric()).collect(),
            rows: Vec::new(),
            most,
            further: 0,
        }
    }

    /// Adds rows.
    pub(crate) fn add(&mut self, rows: &RecordBatch) -> Result<(), lake::Error> {
        let wanted = rows.num_rows().min(self.most - self.rows.len());
        self.further += (rows.num_rows() - wanted) as u64;
        self.rows.extend(lake::query::cells(&rows.slice(0, wanted))?);
        Ok(())
    }

    /// Sets the table; on a terminal long texts are cut.
    pub(crate) fn set(&self, page: &mut Page, cut: bool) {
        let safe = |cell: &str| {
            let safe = if cut { Safe::within(cell, WIDEST) } else { Safe::new(cell) };
            safe.as_str().to_owned()
        };
        let rows: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(|cell| safe(cell)).collect()).collect();
        let headings: Vec<String> = self.headings.iter().map(|name| safe(name)).collect();
        let width = |column: usize| {
            let cells = rows.iter().chain([&headings]).filter_map(|row| row.get(column));
            cells.map(|cell| safe::width(cell)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..headings.len()).map(width).collect();
        page.line(self.line(&headings, &widths, Ink::Faint));
        for row in &rows {
            page.line(self.line(row, &widths, Ink::Plain));
        }
        if self.further > 0 {
            let more = words::count(self.further, "more row", "more rows");
            let hint = format!("… {more}: --rows NUMBER shows more, --format csv or ndjson all");
            page.line(Line::new().ink(Ink::Faint, hint.as_str()));
        }
    }

    fn line(&self, cells: &[String], widths: &[usize], ink: Ink) -> Line {
        let mut line = Line::new();
        for ((cell, width), number) in cells.iter().zip(widths).zip(&self.numbers) {
            let gap = width.saturating_sub(safe::width(cell));
            line = if *number {
                line.gap(gap).ink(ink, cell.as_str())
            } else {
                line.ink(ink, cell.as_str()).gap(gap)
            };
            line = line.gap(2);
        }
        line
    }
}
