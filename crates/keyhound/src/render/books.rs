//! The books and the files that could not be read in full, for standard error.

use super::page::{Line, Page};
use super::style::Ink;
use super::words;
use crate::engine::Scanned;

/// Problems shown before the rest is only counted.
const MOST: usize = 20;

/// Every problem up to a bound, then the lines that balance; only the problems for the quiet.
pub(crate) fn told(page: &mut Page, scanned: &Scanned, quiet: bool) {
    for problem in scanned.problems.iter().take(MOST) {
        let line = Line::new().ink(Ink::Warn, "problem").plain(": ").plain(problem.to_string());
        page.wrap(9, &line);
    }
    let further = scanned.problems.len().saturating_sub(MOST) as u64 + scanned.further_problems;
    if further > 0 {
        page.line(Line::new().gap(9).plain(format!("… and {} more", words::grouped(further))));
    }
    if !quiet {
        for line in balance(scanned).lines() {
            page.wrap(2, &Line::new().ink(Ink::Faint, line));
        }
    }
}

/// The records, and the files where more was found than files with records.
fn balance(scanned: &Scanned) -> String {
    let books = &scanned.books;
    let records = format!(
        "read {} = {} accepted + {} duplicate + {} skipped + {} malformed",
        words::grouped(books.read),
        words::grouped(books.accepted),
        words::grouped(books.duplicate),
        words::grouped(books.skipped),
        words::grouped(books.malformed),
    );
    let others = [
        (books.digests, "digests"),
        (books.insights, "insights"),
        (books.aggregates, "aggregates"),
        (books.foreign, "without CloudTrail"),
        (books.unread, "unread"),
        (books.left_out, "before the period"),
        (books.waiting, "waiting"),
    ];
    let mut files = format!(
        "files {} = {} with records",
        words::grouped(books.found),
        words::grouped(books.files)
    );
    for (number, kind) in others.into_iter().filter(|(number, _)| *number > 0) {
        files += &format!(" + {} {kind}", words::grouped(number));
    }
    format!("{files}\n{records}")
}
