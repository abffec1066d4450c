//! A table of numbers with one text at its end, which may take the rest of the line.

use super::page::{Line, Page};
use super::safe::{self, Safe};
use super::style::Ink;

/// Headings and rows; all columns but the last are right-aligned.
#[derive(Debug)]
pub(crate) struct Table {
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) const fn new(headings: Vec<&'static str>) -> Self {
        Self { headings, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Sets the table. Where `cut` is asked for, the last column is shortened at its beginning
    /// to what is left of the page.
    pub(crate) fn set(&self, page: &mut Page, cut: bool) {
        let numbers = self.headings.len().saturating_sub(1);
        let width_of = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let widest = cells.map(|cell| safe::width(Safe::new(cell).as_str())).max();
            widest.unwrap_or(0).max(safe::width(self.headings[column]))
        };
        let widths: Vec<usize> = (0..numbers).map(width_of).collect();
        let taken: usize = widths.iter().map(|width| width + 2).sum();
        let room = if cut { page.width().saturating_sub(taken).max(20) } else { usize::MAX };
        let headings: Vec<String> = self.headings.iter().map(|text| (*text).to_owned()).collect();
        page.line(line(&headings, &widths, room, Ink::Faint));
        for row in &self.rows {
            page.line(line(row, &widths, room, Ink::Plain));
        }
    }
}

fn line(cells: &[String], widths: &[usize], room: usize, ink: Ink) -> Line {
    let mut line = Line::new();
    for (cell, width) in cells.iter().zip(widths) {
        let text = Safe::new(cell);
        let gap = width.saturating_sub(safe::width(text.as_str()));
        line = line.gap(gap).ink(ink, text).gap(2);
    }
    match cells.get(widths.len()) {
        Some(last) if room == usize::MAX => line.ink(ink, last),
        Some(last) => line.ink(ink, Safe::end(last, room)),
        None => line,
    }
}
