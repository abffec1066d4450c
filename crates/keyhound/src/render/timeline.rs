//! "Timeline": the suspicious events, oldest first, with what repeats told once.

use cloudtrail::{Outcome, Time};
use incident::{Act, Incident};

use super::page::{Line, Page};
use super::safe::Safe;
use super::style::Ink;
use super::words;

/// Where the action begins, after time and outcome.
const ACTION: usize = 22;
/// Where a continued line begins.
const HANG: usize = 24;

/// The whole timeline.
pub(crate) fn told(page: &mut Page, incident: &Incident) {
    let rows = folded(&incident.timeline);
    if rows.is_empty() {
        return;
    }
    page.heading("Timeline (UTC)");
    let mut before: Option<&Act> = None;
    for row in &rows {
        let act = row.first;
        if before.is_none_or(|before| before.time.day() != act.time.day()) {
            page.line(Line::new().gap(2).ink(Ink::Faint, words::day(act.time)));
        }
        if before.is_none_or(|before| !same_caller(before, act)) {
            page.wrap(14, &caller(act));
        }
        page.wrap(HANG, &row.line());
        before = Some(act);
    }
    if incident.further_events > 0 {
        let further = words::count(incident.further_events, "further event", "further events");
        page.line(Line::new().gap(2).ink(Ink::Faint, format!("… and {further}")));
    }
}

/// Acts that differ in place and time only.
struct Row<'a> {
    first: &'a Act,
    last: Time,
    times: u64,
    regions: Vec<&'a str>,
    resources: Vec<&'a str>,
}

fn folded(acts: &[Act]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for act in acts {
        match rows.last_mut() {
            Some(row) if row.first.repeated_by(act) => row.add(act),
            _ => rows.push(Row::of(act)),
        }
    }
    rows
}

trait Repeated {
    fn repeated_by(&self, next: &Self) -> bool;
}

impl Repeated for Act {
    fn repeated_by(&self, next: &Self) -> bool {
        self.action == next.action
            && self.outcome == next.outcome
            && self.error == next.error
            && self.time.day() == next.time.day()
            && same_caller(self, next)
    }
}

fn same_caller(one: &Act, other: &Act) -> bool {
    one.principal == other.principal
        && one.access_key == other.access_key
        && one.source == other.source
        && one.client == other.client
}

impl<'a> Row<'a> {
    fn of(act: &'a Act) -> Self {
        let mut row = Self {
            first: act,
            last: act.time,
            times: 0,
            regions: Vec::new(),
            resources: Vec::new(),
        };
        row.add(act);
        row
    }

    fn add(&mut self, act: &'a Act) {
        self.times += 1;
        self.last = self.last.max(act.time);
        for (values, value) in
            [(&mut self.regions, &act.region), (&mut self.resources, &act.resource)]
        {
            if !value.is_empty() && !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
    }

    fn line(&self) -> Line {
        let act = self.first;
        let (word, ink) = match act.outcome {
            Outcome::Success => ("done", Ink::Plain),
            Outcome::Denied => ("refused", Ink::Warn),
            Outcome::Failed => ("failed", Ink::Faint),
        };
        let mut line = Line::new()
            .gap(2)
            .ink(Ink::Faint, words::clock(act.time))
            .column(12)
            .ink(ink, word)
            .column(ACTION)
            .ink(
                if act.outcome == Outcome::Success { Ink::Strong } else { Ink::Plain },
                Safe::within(&act.action, 80),
            );
        if self.times > 1 {
            line = line.plain(format!(" × {}", words::grouped(self.times)));
            let span = self.last.seconds_since(act.time);
            if span > 0 {
                line = line.ink(Ink::Faint, format!(" in {}", words::duration(span)));
            }
        }
        if !act.error.is_empty() {
            line = line.plain("  ").ink(ink, Safe::within(&act.error, 60));
        }
        match self.resources.as_slice() {
            [] => {}
            [only] => line = line.plain("  ").plain(Safe::ends(only, 100)),
            [first, others @ ..] => {
                let more = format!(" and {} more", words::grouped(others.len() as u64));
                line = line.plain("  ").plain(Safe::ends(first, 100)).ink(Ink::Faint, more);
            }
        }
        match self.regions.as_slice() {
            [] => line,
            [only] => line.plain("  ").ink(Ink::Faint, Safe::within(only, 40)),
            several => line.plain("  ").ink(Ink::Faint, format!("{} regions", several.len())),
        }
    }
}

/// Who acts from here on.
fn caller(act: &Act) -> Line {
    let key = act.access_key.as_ref().map_or("", |key| key.as_str());
    let mut line = Line::new().gap(12);
    let parts =
        [("", key), ("of ", &*act.principal), ("from ", &*act.source), ("with ", &*act.client)];
    for (word, value) in parts {
        if !value.is_empty() {
            line = line.ink(Ink::Faint, word).ink(Ink::Guide, Safe::within(value, 120)).plain(" ");
        }
    }
    line
}
