//! The investigation for the terminal: the questions, the rings, what to do about the resources.

use std::fmt::Write;

use cloudtrail::AccessKeyId;
use incident::Incident;
use incident::investigation::{
    Case, Changed, Found, Investigation, Modified, Question, Reach, Session, Stage, Standing,
};

use super::page::{Line, Page};
use super::safe::Safe;
use super::style::Ink;
use super::words;

/// So many things of one sort are shown; the rest is counted.
const SHOWN: usize = 8;
/// Names and details that are longer are cut.
const COLUMNS: usize = 120;
/// Questions that the rest of the card answers.
const SAID: [&str; 7] = [
    "credential-type",
    "how-detected",
    "since-when",
    "permissions",
    "everything-done",
    "addresses-and-clients",
    "refused",
];

/// Everything that the investigation found.
pub(crate) fn told(page: &mut Page, incident: &Incident) {
    let investigation = &incident.investigation;
    questions(page, investigation, Stage::Triage, "Investigation: the first questions");
    questions(page, investigation, Stage::Scope, "Investigation: how far it goes");
    changed(page, investigation);
    sessions(page, investigation);
    touched(page, investigation);
    reachable(page, investigation);
    resolution(page, investigation);
}

fn questions(page: &mut Page, investigation: &Investigation, stage: Stage, heading: &'static str) {
    let here =
        |question: &&Question| question.stage == stage && !SAID.contains(&question.id.as_str());
    let asked: Vec<_> = investigation.questions.iter().filter(here).collect();
    // What was asked and is not so, is said in one line.
    let (no, told): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|question| question.found == Found::No);
    if no.is_empty() && told.is_empty() {
        return;
    }
    page.heading(heading);
    for question in told {
        let ink = match question.found {
            Found::Yes => Ink::Bad,
            Found::Unknown => Ink::Warn,
            Found::No | Found::Told => Ink::Plain,
        };
        let answer = Safe::within(&question.answer, 4 * COLUMNS);
        let line = Line::new().gap(2).ink(Ink::Faint, question.text.as_str());
        page.wrap(4, &line.plain(" ").ink(ink, answer).ink(Ink::Faint, cited(question)));
    }
    if !no.is_empty() {
        let asked: Vec<&str> = no.iter().map(|question| question.text.as_str()).collect();
        page.wrap(4, &Line::new().gap(2).ink(Ink::Faint, "No: ").plain(asked.join(" ")));
    }
}

/// The beginning of the first event's id and the number of the others; the whole ids stand in the
/// other formats.
fn cited(question: &Question) -> String {
    const SHORT: usize = 8;
    let Some(first) = question.event_ids.first() else { return String::new() };
    let first: String = first.to_string().chars().take(SHORT).collect();
    let further = question.event_ids.len() as u64 - 1 + question.further_events;
    let more = if further > 0 { format!(" and {further} more") } else { String::new() };
    format!(" [{first}…{more}]")
}

fn further(page: &mut Page, shown: usize, all: usize, beyond: u64) {
    let more = all.saturating_sub(shown) as u64 + beyond;
    if more > 0 {
        page.line(Line::new().gap(4).ink(Ink::Faint, format!("… and {more} more")));
    }
}

fn changed(page: &mut Page, investigation: &Investigation) {
    let radius = &investigation.radius;
    if radius.changed.is_empty() {
        return;
    }
    page.heading("Made or changed");
    // Ways in first: they are what must be removed.
    let (ways, others): (Vec<&Changed>, Vec<&Changed>) =
        radius.changed.iter().partition(|one| one.way_in);
    let all: Vec<&Changed> = ways.into_iter().chain(others).collect();
    for one in all.iter().take(2 * SHOWN) {
        let mut line = Line::new()
            .gap(2)
            .ink(if one.way_in { Ink::Bad } else { Ink::Plain }, format!("{} ", one.kind))
            .plain(Safe::within(&one.name, COLUMNS))
            .plain(format!(" {}", one.how.in_words()));
        if !one.detail.is_empty() {
            line = line.plain(" (").plain(Safe::within(&one.detail, COLUMNS)).plain(")");
        }
        let standing = match one.standing {
            _ if one.is_undone() => ", gone since",
            Standing::Stands => ", still there",
            _ => "",
        };
        line = line.plain(standing).ink(Ink::Faint, format!("  {}", words::moment(one.time)));
        page.wrap(4, &line);
    }
    further(page, 2 * SHOWN, all.len(), radius.further_changed);
}

fn sessions(page: &mut Page, investigation: &Investigation) {
    let radius = &investigation.radius;
    if radius.sessions.is_empty() {
        return;
    }
    page.heading("Sessions");
    let (alive, over): (Vec<&Session>, Vec<&Session>) =
        radius.sessions.iter().partition(|one| one.standing == Standing::Stands);
    for one in alive.iter().take(SHOWN) {
        let key = one.access_key_id.as_ref().map_or("without a key", AccessKeyId::as_str);
        let at = if one.end_is_told { "until" } else { "at the longest until" };
        let line = Line::new()
            .gap(2)
            .ink(Ink::Bad, format!("{} ", one.kind))
            .plain(Safe::within(key, COLUMNS))
            .plain(" as ")
            .plain(Safe::within(&one.acts_as, COLUMNS))
            .plain(format!(", {at} {}; ", words::moment(one.ends)))
            .ink(Ink::Faint, "stopped by ")
            .plain(one.stopped_by.as_str());
        page.wrap(4, &line);
    }
    further(page, SHOWN, alive.len(), radius.further_sessions);
    if let Some(last) = over.iter().map(|one| one.ends).max() {
        let text = format!(
            "{} that ran out, the last one at {}",
            words::count(over.len() as u64, "session", "sessions"),
            words::moment(last)
        );
        page.wrap(4, &Line::new().gap(2).ink(Ink::Faint, text));
    }
}

fn touched(page: &mut Page, investigation: &Investigation) {
    let radius = &investigation.radius;
    if radius.touched.is_empty() && radius.listed.is_empty() {
        return;
    }
    page.heading("Read or listed");
    for one in radius.touched.iter().take(SHOWN) {
        let calls = words::count(one.calls, "call", "calls");
        let line = Line::new()
            .gap(2)
            .plain(Safe::within(&one.name, COLUMNS))
            .ink(Ink::Faint, format!("  {}, {calls}: ", one.access))
            .ink(Ink::Faint, Safe::within(&one.actions.join(", "), COLUMNS).as_str());
        page.wrap(4, &line);
    }
    further(page, SHOWN, radius.touched.len(), radius.further_touched);
    if !radius.listed.is_empty() {
        let names: Vec<&str> =
            radius.listed.iter().take(2 * SHOWN).map(|one| one.action.as_str()).collect();
        page.wrap(
            4,
            &Line::new()
                .gap(2)
                .ink(Ink::Faint, "without a name: ")
                .plain(Safe::within(&names.join(", "), 3 * COLUMNS).as_str()),
        );
    }
}

fn reachable(page: &mut Page, investigation: &Investigation) {
    let reachable = &investigation.radius.reachable;
    if reachable.why.is_empty() {
        return;
    }
    page.heading("Reachable");
    if !reachable.known {
        page.wrap(4, &Line::new().gap(2).ink(Ink::Warn, "Unknown: ").plain(reachable.why.as_str()));
        return;
    }
    for one in reachable.identities.iter().take(SHOWN) {
        reach(page, one);
    }
    further(page, SHOWN, reachable.identities.len(), 0);
}

fn reach(page: &mut Page, one: &Reach) {
    let line = Line::new().gap(2).plain(one.principal.as_str());
    if one.everything {
        page.wrap(4, &line.ink(Ink::Bad, " may do everything"));
    } else {
        page.wrap(
            4,
            &line.plain(format!(
                " may act in {}",
                words::count(one.services.len() as u64, "service", "services")
            )),
        );
        for service in one.services.iter().take(SHOWN) {
            let told: Vec<String> = service
                .levels()
                .into_iter()
                .filter(|(_, level)| level.reached() > 0)
                .map(|(name, level)| {
                    let some = if level.limited > 0 {
                        format!(", {} of them on some things", level.limited)
                    } else {
                        String::new()
                    };
                    format!("{name} {}/{}{some}", level.reached(), level.of)
                })
                .collect();
            let line = Line::new().gap(4).plain(service.service.as_str()).column(22);
            page.wrap(22, &line.plain(told.join(", ")));
        }
        further(page, SHOWN, one.services.len(), 0);
    }
    for (label, texts) in
        [("roles", &one.roles), ("ways to more rights", &one.escalations), ("note", &one.notes)]
    {
        if !texts.is_empty() {
            let (shown, more) = words::first_few(texts, SHOWN);
            let mut text = shown.join(", ");
            if more > 0 {
                let _ = write!(text, " and {more} more");
            }
            page.wrap(6, &Line::new().gap(4).ink(Ink::Faint, format!("{label}: ")).plain(text));
        }
    }
}

fn resolution(page: &mut Page, investigation: &Investigation) {
    let resolution = &investigation.resolution;
    if resolution.from.is_empty() {
        return;
    }
    page.heading("Resources");
    let case = match resolution.case {
        Case::ReadAndWrite => "It reads and writes: switch the key off, never delete it.",
        Case::PublicRead => "It reads what is public anyway: rotate the key.",
        Case::Write => "It writes: check what was written, restore it, switch the key off.",
        Case::Unknown => "Not known: act as if it reads and writes, switch the key off.",
    };
    let because = format!(" ({})", resolution.because);
    page.wrap(4, &Line::new().gap(2).plain(case).ink(Ink::Faint, because));
    for one in resolution.modified.iter().take(SHOWN) {
        modified(page, one);
    }
    further(page, SHOWN, resolution.modified.len(), resolution.further_modified);
}

fn modified(page: &mut Page, one: &Modified) {
    let version = match (&one.version, one.delete_marker) {
        (Some(version), true) => format!(", delete marker {version}"),
        (Some(version), false) => format!(", version {version}"),
        _ => String::new(),
    };
    let line = Line::new()
        .gap(2)
        .plain(Safe::within(&one.name, COLUMNS))
        .ink(Ink::Faint, Safe::within(&format!("  {}{version}: ", one.action), COLUMNS).as_str())
        .plain(one.restore.as_str());
    page.wrap(4, &line);
}
