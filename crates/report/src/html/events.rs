//! "Events": the supporting evidence in three groups, then every event, to be filtered.

use cloudtrail::Outcome;
use incident::{Act, Incident};

use super::{Markup, Telling};
use crate::facts;
use crate::words;

/// So many entries stand in one group.
const GROUP: usize = 12;
/// So many events are written as rows; the rest are counted, and are in the JSON.
const ROWS: usize = 2_500;
/// Lines of the ledger that tell of unusual behaviour.
const BEHAVIOUR: [&str; 7] =
    ["network", "client", "region", "account", "hour", "refusals", "overlap"];

/// Groups and table.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { anchors, .. } = telling;
    page.section(
        &anchors.section("events"),
        "Events",
        "The supporting evidence first, then every suspicious event in the order of time.",
    );
    page.raw("<div class=\"grid\">\n");
    sign_ins(page, telling);
    behaviour(page, telling);
    sensitive(page, telling);
    page.raw("</div>\n");
    table(page, telling);
    page.raw("</section>\n");
}

fn open(page: &mut Markup, title: &'static str) {
    page.raw("<div class=\"card\">").element("h3", title).raw("<ul class=\"list\">\n");
}

fn close(page: &mut Markup, shown: usize, all: usize, none: &'static str) {
    if all == 0 {
        page.raw("<li class=\"soft\">").raw(none).raw("</li>");
    } else if all > shown {
        page.raw("<li class=\"soft\">").text(&format!("and {} more", all - shown)).raw("</li>");
    }
    page.raw("</ul></div>\n");
}

fn sign_ins(page: &mut Markup, telling: Telling<'_>) {
    open(page, "Sign-ins from unfamiliar places");
    let all: Vec<&Act> =
        telling.incident.timeline.iter().filter(|act| facts::is_sign_in(act)).collect();
    for act in all.iter().take(GROUP) {
        page.raw("<li>").within(&act.action, 60).raw(" ").text(facts::outcome(act.outcome));
        page.raw("<span class=\"what\">from ").within(&act.source, 60).raw(" with ");
        page.within(&act.client, 40).raw(", ");
        telling.anchors.links(page, std::slice::from_ref(&act.event_id), 0);
        page.raw("</span></li>\n");
    }
    close(page, GROUP, all.len(), "None among these events: the credential was used directly.");
}

fn behaviour(page: &mut Markup, telling: Telling<'_>) {
    open(page, "Unusual behaviour");
    let unusual =
        |line: &&incident::LedgerLine| line.bits > 0.0 && BEHAVIOUR.contains(&line.signal.as_str());
    let all: Vec<_> = telling.incident.ledger.iter().filter(unusual).collect();
    for line in all.iter().take(GROUP) {
        page.raw("<li>")
            .within(&line.text, 120)
            .raw("<span class=\"what\">")
            .within(&line.observed, 120);
        page.raw(" ");
        telling.anchors.links(page, &line.event_ids, 0);
        page.raw("</span></li>\n");
    }
    close(page, GROUP, all.len(), "Network, client, region and hour are the usual ones.");
}

fn sensitive(page: &mut Markup, telling: Telling<'_>) {
    open(page, "Sensitive calls that succeeded");
    let groups = by_action(telling.incident);
    for (action, acts) in groups.iter().take(GROUP) {
        page.raw("<li><span class=\"act hot\">").within(action, 60).raw("</span>");
        if let Some(resource) = acts.iter().map(|act| &act.resource).find(|name| !name.is_empty()) {
            page.raw(" ").ends(resource, 60);
        }
        let ids: Vec<_> = acts.iter().take(5).map(|act| act.event_id.clone()).collect();
        page.raw("<span class=\"what\">");
        telling.anchors.links(page, &ids, (acts.len() - ids.len()) as u64);
        page.raw("</span></li>\n");
    }
    close(
        page,
        GROUP,
        groups.len(),
        "None: nothing was read, changed or given away that thieves prize.",
    );
}

/// Sensitive calls that succeeded, by action, the heaviest first.
fn by_action(incident: &Incident) -> Vec<(&str, Vec<&Act>)> {
    let mut groups: Vec<(&str, Vec<&Act>)> = Vec::new();
    for act in incident.timeline.iter().filter(|act| facts::is_sensitive(act)) {
        match groups.iter_mut().find(|(action, _)| *action == act.action) {
            Some((_, acts)) => acts.push(act),
            None => groups.push((&act.action, vec![act])),
        }
    }
    groups.sort_by_key(|(action, _)| std::cmp::Reverse(facts::weight(action)));
    groups
}

fn table(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    page.raw("<div class=\"card events\">\n<div class=\"filter\" hidden><input type=\"search\" aria-label=\"Filter the events\" placeholder=\"Filter: action, resource, key, address, id\">");
    for (outcome, word) in
        [("", "All"), ("done", "Succeeded"), ("refused", "Refused"), ("failed", "Failed")]
    {
        page.raw("<button type=\"button\"").attribute("data-outcome", outcome);
        page.attribute("aria-pressed", outcome.is_empty()).raw(">").text(word).raw("</button>");
    }
    page.raw("<output></output></div>\n<table><thead><tr>");
    for heading in ["#", "Time (UTC)", "Outcome", "Call", "Credential", "From", "Event id"] {
        page.element("th", heading);
    }
    page.raw("</tr></thead><tbody>\n");
    let one_day = incident.timeline.first().map(|act| act.time.day())
        == incident.timeline.last().map(|act| act.time.day());
    for (index, act) in incident.timeline.iter().take(ROWS).enumerate() {
        let time = if one_day { words::clock(act.time) } else { words::moment(act.time) };
        row(page, &format!("{}e{}", anchors.prefix, index + 1), index + 1, &time, act);
    }
    page.raw("</tbody></table>\n");
    let further = incident.timeline.len().saturating_sub(ROWS) as u64 + incident.further_events;
    if further > 0 {
        let text = format!("{} further events are counted, not listed.", words::grouped(further));
        page.classed("p", "soft", &text);
    }
    page.raw("</div>\n");
}

fn row(page: &mut Markup, anchor: &str, number: usize, time: &str, act: &Act) {
    let id = act.event_id.to_string();
    let outcome = facts::outcome(act.outcome);
    page.raw("<tr").attribute("id", anchor).attribute("data-event", &id);
    page.attribute("data-outcome", outcome).raw("><td class=\"soft\">").text(&number.to_string());
    page.raw("</td><td class=\"time\">").text(time).raw("</td><td>");
    page.raw(match act.outcome {
        Outcome::Success => "<span class=\"outcome success\">",
        Outcome::Denied => "<span class=\"outcome denied\">",
        Outcome::Failed => "<span class=\"outcome failed\">",
    });
    page.text(outcome).raw("</span></td><td class=\"wide\">");
    page.raw(if facts::is_sensitive(act) {
        "<span class=\"act hot\">"
    } else {
        "<span class=\"act\">"
    });
    page.within(&act.action, 80).raw("</span><span class=\"what\">");
    if !act.error.is_empty() {
        page.within(&act.error, 60).raw(" ");
    }
    if !act.resource.is_empty() {
        page.ends(&act.resource, 100).raw(" ");
    }
    page.within(&act.region, 30).raw("</span></td><td class=\"wide\">");
    let key = act.access_key.as_ref().map_or("no key", |key| key.as_str());
    page.raw("<code>").within(key, 40).raw("</code><span class=\"what\">");
    page.ends(facts::name(&act.principal), 80).raw("</span></td><td>").within(&act.source, 60);
    page.raw("<span class=\"what\">")
        .within(&act.client, 40)
        .raw("</span></td><td class=\"wide\"><code>");
    page.within(&id, 64).raw("</code></td></tr>\n");
}
