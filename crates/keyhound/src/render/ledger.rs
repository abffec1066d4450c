//! "Why": the ledger, bits first, what was seen beside what is usual.

use incident::{Incident, LedgerLine, Status};

use super::page::{Line, Page};
use super::style::Ink;
use super::words;
use crate::config::Thresholds;

/// Where the words begin, after the bits.
const WORDS: usize = 9;
/// Width of `seen`, `usual` and `peers` with the space behind them.
const LABEL: usize = 7;
/// From this width on, what was seen and what is usual stand side by side.
const WIDE: usize = 100;
/// How many lines `scan` shows.
const STRONGEST: usize = 5;

/// The lines that count most, and what the others come to.
pub(crate) fn strongest(page: &mut Page, incident: &Incident) {
    let lines = shown(incident);
    let (first, others) = lines.split_at(lines.len().min(STRONGEST));
    if lines.is_empty() {
        return;
    }
    page.heading("Why");
    for (bits, line) in first {
        entry(page, *bits, line);
        compared(page, &[("seen", &line.observed), ("usual", &line.usual)]);
    }
    if !others.is_empty() {
        let rest = others.iter().map(|(bits, _)| bits).sum();
        let text =
            format!("in {}", words::count(others.len() as u64, "further line", "further lines"));
        page.line(bits_of(rest).ink(Ink::Faint, text));
    }
}

/// Every line, and the sum.
pub(crate) fn whole(page: &mut Page, incident: &Incident, thresholds: &Thresholds) {
    let lines = shown(incident);
    if lines.is_empty() {
        return;
    }
    page.heading(match incident.status {
        Status::Alert => "Why this alert is important",
        Status::Watch => "Why this is worth a look",
    });
    for (bits, line) in &lines {
        entry(page, *bits, line);
        compared(page, &[("seen", &line.observed), ("usual", &line.usual), ("peers", &line.peers)]);
        events(page, line);
    }
    page.line(Line::new().gap(2).ink(Ink::Faint, "─────"));
    let sum = lines.iter().map(|(bits, _)| bits).sum::<i64>();
    let (watch, alert) = (thresholds.watch, thresholds.alert_for(incident.kind));
    let paged = thresholds.page.max(alert);
    let scale = format!("watched from {watch:.1}, an alert from {alert:.1}, paged from {paged:.1}");
    page.wrap(WORDS, &total(sum).ink(Ink::Faint, scale));
}

fn entry(page: &mut Page, bits: i64, line: &LedgerLine) {
    let name = format!(" [{}]", line.signal);
    page.wrap(WORDS, &bits_of(bits).plain(&line.text).ink(Ink::Faint, name));
}

fn compared(page: &mut Page, sides: &[(&'static str, &String)]) {
    let sides: Vec<_> = sides.iter().filter(|(_, text)| !text.is_empty()).collect();
    let labelled = |label: &'static str, text: &String| {
        let ink = if label == "seen" { Ink::Plain } else { Ink::Faint };
        Line::new().ink(Ink::Faint, label).column(LABEL).ink(ink, text)
    };
    if page.width() >= WIDE && sides.len() > 1 {
        let each = (page.width() - WORDS) / sides.len();
        let cells: Vec<(usize, Line)> = sides
            .iter()
            .enumerate()
            .map(|(index, (label, text))| (WORDS + index * each, labelled(label, text)))
            .collect();
        page.beside(&cells, LABEL);
        return;
    }
    for (label, text) in sides {
        page.wrap(WORDS + LABEL, &Line::new().gap(WORDS).join(labelled(label, text)));
    }
}

fn events(page: &mut Page, line: &LedgerLine) {
    if let Some(events) = words::events(&line.event_ids) {
        let label = Line::new().gap(WORDS).ink(Ink::Faint, "event").column(WORDS + LABEL);
        page.wrap(WORDS + LABEL, &label.ink(Ink::Faint, events));
    }
}

fn bits_of(tenths: i64) -> Line {
    let ink = if tenths < 0 { Ink::Good } else { Ink::Bad };
    Line::new().ink(ink, format!("{:>+7.1}", tenths as f64 / 10.0)).column(WORDS)
}

fn total(tenths: i64) -> Line {
    Line::new().ink(Ink::Strong, format!("{:>7.1}", tenths as f64 / 10.0)).column(WORDS)
}

/// The ledger, strongest first, each line with its bits in tenths.
fn shown(incident: &Incident) -> Vec<(i64, &LedgerLine)> {
    let bits: Vec<f64> = incident.ledger.iter().map(|line| line.bits).collect();
    let tenths = in_tenths(&bits, incident.score);
    let mut lines: Vec<(i64, &LedgerLine)> = tenths.into_iter().zip(&incident.ledger).collect();
    lines.sort_by(|(_, one), (_, other)| other.bits.total_cmp(&one.bits));
    lines
}

/// Rounds to tenths so that what is printed adds up to the printed score: those that lose most by
/// rounding down are rounded up. Where the sum is not the score, each is rounded for itself and
/// the reader sees it.
fn in_tenths(bits: &[f64], score: f64) -> Vec<i64> {
    let down: Vec<i64> = bits.iter().map(|bits| words::tenths(*bits)).collect();
    let missing = words::tenths(score) - down.iter().sum::<i64>();
    let Some(missing) = usize::try_from(missing).ok().filter(|missing| *missing <= bits.len())
    else {
        return bits.iter().map(|bits| (bits * 10.0).round() as i64).collect();
    };
    let lost = |index: usize| bits[index] * 10.0 - down[index] as f64;
    let mut order: Vec<usize> = (0..bits.len()).collect();
    order.sort_by(|one, other| lost(*other).total_cmp(&lost(*one)).then(one.cmp(other)));
    let mut tenths = down.clone();
    for index in order.into_iter().take(missing) {
        tenths[index] += 1;
    }
    tenths
}

#[cfg(test)]
mod tests {
    use super::in_tenths;

    #[test]
    fn what_is_printed_adds_up() {
        assert_eq!(in_tenths(&[9.04, 8.04], 17.08), [90, 80]);
        assert_eq!(in_tenths(&[9.06, 8.07], 17.13), [90, 81]);
        assert_eq!(in_tenths(&[0.25, 0.25, 0.25, 0.25], 1.0), [3, 3, 2, 2]);
        assert_eq!(in_tenths(&[15.0, -4.0], 11.0), [150, -40]);
        assert_eq!(in_tenths(&[3.33, -1.29], 2.04), [33, -13]);
        assert_eq!(in_tenths(&[], 0.0), [0_i64; 0]);
    }

    #[test]
    fn a_sum_that_is_not_the_score_is_not_papered_over() {
        assert_eq!(in_tenths(&[5.0, 5.0], 14.0), [50, 50]);
        assert_eq!(in_tenths(&[5.0, 5.0], 3.0), [50, 50]);
    }
}
