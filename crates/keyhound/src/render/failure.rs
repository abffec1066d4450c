//! Why the program could not run, and the way on.

use super::page::{Line, Page};
use super::safe::{self, Safe};
use super::style::Ink;
use crate::cannot_run::CannotRun;

/// One sentence, the place where there is one, and what to do.
pub(crate) fn told(page: &mut Page, error: &anyhow::Error) {
    let known = error.downcast_ref::<CannotRun>();
    let why = known.map_or_else(|| format!("{error:#}"), ToString::to_string);
    page.wrap(2, &Line::new().ink(Ink::Alarm, "error:").plain(" ").plain(why));
    let Some(known) = known else { return };
    if let Some(excerpt) = &known.excerpt {
        let number = format!("{:>6} | ", excerpt.line);
        let before = excerpt.text.get(..excerpt.start).unwrap_or_default();
        let marked = excerpt.text.get(excerpt.start..excerpt.end).unwrap_or_default();
        let columns = |text: &str| safe::width(Safe::new(text).as_str());
        page.line(Line::new().ink(Ink::Faint, number).plain(Safe::within(&excerpt.text, 160)));
        let marks = "^".repeat(columns(marked).max(1));
        let line = Line::new().ink(Ink::Faint, "       | ").gap(columns(before));
        page.line(line.ink(Ink::Alarm, Safe::within(&marks, 160)));
    }
    for tip in &known.tips {
        page.wrap(7, &Line::new().ink(Ink::Guide, "  tip:").plain(" ").plain(tip));
    }
}
