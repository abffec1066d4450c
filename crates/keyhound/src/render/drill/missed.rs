//! The thefts that nobody would have been told of, and why.

use std::fmt::Write;

use incident::LedgerLine;

use super::Telling;
use crate::drill::{Drilled, Robbed};
use crate::render::document::Document;
use crate::render::words;

/// Lines of a ledger that are shown on each side.
const MOST: usize = 5;

pub(super) fn told(document: &mut Document, drilled: &Drilled, telling: Telling<'_>) {
    let missed: Vec<&Robbed> = drilled.missed().collect();
    if missed.is_empty() {
        return;
    }
    document.heading("Missed, and why");
    for robbed in missed {
        one(document, robbed, telling);
    }
}

fn one(document: &mut Document, robbed: &Robbed, telling: Telling<'_>) {
    let theft = &robbed.theft;
    document.subheading(format!("{}: {}", theft.family, theft.victim));
    let first = theft.times.first().map(ToString::to_string).unwrap_or_default();
    let mut facts = vec![
        format!("key {}", theft.root_access_key_id),
        words::count(theft.event_ids.len() as u64, "call", "calls"),
        format!("from {first}"),
    ];
    if theft.cold {
        facts.push("the owner has less than five days of history".to_owned());
    }
    if theft.rotating {
        facts.push("the thief's address changes".to_owned());
    }
    document.text(format!("{}.", facts.join(", ")));
    let Some(incident) = &robbed.closest else {
        document.text(
            "Nothing about these calls was unusual enough to be told of: network, client, hour and \
             actions are the owner's, or the owner's habits are too broad to stand out from.",
        );
        if telling.exceptions {
            document.text("Or one of your exceptions covers all of them.");
        }
        return;
    };
    document.text(format!("{} in all, which is no alert.", words::bits(incident.score)));
    let (mut speaks, mut against): (Vec<&LedgerLine>, Vec<&LedgerLine>) =
        incident.ledger.iter().partition(|line| line.bits >= 0.0);
    speaks.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    against.sort_by(|a, b| a.bits.total_cmp(&b.bits));
    let hidden = speaks.len().saturating_sub(MOST) + against.len().saturating_sub(MOST);
    let shown = speaks.into_iter().take(MOST).chain(against.into_iter().take(MOST));
    let rows = shown.map(|line| vec![format!("{:+.1}", line.bits), sentence(line)]);
    document.table(vec!["bits", "why"], rows.collect());
    if hidden > 0 {
        document.remark(format!("and {hidden} further lines"));
    }
}

fn sentence(line: &LedgerLine) -> String {
    let mut text = format!("{} [{}]", line.text, line.signal);
    for (label, said) in [("seen", &line.observed), ("usual", &line.usual), ("peers", &line.peers)]
    {
        if !said.is_empty() {
            let _ = write!(text, "; {label}: {said}");
        }
    }
    text
}
