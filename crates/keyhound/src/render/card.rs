//! The incident card: what happened in the first lines, why we think so in the next, and what was
//! not looked at before anybody acts on it.

use cloudtrail::{KeyKind, Outcome};
use incident::feedback::Feedback;
use incident::{Incident, Severity, Status};

use super::page::{Line, Page};
use super::safe::Safe;
use super::style::Ink;
use super::{hypotheses, investigation, ledger, lineage, next, timeline, verdicts, words};
use crate::config::{Pattern, Settings};

/// Where the values of the facts begin.
const VALUES: usize = 12;
/// How many values of a kind `scan` shows; `explain` shows [`MANY`].
const FEW: usize = 3;
const MANY: usize = 25;

/// What a card says beside its incident.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling<'a> {
    /// Names of accounts, thresholds, the base rate of thefts.
    pub(crate) settings: &'a Settings,
    /// What was said of incidents before.
    pub(crate) verdicts: &'a Feedback,
    /// The paths and filters of this run as they are typed after `keyhound explain ID`.
    pub(crate) input: &'a str,
}

/// The card that `scan` shows for an alert.
pub(crate) fn compact(page: &mut Page, incident: &Incident, telling: Telling<'_>) {
    headline(page, incident, telling);
    facts(page, incident, telling, FEW);
    ledger::strongest(page, incident);
    hypotheses::tally(page, incident);
    page.blank();
    hint(page, "More", incident, telling);
}

/// The card that `explain` shows.
pub(crate) fn full(page: &mut Page, incident: &Incident, telling: Telling<'_>) {
    headline(page, incident, telling);
    facts(page, incident, telling, MANY);
    ledger::whole(page, incident, &telling.settings.thresholds);
    hypotheses::tested(page, incident);
    investigation::told(page, incident);
    timeline::told(page, incident);
    lineage::tree(page, &incident.lineage);
    unchecked(page, &incident.coverage);
    next::steps(page, incident, telling.input);
}

/// One line for an incident that is only watched.
pub(crate) fn watched(page: &mut Page, incident: &Incident) {
    let line = Line::new()
        .gap(2)
        .ink(Ink::Warn, words::bits(incident.score))
        .column(13)
        .ink(Ink::Faint, incident.id.as_str())
        .column(31)
        .plain(incident.title.as_str());
    page.wrap(31, &line);
}

/// Tells how to see all of an incident.
pub(crate) fn hint(
    page: &mut Page,
    label: &'static str,
    incident: &Incident,
    telling: Telling<'_>,
) {
    let command = format!("keyhound explain {} {}", incident.id, telling.input);
    let line = Line::new().gap(2).ink(Ink::Faint, label).column(VALUES);
    // Never wrapped: it is there to be copied.
    page.line(line.ink(Ink::Guide, command));
}

/// A list of what was not checked, with a heading.
pub(crate) fn unchecked(page: &mut Page, coverage: &[String]) {
    if coverage.is_empty() {
        return;
    }
    page.heading("Not checked");
    for gap in coverage {
        page.wrap(4, &Line::new().plain("  - ").plain(gap));
    }
}

fn headline(page: &mut Page, incident: &Incident, telling: Telling<'_>) {
    page.blank();
    let (word, ink) = match incident.status {
        Status::Alert => ("ALERT", Ink::Alarm),
        Status::Watch => ("WATCH", Ink::Warn),
    };
    let rate = words::grouped(telling.settings.key_weeks_per_theft);
    let line = Line::new()
        .ink(ink, word)
        .plain("  ")
        .ink(severity_ink(incident.severity), severity_word(incident.severity))
        .plain("  ")
        .ink(Ink::Strong, words::bits(incident.score))
        .plain(format!(
            ", {} at one theft per {rate} key-weeks",
            words::chance(incident.probability)
        ));
    page.wrap(7, &line);
    page.wrap(0, &Line::new().ink(Ink::Strong, incident.title.as_str()));
    page.blank();
}

const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

const fn severity_ink(severity: Severity) -> Ink {
    match severity {
        Severity::Low => Ink::Plain,
        Severity::Medium => Ink::Warn,
        Severity::High => Ink::Bad,
        Severity::Critical => Ink::Alarm,
    }
}

fn facts(page: &mut Page, incident: &Incident, telling: Telling<'_>, most: usize) {
    fact(page, "Incident", &[Line::new().plain(incident.id.as_str())]);
    if let Some(verdict) = telling.verdicts.verdicts.get(&incident.id) {
        fact(page, "Verdict", &[verdicts::said(verdict)]);
    }
    fact(page, "Since", &[since(incident)]);
    fact(page, "Detected", &[detected(incident, telling)]);
    fact(page, "Keys", &listed(&keys(incident), most));
    fact(page, "Who", &listed(&who(incident, telling.settings), most));
    fact(page, "Account", &listed(&accounts(incident, telling.settings), most));
    fact(page, "From", &listed(&incident.networks, most));
    fact(page, "With", &listed(&incident.clients, most));
    fact(page, "Did", &done(incident));
    fact(page, "Made", &listed(&incident.created, most));
    if most > FEW {
        fact(page, "Touched", &listed(&incident.resources, most));
    }
    let attack =
        [&incident.tactics[..], if most > FEW { &incident.techniques } else { &[] }].concat();
    if !attack.is_empty() {
        fact(page, "ATT&CK", &[Line::new().plain(attack.join(", "))]);
    }
}

/// A label and its values, one below the other; nothing where there are none.
fn fact(page: &mut Page, label: &'static str, values: &[Line]) {
    for (index, value) in values.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let line = Line::new().gap(2).ink(Ink::Faint, label);
        page.wrap(VALUES, &line.column(VALUES).join(value.clone()));
    }
}

fn listed(values: &[String], most: usize) -> Vec<Line> {
    let (shown, further) = words::first_few(values, most);
    let mut lines: Vec<Line> = shown.iter().map(|value| Line::new().plain(value)).collect();
    if further > 0 {
        lines.push(Line::new().ink(Ink::Faint, format!("… and {further} more")));
    }
    lines
}

fn since(incident: &Incident) -> Line {
    let (first, last) = (incident.first_seen, incident.last_seen);
    let mut text = words::moment(first);
    if last > first {
        text += " to ";
        text += &if first.day() == last.day() { words::clock(last) } else { words::moment(last) };
        text += " UTC, ";
        text += &words::duration(last.seconds_since(first));
    } else {
        text += " UTC, one moment";
    }
    Line::new().plain(text)
}

fn detected(incident: &Incident, telling: Telling<'_>) -> Line {
    let Some(time) = incident.detected_at else {
        let alert = telling.settings.thresholds.alert_for(incident.kind);
        return Line::new().plain(format!("not as an alert: that begins at {alert:.1} bits"));
    };
    let delay = time.seconds_since(incident.first_seen);
    let after = if delay <= 0 {
        "with the first suspicious event".to_owned()
    } else {
        format!("{} after the first suspicious event", words::duration(delay))
    };
    Line::new().plain(format!("{} UTC, {after}", words::moment(time)))
}

fn keys(incident: &Incident) -> Vec<String> {
    let kind = |kind| match kind {
        KeyKind::LongTerm => " (long-term)",
        KeyKind::Temporary => " (temporary)",
        KeyKind::Other => "",
    };
    let root = incident.root_access_key_id.as_ref();
    let others = incident.access_key_ids.iter().filter(|key| Some(*key) != root);
    let mut keys: Vec<String> = others.map(|key| format!("{key}{}", kind(key.kind()))).collect();
    if let Some(root) = root {
        let first = if keys.is_empty() { "" } else { ", stolen first" };
        keys.insert(0, format!("{root}{}{first}", kind(root.kind())));
    }
    keys
}

/// The principals, with what the user has said of them.
fn who(incident: &Incident, settings: &Settings) -> Vec<String> {
    let told = |principal: &String| {
        let is = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(principal));
        if is(&settings.break_glass) {
            format!("{principal} (break-glass)")
        } else if is(&settings.scanners) {
            format!("{principal} (scanner)")
        } else {
            principal.clone()
        }
    };
    incident.principals.iter().map(told).collect()
}

fn accounts(incident: &Incident, settings: &Settings) -> Vec<String> {
    let named = |account: &cloudtrail::AccountId| match settings.account(*account) {
        Some(known) => {
            let production = if known.production { ", production" } else { "" };
            format!("{account} ({}{production})", known.name)
        }
        None => account.to_string(),
    };
    incident.account_ids.iter().map(named).collect()
}

/// How many calls, how they ended, and the worst of those that succeeded.
fn done(incident: &Incident) -> Vec<Line> {
    let told = &incident.timeline;
    let all = incident.event_ids.len().max(told.len()) as u64;
    let calls = words::count(all, "suspicious call", "suspicious calls");
    if told.is_empty() {
        return vec![Line::new().plain(calls)];
    }
    let ended = |outcome| told.iter().filter(|act| act.outcome == outcome).count() as u64;
    let ends: Vec<String> = [
        (ended(Outcome::Success), "succeeded"),
        (ended(Outcome::Denied), "refused"),
        (ended(Outcome::Failed), "failed"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{} {word}", words::grouped(number)))
    .collect();
    let of = match incident.further_events {
        0 => String::new(),
        _ => format!("; of the first {}", words::grouped(told.len() as u64)),
    };
    let mut lines = vec![Line::new().plain(format!("{calls}{of}: {}", ends.join(", ")))];
    let worst = report::worst(told);
    if !worst.is_empty() {
        let safe = worst.iter().map(|action| Safe::within(action, 60).as_str().to_owned());
        let names: Vec<String> = safe.collect();
        lines.push(Line::new().ink(Ink::Bad, names.join(", ")).plain(" succeeded"));
    }
    lines
}
