//! Verdicts in words: what was said, and what follows from it.

use std::path::Path;

use detect::EvidenceGroup;
use incident::feedback::{Decision, Feedback, NEEDED, Tally, Verdict};

use super::page::{Line, Page};
use super::safe::Safe;
use super::style::{Ink, Screen};
use super::table::Table;
use super::words;

/// What an incident was.
pub(crate) const fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Benign => "benign",
        Decision::Test => "a test",
        Decision::Theft => "a theft",
    }
}

/// What was said of an incident, when, by whom and why.
pub(crate) fn said(verdict: &Verdict) -> Line {
    let mut line = Line::new()
        .ink(Ink::Strong, decision(verdict.verdict))
        .plain(format!(", said on {}", words::day(verdict.given)));
    if !verdict.by.is_empty() {
        line = line.plain(" by ").plain(&verdict.by);
    }
    if !verdict.reason.is_empty() {
        line = line.plain(": ").plain(&verdict.reason);
    }
    line
}

/// What a verdict means for what is learned.
pub(crate) fn consequence(verdict: &Verdict) -> String {
    let episodes = words::count(verdict.episodes.len() as u64, "episode", "episodes");
    match verdict.verdict {
        Decision::Benign => format!("The next scan learns what {episodes} of it showed."),
        Decision::Test | Decision::Theft => {
            format!("What {episodes} of it showed is never learned.")
        }
    }
}

/// How far verdicts have come towards moving weights.
pub(crate) fn progress(tally: &Tally) -> String {
    let Tally { thefts, benign, tests, .. } = tally;
    format!(
        "verdicts in force: {benign} benign, {}, {}; {NEEDED} benign ones begin to weaken what misled, \
         {NEEDED} thefts to strengthen what told the truth",
        words::count(*thefts as u64, "theft", "thefts"),
        words::count(*tests as u64, "test", "tests"),
    )
}

/// All verdicts in force, the last given first, and what they teach.
pub(crate) fn list(page: &mut Page, feedback: &Feedback, path: &Path, screen: Screen) {
    if feedback.verdicts.is_empty() {
        page.wrap(2, &Line::new().plain(format!("no verdict in {}", path.display())));
        return;
    }
    let mut verdicts: Vec<&Verdict> = feedback.verdicts.values().collect();
    verdicts.sort_by(|a, b| b.given.cmp(&a.given).then_with(|| a.incident.cmp(&b.incident)));
    let mut table =
        Table::new(vec!["given", "incident", "verdict", "bits", "by", "reason, or what it was"]);
    for verdict in verdicts {
        let text = if verdict.reason.is_empty() { &verdict.title } else { &verdict.reason };
        table.row(vec![
            words::day(verdict.given),
            verdict.incident.clone(),
            verdict.verdict.as_str().to_owned(),
            format!("{:.1}", words::tenths(verdict.score) as f64 / 10.0),
            Safe::within(&verdict.by, 20).as_str().to_owned(),
            Safe::within(text, 100).as_str().to_owned(),
        ]);
    }
    table.set(page, screen.terminal);
    page.blank();
    page.wrap(0, &Line::new().ink(Ink::Faint, progress(&feedback.tally)));
    groups(page, &feedback.tally);
}

/// What verdicts have made of each group of evidence they spoke of.
fn groups(page: &mut Page, tally: &Tally) {
    page.heading("Evidence");
    let mut table = Table::new(vec!["counts", "thefts", "benign", "group"]);
    for group in EvidenceGroup::ALL {
        if let Some((thefts, benign)) = tally.shares.get(&group) {
            table.row(vec![
                format!("{:.2}", tally.factor(group)),
                format!("{thefts:.1}"),
                format!("{benign:.1}"),
                group.as_str().to_owned(),
            ]);
        }
    }
    table.set(page, false);
    let note = "counts: the factor on bits that speak for theft; thefts, benign: the group's shares in \
                the evidence of such incidents, summed";
    page.wrap(0, &Line::new().ink(Ink::Faint, note));
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Feedback, Page, Screen, Verdict, list};
    use crate::render::sample;

    #[test]
    fn what_a_verdict_says_moves_no_cursor() {
        let hostile = "\u{1b}[2J\u{202e}x\nno";
        let verdict = Verdict {
            reason: hostile.into(),
            by: hostile.into(),
            ..Verdict::on(
                &sample::theft(),
                incident::feedback::Decision::Benign,
                cloudtrail::Time::from_seconds(1_790_000_000),
                detect::Weights::shipped(),
            )
        };
        let mut page = Page::new(100);
        list(
            &mut page,
            &Feedback::of([verdict]),
            Path::new("v.ndjson"),
            Screen { width: 100, colour: false, terminal: false },
        );
        let text = page.text(false);
        assert!(text.contains("inc-4f1c09ab77e2") && text.contains(r"\u{1b}[2J"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}
