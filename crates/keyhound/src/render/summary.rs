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
    page.wrap(0, &found.plain(format!(" in {}.", scanned.looked_at().in_words())));
    if scanned.excepted > 0 {
        let hidden = words::count(scanned.excepted, "incident is", "incidents are");
        page.wrap(0, &Line::new().ink(Ink::Warn, format!("{hidden} hidden by your exceptions.")));
    }
}

fn number(scanned: &Scanned, status: Status) -> u64 {
    scanned.incidents.iter().filter(|incident| incident.status == status).count() as u64
}
