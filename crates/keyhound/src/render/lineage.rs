//! "Lineage": which credential made which, as a tree.

use std::collections::BTreeSet;

use incident::Edge;

use super::page::{Line, Page};
use super::safe::Safe;
use super::style::Ink;
use super::words;

/// Generations below which the tree is drawn without further indentation.
const DEEPEST: usize = 8;

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

/// Draws what `root` made, depth first, each edge once. A list instead of recursion: the depth of
/// a chain is the attacker's to choose.
fn draw(page: &mut Page, edges: &[Edge], drawn: &mut [bool], root: &str) {
    let mut waiting: Vec<(usize, usize)> = children(edges, drawn, root, 0);
    while let Some((index, depth)) = waiting.pop() {
        if std::mem::replace(&mut drawn[index], true) {
            continue;
        }
        let edge = &edges[index];
        let indent = 2 + 3 * depth.min(DEEPEST);
        let line = Line::new()
            .gap(indent)
            .ink(Ink::Faint, "└─ ")
            .ink(Ink::Strong, Safe::within(&edge.to, 120))
            .ink(Ink::Faint, "  by ")
            .plain(Safe::within(&edge.by, 60))
            .ink(Ink::Faint, format!("  {}", words::moment(edge.time)));
        page.wrap(indent + 5, &line);
        waiting.extend(children(edges, drawn, &edge.to, depth + 1));
    }
}

/// What one maker made, last first, so that the first is taken from the end.
fn children(edges: &[Edge], drawn: &[bool], from: &str, depth: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = edges
        .iter()
        .enumerate()
        .filter(|(index, edge)| edge.from == from && !drawn[*index])
        .map(|(index, _)| (index, depth))
        .collect();
    found.reverse();
    found
}
