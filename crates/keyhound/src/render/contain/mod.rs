//! A containment for the terminal: the plan, what was done, what is proven, what is left.

mod plan;
mod progress;
mod review;

pub(crate) use plan::plan;
pub(crate) use progress::{applied, proof, rehearsed, status, takings, undone};
pub(crate) use review::leftovers;

use super::page::{Line, Page};
use super::style::Ink;

/// A command on a line of its own: it is there to be copied, and is never wrapped.
fn command(page: &mut Page, text: &str) {
    for part in text.lines() {
        page.line(Line::new().gap(5).ink(Ink::Guide, part));
    }
}

/// A label and what stands behind it.
fn labelled(page: &mut Page, label: &str, ink: Ink, text: &str) {
    if !text.is_empty() {
        let line = Line::new().gap(5).ink(Ink::Faint, label).column(17).ink(ink, text);
        page.wrap(17, &line);
    }
}
