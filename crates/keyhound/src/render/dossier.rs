//! A dossier as pages for the terminal.

use lake::dossier::{Count, Dossier, Edge, Table};

use super::page::{Line, Page};
use super::safe::Safe;
use super::style::{Ink, Screen};
use super::words;
use crate::shell;

/// So many values of a table are shown; JSON has fifty.
const SHOWN: usize = 10;
/// A text is cut after so many columns.
const WIDEST: usize = 64;

/// The pages.
pub(crate) fn page(dossier: &Dossier, lake: &str, screen: &Screen) -> String {
    let mut page = Page::new(screen.width);
    head(&mut page, dossier);
    if dossier.events > 0 {
        tables(&mut page, dossier);
        hours(&mut page, &dossier.hours);
        history(&mut page, dossier);
        sign_ins(&mut page, dossier);
        pivot(&mut page, dossier);
    }
    edges(&mut page, "Made by", &dossier.made_by);
    edges(&mut page, "Made", &dossier.made);
    incidents(&mut page, dossier);
    page.line(Line::new());
    let ask = format!(
        "its events: keyhound hunt --lake {} {}; the condition of each number: --format json",
        shell::quoted(lake),
        shell::question(&format!("SELECT * FROM events WHERE {}", dossier.condition)),
    );
    page.wrap(2, &Line::new().ink(Ink::Faint, ask.as_str()));
    page.text(screen.colour)
}

fn head(page: &mut Page, dossier: &Dossier) {
    let title = Line::new()
        .ink(Ink::Strong, dossier.subject.name.as_str())
        .gap(1)
        .ink(Ink::Faint, dossier.subject.kind.as_str());
    page.wrap(2, &title);
    let counts = format!(
        "{} on {}: {} succeeded, {} denied, {} failed",
        words::count(dossier.events, "event", "events"),
        words::count(dossier.days, "day", "days"),
        words::grouped(dossier.succeeded),
        words::grouped(dossier.denied),
        words::grouped(dossier.failed),
    );
    page.line(Line::new().plain(counts.as_str()));
    if let (Some(first), Some(last)) = (dossier.first_seen, dossier.last_seen) {
        let period = format!("{} – {} UTC", words::moment(first), words::moment(last));
        page.line(Line::new().plain(period.as_str()));
    }
}

fn heading(page: &mut Page, text: &str) {
    page.line(Line::new());
    page.line(Line::new().ink(Ink::Strong, text));
}

fn tables(page: &mut Page, dossier: &Dossier) {
    let all = [
        ("Principals", &dossier.principals),
        ("Access keys", &dossier.access_keys),
        ("Accounts", &dossier.accounts),
        ("Regions", &dossier.regions),
        ("Networks", &dossier.networks),
        ("Addresses", &dossier.addresses),
        ("Clients", &dossier.clients),
        ("Services", &dossier.services),
        ("Calls", &dossier.actions),
        ("Sensitive calls", &dossier.sensitive),
        ("Errors", &dossier.errors),
    ];
    for (name, table) in all.into_iter().filter(|(_, table)| !table.top.is_empty()) {
        counted(page, name, table);
    }
}

fn counted(page: &mut Page, name: &str, table: &Table) {
    heading(page, &format!("{name} ({})", words::grouped(table.distinct)));
    let width = |of: fn(&Count) -> u64| {
        table.top.iter().take(SHOWN).map(|count| words::grouped(of(count)).len()).max().unwrap_or(1)
    };
    let (events, not) = (width(|count| count.events), width(|count| count.not));
    for count in table.top.iter().take(SHOWN) {
        let number = format!("{:>events$}", words::grouped(count.events));
        let refused = match count.not {
            0 => " ".repeat(not + 7),
            some => format!("{:>not$} not ok", words::grouped(some)),
        };
        let line = Line::new()
            .gap(2)
            .plain(number.as_str())
            .gap(2)
            .ink(Ink::Faint, refused.as_str())
            .gap(2)
            .plain(Safe::within(&count.value, WIDEST));
        page.line(line);
    }
    let further = table.distinct.saturating_sub(SHOWN as u64);
    if further > 0 {
        let more = format!("… and {} more", words::grouped(further));
        page.line(Line::new().gap(2).ink(Ink::Faint, more.as_str()));
    }
}

/// The week: a row for each day, a letter for each hour, darker where more happened.
fn hours(page: &mut Page, hours: &[[u64; 24]; 7]) {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
    let most = hours.iter().flatten().copied().max().unwrap_or(0).max(1);
    heading(page, "Hours of the week (UTC)");
    page.line(Line::new().gap(6).ink(Ink::Faint, "0     6     12    18"));
    for (day, hours) in DAYS.into_iter().zip(hours) {
        let shade = |events: &u64| match *events {
            0 => SHADES[0],
            // A quarter of the busiest hour is one shade.
            some => SHADES[(some * 4).div_ceil(most).min(4) as usize],
        };
        let picture: String = hours.iter().map(shade).collect();
        page.line(Line::new().gap(2).ink(Ink::Faint, day).gap(1).plain(picture.as_str()));
    }
}

fn history(page: &mut Page, dossier: &Dossier) {
    if !dossier.usual.is_empty() {
        heading(page, "Usual");
        for habit in &dossier.usual {
            let days = format!("on {} of {} days", habit.days, habit.of_days);
            let line = Line::new()
                .gap(2)
                .ink(Ink::Faint, habit.dimension)
                .column(11)
                .plain(Safe::within(&habit.value, WIDEST))
                .gap(2)
                .ink(Ink::Faint, days.as_str());
            page.line(line);
        }
    }
    if !dossier.new.is_empty() {
        heading(page, "New, and when");
        for novelty in dossier.new.iter().take(4 * SHOWN) {
            let line = Line::new()
                .gap(2)
                .plain(words::moment(novelty.time).as_str())
                .gap(2)
                .ink(Ink::Faint, novelty.dimension)
                .column(30)
                .plain(Safe::within(&novelty.value, WIDEST))
                .gap(2)
                .ink(Ink::Faint, novelty.event_id.as_str());
            page.line(line);
        }
        let shown = dossier.new.len().min(4 * SHOWN) as u64;
        let further = dossier.new.len() as u64 + dossier.further_new - shown;
        if further > 0 {
            let more = format!("… and {} more", words::grouped(further));
            page.line(Line::new().gap(2).ink(Ink::Faint, more.as_str()));
        }
    }
}

fn sign_ins(page: &mut Page, dossier: &Dossier) {
    if dossier.sign_ins.is_empty() {
        return;
    }
    heading(page, "Sign-ins");
    for sign_in in &dossier.sign_ins {
        let mfa = match sign_in.mfa {
            Some(true) => "with a second factor",
            Some(false) => "without a second factor",
            None => "second factor unknown",
        };
        let what = format!("{} {}, {mfa}", sign_in.action, sign_in.outcome);
        let line = Line::new()
            .gap(2)
            .plain(words::moment(sign_in.time).as_str())
            .gap(2)
            .plain(what.as_str())
            .gap(2)
            .plain(sign_in.address.as_str())
            .gap(1)
            .ink(Ink::Faint, Safe::within(&sign_in.network, WIDEST))
            .gap(1)
            .ink(Ink::Faint, sign_in.event_id.as_str());
        page.wrap(4, &line);
    }
    if dossier.further_sign_ins > 0 {
        let more = format!("… and {} more", words::grouped(dossier.further_sign_ins));
        page.line(Line::new().gap(2).ink(Ink::Faint, more.as_str()));
    }
}

fn pivot(page: &mut Page, dossier: &Dossier) {
    heading(page, "Key, address and call together: succeeded / not");
    for pivot in dossier.pivot.iter().take(2 * SHOWN) {
        let counts = format!("{} / {}", words::grouped(pivot.succeeded), words::grouped(pivot.not));
        let key = if pivot.access_key_id.is_empty() { "no key" } else { &pivot.access_key_id };
        let line = Line::new()
            .gap(2)
            .plain(counts.as_str())
            .column(16)
            .plain(Safe::within(key, 24))
            .column(38)
            .plain(Safe::within(&pivot.address, 24))
            .column(60)
            .plain(Safe::within(&pivot.action, WIDEST));
        page.line(line);
    }
    let shown = dossier.pivot.len().min(2 * SHOWN) as u64;
    let further = dossier.pivot.len() as u64 + dossier.further_pivot - shown;
    if further > 0 {
        let more = format!("… and {} more", words::grouped(further));
        page.line(Line::new().gap(2).ink(Ink::Faint, more.as_str()));
    }
}

fn edges(page: &mut Page, name: &str, edges: &[Edge]) {
    if edges.is_empty() {
        return;
    }
    heading(page, name);
    for edge in edges.iter().take(4 * SHOWN) {
        let made = [&edge.made_key_id, &edge.made_owner].into_iter().find(|made| !made.is_empty());
        let maker = [&edge.maker_key_id, &edge.maker].into_iter().find(|maker| !maker.is_empty());
        let line = Line::new()
            .gap(2 * edge.step as usize)
            .plain(words::moment(edge.time).as_str())
            .gap(2)
            .plain(maker.map_or("nobody named", String::as_str))
            .plain(" → ")
            .plain(edge.made_kind.as_str())
            .gap(1)
            .plain(made.map_or("", String::as_str))
            .gap(1)
            .ink(Ink::Faint, edge.how.as_str())
            .gap(1)
            .ink(Ink::Faint, edge.event_id.as_str());
        page.wrap(2 * edge.step as usize + 2, &line);
    }
    let further = edges.len().saturating_sub(4 * SHOWN) as u64;
    if further > 0 {
        let more = format!("… and {} more", words::grouped(further));
        page.line(Line::new().gap(2).ink(Ink::Faint, more.as_str()));
    }
}

fn incidents(page: &mut Page, dossier: &Dossier) {
    if dossier.incidents.is_empty() {
        return;
    }
    heading(page, "Incidents");
    for incident in &dossier.incidents {
        let line = Line::new()
            .gap(2)
            .plain(incident.id.as_str())
            .gap(2)
            .plain(words::bits(incident.score).as_str())
            .gap(1)
            .ink(Ink::Faint, incident.status.as_str())
            .gap(2)
            .plain(incident.title.as_str());
        page.wrap(4, &line);
    }
}
