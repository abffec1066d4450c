//! "Lineage": which credential made which, as a tree.

use std::collections::BTreeSet;

use incident::Edge;

use super::page::{Line, Page};
use super::safe::{self, Safe};
use super::style::Ink;
use super::words;

/// Columns after which the tree is drawn without further indentation.
const DEEPEST: usize = 24;

/// The tree, or several: one for each maker that nobody made.
pub(crate) fn tree(page: &mut Page, edges: &[Edge]) {
    if edges.is_empty() {
        return;
    }
    page.heading("Lineage");
    let made: BTreeSet<&str> = edges.iter().map(|edge| edge.to.as_str()).collect();
    let mut drawn = vec![false; edges.len()];
    let mut roots: Vec<&str> = Vec::new();
    let unmade = edges.iter().map(|edge| edge.from.as_str()).filter(|from| !made.contains(from));
    // Records can claim circles; what hangs on no root is drawn from its first maker on.
    for from in unmade.chain(edges.iter().map(|edge| edge.from.as_str())) {
        if !roots.contains(&from) {
            roots.push(from);
        }
    }
    for root in roots {
        let open = edges.iter().zip(&drawn).any(|(edge, drawn)| !drawn && edge.from == root);
        if open {
            page.wrap(4, &Line::new().gap(2).ink(Ink::Strong, Safe::within(root, 120)));
            draw(page, edges, &mut drawn, root);
        }
    }
}

/// An edge that waits to be drawn: which, what stands left of it, and whether it is the last of
/// its maker.
struct Waiting {
    edge: usize,
    left: String,
    last: bool,
}

/// Draws what `root` made, depth first, each edge once. A list instead of recursion: the depth of
/// a chain is the attacker's to choose.
fn draw(page: &mut Page, edges: &[Edge], drawn: &mut [bool], root: &str) {
    let mut waiting = children(edges, drawn, root, "  ");
    while let Some(Waiting { edge: index, left, last }) = waiting.pop() {
        if std::mem::replace(&mut drawn[index], true) {
            continue;
        }
        let edge = &edges[index];
        let line = Line::new()
            .ink(Ink::Faint, &left)
            .ink(Ink::Faint, if last { "└─ " } else { "├─ " })
            .ink(Ink::Strong, Safe::within(&edge.to, 120))
            .ink(Ink::Faint, "  by ")
            .plain(Safe::within(&edge.by, 60))
            .ink(Ink::Faint, format!("  {}", words::moment(edge.time)));
        let columns = safe::width(&left);
        page.wrap(columns + 5, &line);
        let below = match (columns < DEEPEST, last) {
            (false, _) => left,
            (true, true) => left + "   ",
            (true, false) => left + "│  ",
        };
        waiting.extend(children(edges, drawn, &edge.to, &below));
    }
}

/// What one maker made, last first, so that the first is taken from the end.
fn children(edges: &[Edge], drawn: &[bool], from: &str, left: &str) -> Vec<Waiting> {
    let made = edges.iter().enumerate().filter(|(index, edge)| edge.from == from && !drawn[*index]);
    let mut found: Vec<Waiting> =
        made.map(|(edge, _)| Waiting { edge, left: left.to_owned(), last: false }).collect();
    if let Some(last) = found.last_mut() {
        last.last = true;
    }
    found.reverse();
    found
}
