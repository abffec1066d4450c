//! "Details": why, when, who, what, where.

use incident::Incident;

use super::{Markup, Telling};
use crate::facts;

/// The five questions.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, report } = telling;
    page.section(&anchors.section("details"), "Details", "");
    page.raw("<div class=\"card\"><dl class=\"pairs\">\n<dt>Why</dt><dd>");
    page.text(&incident.title).raw(".");
    chips(page, &incident.tactics, "ATT&CK tactics");
    chips(page, &incident.techniques, "ATT&CK techniques");
    page.raw("</dd>\n<dt>When</dt><dd>").text(&facts::span(incident)).raw(", ");
    page.text(&facts::length(incident)).raw(". First event: ");
    anchors.links(page, std::slice::from_ref(&incident.first_event_id), 0);
    let alert = report.setting.alert_for(incident.kind);
    page.raw(". Detected ").text(&facts::detected(incident, alert)).raw(".</dd>\n<dt>Who</dt><dd>");
    for principal in &incident.principals {
        listed(page, principal);
    }
    for key in &incident.access_key_ids {
        let kind = facts::kind_of(key);
        let first =
            if incident.root_access_key_id.as_ref() == Some(key) { ", stolen first" } else { "" };
        page.raw("<span>")
            .element("code", key.as_str())
            .text(&format!(" {kind}{first}"))
            .raw("</span>");
    }
    page.raw("</dd>\n<dt>What</dt><dd>").text(&facts::done(incident)).raw(".");
    tried(page, incident);
    page.raw("</dd>\n<dt>Where</dt><dd>");
    for network in &incident.networks {
        listed(page, network);
    }
    page.raw("<span>with ").text(&incident.clients.join(", ")).raw("</span><span>in ");
    let accounts: Vec<String> =
        incident.account_ids.iter().map(|account| report.setting.account(*account)).collect();
    page.text(&format!("account {}", accounts.join(", "))).raw("</span><span>");
    page.text(&regions(incident)).raw("</span></dd>\n</dl></div></section>\n");
}

/// A value on a line of its own.
fn listed(page: &mut Markup, value: &str) {
    page.raw("<span>").element("code", value).raw("</span>");
}

fn chips(page: &mut Markup, values: &[String], label: &'static str) {
    if values.is_empty() {
        return;
    }
    page.raw("<ul class=\"chips\"").attribute("aria-label", label).raw(">");
    for value in values {
        page.element("li", value);
    }
    page.raw("</ul>");
}

/// How often what was tried, and how often it succeeded.
fn tried(page: &mut Markup, incident: &Incident) {
    const MOST: usize = 12;
    let tried = &incident.investigation.tried;
    if tried.is_empty() {
        return;
    }
    page.raw("<ul class=\"chips\" aria-label=\"Calls\">");
    for one in tried.iter().take(MOST) {
        page.raw("<li>").within(&one.action, 60);
        page.text(&format!(" {} of {} succeeded", one.succeeded, one.tried)).raw("</li>");
    }
    let further = tried.len().saturating_sub(MOST) as u64 + incident.investigation.further_actions;
    if further > 0 {
        page.raw("<li>").text(&format!("{further} further actions")).raw("</li>");
    }
    page.raw("</ul>");
}

fn regions(incident: &Incident) -> String {
    let mut regions: Vec<&str> = incident.timeline.iter().map(|act| act.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    regions.retain(|region| !region.is_empty());
    match regions.len() {
        0 => "no region is named".to_owned(),
        1 => format!("region {}", regions.concat()),
        number => format!("{number} regions: {}", regions.join(", ")),
    }
}
