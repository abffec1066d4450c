//! `--identities`: what each identity did in the whole of the input, most suspicious first.

use incident::IdentitySummary;

use super::page::{Line, Page};
use super::style::{Ink, Screen};
use super::table::Table;
use super::words;

/// From this width on there is room for the keys and the kind of the identity.
const WIDE: usize = 110;

/// The table, and what its short headings mean.
pub(crate) fn table(page: &mut Page, identities: &[IdentitySummary], screen: Screen) {
    page.heading("Identities");
    if identities.is_empty() {
        page.line(Line::new().plain("none"));
        return;
    }
    let wide = page.width() >= WIDE;
    let mut headings = vec!["bits", "events", "days", "nets", "clients", "regs", "refused", "hot"];
    if wide {
        headings.extend(["keys", "kind"]);
    }
    headings.push("identity");
    let mut table = Table::new(headings);
    for identity in ranked(identities) {
        table.row(cells(identity, wide));
    }
    table.set(page, screen.terminal);
    page.wrap(
        0,
        &Line::new().ink(
            Ink::Faint,
            "bits: the highest score that any episode reached; nets: networks (autonomous systems); \
             regs: regions; hot: calls that read secrets, change rights or switch off defences",
        ),
    );
}

/// By score, then by events; the name decides between equals, so that the order is always the same.
pub(crate) fn ranked(identities: &[IdentitySummary]) -> Vec<&IdentitySummary> {
    let mut ranked: Vec<&IdentitySummary> = identities.iter().collect();
    ranked.sort_by(|one, other| {
        let score = other.score.total_cmp(&one.score);
        score.then(other.events.cmp(&one.events)).then_with(|| one.principal.cmp(&other.principal))
    });
    ranked
}

fn cells(identity: &IdentitySummary, wide: bool) -> Vec<String> {
    let mut cells = vec![
        format!("{:.1}", words::tenths(identity.score) as f64 / 10.0),
        words::grouped(identity.events),
        words::grouped(identity.days.into()),
        words::grouped(identity.networks.into()),
        words::grouped(identity.clients.into()),
        words::grouped(identity.regions.into()),
        words::grouped(identity.refusals),
        words::grouped(identity.sensitive),
    ];
    if wide {
        cells.push(words::grouped(identity.keys));
        cells.push(identity.kind.clone());
    }
    cells.push(identity.principal.clone());
    cells
}
