//! The books and the files that could not be read in full, for standard error.

use super::page::{Line, Page};
use super::style::Ink;
use super::words;
use crate::engine::Scanned;

/// Problems shown to a person before the rest is only counted.
const MOST: usize = 20;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// To a person: a screenful.
    Briefly,
    /// To a file, or to whoever asked: every problem that was kept.
    Fully,
    /// Every problem, but not the books.
    Quietly,
}

/// The problems, then the lines that balance. Each is one line, so that it can be searched for.
pub(crate) fn told(page: &mut Page, scanned: &Scanned, telling: Telling) {
    let all = &scanned.problems;
    let shown = if telling == Telling::Briefly { all.len().min(MOST) } else { all.len() };
    for problem in &all[..shown] {
        let word = if problem.reason.loses_records() { "problem" } else { "note" };
        page.line(Line::new().ink(Ink::Warn, word).plain(": ").plain(problem.to_string()));
    }
    let hidden = (all.len() - shown) as u64;
    let further = hidden + scanned.further_problems;
    if further > 0 {
        let hint = if hidden > 0 { "; -v names them" } else { "" };
        page.line(
            Line::new().plain(format!("… and {} more problems{hint}", words::grouped(further))),
        );
    }
    if telling != Telling::Quietly {
        for line in balance(scanned) {
            page.line(Line::new().ink(Ink::Faint, line));
        }
    }
}

/// The files, the records, and what was sorted on disk; what there is none of is left out among the
/// files, and so is the last line where memory was enough.
fn balance(scanned: &Scanned) -> Vec<String> {
    let books = &scanned.books;
    let records = format!(
        "read {} = {} accepted + {} duplicate + {} skipped + {} malformed",
        words::grouped(books.read),
        words::grouped(books.accepted),
        words::grouped(books.duplicate),
        words::grouped(books.skipped),
        words::grouped(books.malformed),
    );
    let kinds = [
        (books.files, "with records"),
        (books.digests, "digests"),
        (books.insights, "insights"),
        (books.aggregates, "aggregates"),
        (books.foreign, "without CloudTrail"),
        (books.unread, "unread"),
        (books.left_out, "before the period"),
        (books.waiting, "waiting"),
    ];
    let parts: Vec<String> = kinds
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, kind)| format!("{} {kind}", words::grouped(number)))
        .collect();
    let files = if parts.is_empty() {
        "files 0".to_owned()
    } else {
        format!("files {} = {}", words::grouped(books.found), parts.join(" + "))
    };
    let mut lines = vec![files, records];
    if books.on_disk > 0 {
        lines.push(format!(
            "sorted {} on disk, in {}: they overlap in time more than memory holds",
            words::count(books.on_disk, "record", "records"),
            words::size(books.bytes_on_disk),
        ));
    }
    lines
}
