//! "Lineage": which credential made which, as a graph from left to right, and the same in words.

use std::collections::{BTreeMap, BTreeSet};

use incident::Edge;

use super::{Markup, Telling};
use crate::facts;
use crate::words;

/// Size of a box, and the room between two.
const WIDE: f64 = 250.0;
const TALL: f64 = 50.0;
const ASIDE: f64 = 110.0;
const BELOW: f64 = 16.0;
/// So many edges are drawn; words tell of so many.
const DRAWN: usize = 40;
const TOLD: usize = 100;
/// Boxes are drawn so many columns deep; what lies deeper is drawn in the last.
const DEEPEST: usize = 4;

/// Graph and words.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    page.section(
        &anchors.section("lineage"),
        "Lineage",
        "Which credential made which: the reason why these identities belong to one theft.",
    );
    if incident.lineage.is_empty() {
        let text = "Nothing was made with this credential: no session, no key, no user.";
        page.raw("<div class=\"card\">").classed("p", "soft", text).raw("</div></section>\n");
        return;
    }
    page.raw("<div class=\"card\"><div class=\"scroll\">");
    graph(page, &incident.lineage);
    page.raw("</div>\n<ul class=\"list\">\n");
    for edge in incident.lineage.iter().take(TOLD) {
        page.raw("<li><code>").ends(&edge.from, 100).raw("</code> made <code>").ends(&edge.to, 120);
        page.raw("</code><span class=\"what\">by ").within(&edge.by, 60);
        page.text(&format!(" at {} UTC, ", words::moment(edge.time)));
        anchors.links(page, std::slice::from_ref(&edge.event_id), 0);
        page.raw("</span></li>\n");
    }
    let further = incident.lineage.len().saturating_sub(TOLD);
    if further > 0 {
        page.raw("<li class=\"soft\">").text(&format!("and {further} more")).raw("</li>");
    }
    page.raw("</ul></div></section>\n");
}

/// Where a box stands.
#[derive(Clone, Copy)]
struct Place {
    column: usize,
    row: usize,
}

impl Place {
    fn x(self) -> f64 {
        1.0 + self.column as f64 * (WIDE + ASIDE)
    }

    fn y(self) -> f64 {
        1.0 + self.row as f64 * (TALL + BELOW)
    }
}

fn graph(page: &mut Markup, edges: &[Edge]) {
    let edges = &edges[..edges.len().min(DRAWN)];
    let places = places(edges);
    let columns = places.values().map(|place| place.column).max().unwrap_or(0) + 1;
    let rows = places.values().map(|place| place.row).max().unwrap_or(0) + 1;
    let width = columns as f64 * (WIDE + ASIDE) - ASIDE + 2.0;
    let height = rows as f64 * (TALL + BELOW) - BELOW + 2.0;
    page.raw("<svg role=\"img\" aria-label=\"Which credential made which\"");
    page.attribute("viewBox", format_args!("0 0 {width} {height}"))
        .at("width", width)
        .at("height", height)
        .raw(">");
    for edge in edges {
        let (Some(from), Some(to)) = (places.get(edge.from.as_str()), places.get(edge.to.as_str()))
        else {
            continue;
        };
        let (x1, y1) = (from.x() + WIDE, from.y() + TALL / 2.0);
        let (x2, y2) = (to.x(), to.y() + TALL / 2.0);
        let bend = ((x2 - x1) / 2.0).max(30.0);
        page.raw("<path fill=\"none\" class=\"stroke-bad\" stroke-width=\"1.4\"");
        page.attribute(
            "d",
            format_args!("M{x1} {y1} C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend),
        );
        page.attribute("data-event", edge.event_id.to_string()).raw("><title>");
        page.text(&format!("{} at {} UTC", edge.by, words::moment(edge.time)))
            .raw("</title></path>");
    }
    for (name, place) in &places {
        let maker = edges.iter().find(|edge| edge.to == **name);
        boxed(page, name, *place, maker);
    }
    page.raw("</svg>");
}

fn boxed(page: &mut Markup, name: &str, place: Place, maker: Option<&Edge>) {
    let (x, y) = (place.x(), place.y());
    page.raw("<rect rx=\"7\" class=\"node\"")
        .at("x", x)
        .at("y", y)
        .at("width", WIDE)
        .at("height", TALL);
    if let Some(edge) = maker {
        page.attribute("data-event", edge.event_id.to_string());
    }
    page.raw("><title>").text(name).raw("</title></rect><text class=\"code\"");
    page.at("x", x + 12.0).at("y", y + 21.0).raw(">").ends(facts::name(name), 32).raw("</text>");
    let below = maker.map_or_else(
        || "where it begins".to_owned(),
        |edge| format!("{} {}", words::clock(edge.time), edge.by),
    );
    page.raw("<text class=\"soft\"")
        .at("x", x + 12.0)
        .at("y", y + 38.0)
        .raw(">")
        .within(&below, 38);
    page.raw("</text>");
}

/// A column for each generation, rows in the order in which things were made. Records can claim
/// circles: everything gets its place once.
fn places(edges: &[Edge]) -> BTreeMap<&str, Place> {
    let made: BTreeSet<&str> = edges.iter().map(|edge| edge.to.as_str()).collect();
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    let mut row = 0;
    let unmade = edges.iter().map(|edge| edge.from.as_str()).filter(|from| !made.contains(from));
    for root in unmade.chain(edges.iter().map(|edge| edge.from.as_str())) {
        if places.contains_key(root) {
            continue;
        }
        let mut waiting = vec![(root, 0)];
        let mut before: Option<usize> = None;
        while let Some((name, column)) = waiting.pop() {
            if places.contains_key(name) {
                continue;
            }
            // The first thing that somebody made stands on the maker's own row.
            if before.is_some_and(|before| column <= before) {
                row += 1;
            }
            before = Some(column);
            places.insert(name, Place { column, row });
            let children =
                edges.iter().filter(|edge| edge.from == name).map(|edge| edge.to.as_str());
            let next = (column + 1).min(DEEPEST);
            waiting.extend(children.rev().map(|child| (child, next)));
        }
        row += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use cloudtrail::{EventId, Time};
    use incident::Edge;

    use super::places;

    fn edge(from: &str, to: &str) -> Edge {
        let (by, event_id, time) = (String::new(), EventId::new("e"), Time::from_seconds(0));
        Edge { from: from.to_owned(), to: to.to_owned(), by, event_id, time }
    }

    #[test]
    fn everything_has_a_place_of_its_own_even_in_a_circle() {
        let edges = [
            edge("a", "b"),
            edge("a", "c"),
            edge("c", "d"),
            edge("x", "y"),
            edge("y", "x"),
            edge("d", "a"),
        ];
        let places = places(&edges);
        assert_eq!(places.len(), 6);
        let mut taken: Vec<(usize, usize)> =
            places.values().map(|place| (place.column, place.row)).collect();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), 6, "two boxes in one place");
    }
}
