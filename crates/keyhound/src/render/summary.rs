//! The last lines of a scan: how many incidents, in what, and what was not checked.

use incident::{Incident, Status};

use super::card::{self, Telling};
use super::page::{Line, Page};
use super::style::Ink;
use super::words;
use crate::engine::Scanned;

/// The incidents that are only watched, one line each, and how to see more.
pub(crate) fn watched(page: &mut Page, incidents: &[Incident], telling: Telling<'_>) {
    let watched: Vec<_> = incidents.iter().filter(|one| one.status == Status::Watch).collect();
    let Some(first) = watched.first() else { return };
    page.heading("Watched, not alerted");
    for incident in &watched {
        card::watched(page, incident);
    }
    card::hint(page, "More", first, telling);
}

/// What was found and what was looked at.
pub(crate) fn told(page: &mut Page, scanned: &Scanned) {
    card::unchecked(page, &scanned.coverage);
    page.blank();
    let alerts = number(scanned, Status::Alert);
    let watched = number(scanned, Status::Watch);
    let found = match (alerts, watched) {
        (0, 0) => Line::new().ink(Ink::Good, "No sign of a stolen credential"),
        (0, _) => Line::new()
            .ink(Ink::Good, "No alert")
            .plain(", ")
            .ink(Ink::Warn, format!("{} watched", words::grouped(watched))),
        (_, 0) => Line::new().ink(Ink::Alarm, words::count(alerts, "alert", "alerts")),
        _ => Line::new()
            .ink(Ink::Alarm, words::count(alerts, "alert", "alerts"))
            .plain(", ")
            .ink(Ink::Warn, format!("{} watched", words::grouped(watched))),
    };
    page.wrap(0, &found.plain(format!(" in {}.", looked_at(scanned))));
    if scanned.excepted > 0 {
        let hidden = words::count(scanned.excepted, "incident is", "incidents are");
        page.wrap(0, &Line::new().ink(Ink::Warn, format!("{hidden} hidden by your exceptions.")));
    }
}

fn number(scanned: &Scanned, status: Status) -> u64 {
    scanned.incidents.iter().filter(|incident| incident.status == status).count() as u64
}

/// `1,204 events of 12 principals in 2 accounts, 2026-10-01 to 2026-11-20 (51 days)`.
fn looked_at(scanned: &Scanned) -> String {
    let count = |number, before, one, many| match number {
        0 => String::new(),
        _ => format!("{before}{}", words::count(number, one, many)),
    };
    let events = words::count(scanned.books.accepted, "event", "events");
    let principals = count(scanned.principals, " of ", "principal", "principals");
    let accounts = count(scanned.accounts, " in ", "account", "accounts");
    let period = scanned.period.map(|(first, last)| {
        let days = (last.day() - first.day() + 1).unsigned_abs();
        let days = words::count(days, "day", "days");
        if first.day() == last.day() {
            format!(", {} ({days})", words::day(first))
        } else {
            format!(", {} to {} ({days})", words::day(first), words::day(last))
        }
    });
    format!("{events}{principals}{accounts}{}", period.unwrap_or_default())
}
