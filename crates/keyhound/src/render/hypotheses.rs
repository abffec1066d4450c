//! "Why this might be just fine": each innocent explanation with what the events say of it.

use incident::{Hypothesis, Incident, Verdict};

use super::page::{Line, Page};
use super::style::Ink;
use super::words;

/// Where the words begin, after the verdict.
const WORDS: usize = 18;

/// Each explanation: those that hold first, then those that nobody could decide.
pub(crate) fn tested(page: &mut Page, incident: &Incident) {
    if incident.hypotheses.is_empty() {
        return;
    }
    page.heading("Why this might be just fine");
    for verdict in [Verdict::Supported, Verdict::Unknown, Verdict::Contradicted] {
        for hypothesis in incident.hypotheses.iter().filter(|one| one.verdict == verdict) {
            entry(page, hypothesis);
        }
    }
}

/// All of them in one line.
pub(crate) fn tally(page: &mut Page, incident: &Incident) {
    let names = |verdict| {
        let of = incident.hypotheses.iter().filter(move |one| one.verdict == verdict);
        of.map(|one| spaced(&one.name)).collect::<Vec<_>>()
    };
    let (supported, unknown) = (names(Verdict::Supported), names(Verdict::Unknown));
    let contradicted = names(Verdict::Contradicted).len();
    if incident.hypotheses.is_empty() {
        return;
    }
    page.heading("Why this might be just fine");
    if supported.is_empty() {
        let text = format!("no innocent explanation holds; {contradicted} are contradicted");
        page.wrap(4, &mark(Verdict::Contradicted).plain(text));
    } else {
        page.wrap(4, &mark(Verdict::Supported).plain(supported.join(", ")));
        if contradicted > 0 {
            let line = mark(Verdict::Contradicted);
            page.wrap(4, &line.plain(format!("{contradicted} others are contradicted")));
        }
    }
    if !unknown.is_empty() {
        page.wrap(4, &mark(Verdict::Unknown).plain("not known: ").plain(unknown.join(", ")));
    }
}

fn entry(page: &mut Page, hypothesis: &Hypothesis) {
    let word = match hypothesis.verdict {
        Verdict::Supported => "supported",
        Verdict::Contradicted => "contradicted",
        Verdict::Unknown => "unknown",
    };
    let mut line = mark(hypothesis.verdict)
        .ink(Ink::Faint, word)
        .column(WORDS)
        .ink(Ink::Strong, spaced(&hypothesis.name))
        .plain(": ")
        .plain(&hypothesis.text);
    if hypothesis.bits < -0.049 {
        line = line.ink(Ink::Good, format!(" ({:+.1} bits)", hypothesis.bits));
    }
    page.wrap(WORDS, &line);
    if let Some(events) = words::events(&hypothesis.event_ids) {
        let line = Line::new().gap(WORDS).ink(Ink::Faint, format!("event {events}"));
        page.wrap(WORDS, &line);
    }
}

fn mark(verdict: Verdict) -> Line {
    let (ink, mark) = match verdict {
        Verdict::Supported => (Ink::Good, "✓"),
        Verdict::Contradicted => (Ink::Bad, "✗"),
        Verdict::Unknown => (Ink::Warn, "?"),
    };
    Line::new().gap(2).ink(ink, mark).gap(1)
}

/// `key-rotation` as it is read: `key rotation`.
fn spaced(name: &str) -> String {
    name.replace('-', " ")
}
