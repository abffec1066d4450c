//! "Blast radius": what was touched, what was made or changed, what could be reached.

use incident::investigation::{Changed, Radius, Reachable, Session, Standing, Touched, Tried};

use super::{Markup, Telling};
use crate::facts;
use crate::words;

/// So many things of one ring are written out.
const MOST: usize = 60;

/// Three rings, side by side.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    let radius = &incident.investigation.radius;
    page.section(
        &anchors.section("blast"),
        "Blast radius",
        "Three rings: what was read or listed, what was made or changed and stays behind, and what the credential could reach.",
    );
    page.raw("<div class=\"grid\">\n");
    touched(page, telling, radius);
    changed(page, telling, radius);
    reachable(page, telling, &radius.reachable);
    page.raw("</div>\n");
    sessions(page, telling, radius);
    page.raw("</section>\n");
}

fn ring(page: &mut Markup, title: &'static str, number: u64) {
    page.raw("<div class=\"card ring\"><h3><span>").raw(title).raw("</span><span>");
    page.text(&words::grouped(number)).raw("</span></h3><ul class=\"list\">\n");
}

fn more(page: &mut Markup, number: u64) {
    if number > 0 {
        page.raw("<li class=\"soft\">")
            .text(&format!("and {} more", words::grouped(number)))
            .raw("</li>\n");
    }
}

fn touched(page: &mut Markup, telling: Telling<'_>, radius: &Radius) {
    let all = (radius.touched.len() + radius.listed.len()) as u64 + radius.further_touched;
    ring(page, "1 · Touched", all);
    for one in radius.touched.iter().take(MOST) {
        let Touched { name, access, calls, event_ids, further_events, .. } = one;
        page.raw("<li><code>").ends(name, 110).raw("</code><span class=\"what\">").text(access);
        page.text(&format!(", {}: ", words::count(*calls, "call", "calls")));
        telling.anchors.links(page, event_ids, *further_events);
        page.raw("</span></li>\n");
    }
    looked_around(page, telling, &radius.listed);
    let hidden =
        radius.touched.len().saturating_sub(MOST) + radius.listed.len().saturating_sub(MOST);
    more(page, radius.further_touched + hidden as u64);
    if all == 0 {
        page.raw("<li class=\"soft\">No call that succeeded names a thing that it read.</li>");
    }
    page.raw("</ul></div>\n");
}

/// Calls that name nothing, in few lines: there are many.
fn looked_around(page: &mut Markup, telling: Telling<'_>, listed: &[Tried]) {
    if listed.is_empty() {
        return;
    }
    let kinds = words::count(listed.len() as u64, "kind of call", "kinds of calls");
    page.raw("<li>").text(&format!("Looked around with {kinds} that name no single thing"));
    page.raw("<ul class=\"chips\">");
    for Tried { action, event_ids, .. } in listed.iter().take(MOST) {
        page.raw("<li>").within(action, 60).raw(" ");
        telling.anchors.links(page, &event_ids[..event_ids.len().min(1)], 0);
        page.raw("</li>");
    }
    page.raw("</ul></li>\n");
}

fn changed(page: &mut Markup, telling: Telling<'_>, radius: &Radius) {
    ring(page, "2 · Created or changed", radius.changed.len() as u64 + radius.further_changed);
    for one in radius.changed.iter().take(MOST) {
        entry(page, telling, one);
    }
    more(page, radius.changed.len().saturating_sub(MOST) as u64 + radius.further_changed);
    if radius.changed.is_empty() {
        page.raw("<li class=\"soft\">No call that succeeded made or changed anything.</li>");
    }
    page.raw("</ul></div>\n");
}

fn entry(page: &mut Markup, telling: Telling<'_>, one: &Changed) {
    page.raw("<li>")
        .text(&facts::spaced(&one.kind))
        .raw(" <code>")
        .ends(&one.name, 110)
        .raw("</code>");
    if one.way_in {
        page.raw(" <span class=\"found yes\">way back in</span>");
    }
    page.raw(standing(one.standing)).raw("<span class=\"what\">").within(&one.action, 60);
    if !one.detail.is_empty() {
        page.raw(", ").within(&one.detail, 160);
    }
    if !one.region.is_empty() {
        page.raw(", ").within(&one.region, 30);
    }
    page.raw(": ");
    telling.anchors.links(page, &one.event_ids, 0);
    page.raw("</span></li>\n");
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Stands => " <span class=\"found unknown\">still there</span>",
        Standing::Gone => " <span class=\"found no\">gone</span>",
        Standing::Unknown => "",
    }
}

fn sessions(page: &mut Markup, telling: Telling<'_>, radius: &Radius) {
    if radius.sessions.is_empty() {
        return;
    }
    page.raw("<div class=\"card\"><h3>Sessions that were made, and until when they work</h3><ul class=\"list\">\n");
    for session in radius.sessions.iter().take(MOST) {
        let Session { access_key_id, kind, acts_as, from, begun, ends, .. } = session;
        page.raw("<li>").text(&facts::spaced(kind)).raw(" <code>");
        page.within(access_key_id.as_ref().map_or("without a named key", |key| key.as_str()), 60);
        page.raw("</code> of <code>").ends(acts_as, 110).raw("</code>");
        page.raw(standing(session.standing)).raw("<span class=\"what\">");
        let until = if session.end_is_told { "until" } else { "at the longest until" };
        page.text(&format!(
            "{} {until} {} UTC, made by ",
            words::moment(*begun),
            words::moment(*ends)
        ));
        page.ends(from, 80).text(&format!(
            ", {}. ",
            words::count(session.uses, "suspicious call", "suspicious calls")
        ));
        page.within(&session.stopped_by, 200).raw(" ");
        telling.anchors.links(page, &session.event_ids, 0);
        page.raw("</span></li>\n");
    }
    more(page, radius.sessions.len().saturating_sub(MOST) as u64 + radius.further_sessions);
    page.raw("</ul></div>\n");
}

fn reachable(page: &mut Markup, telling: Telling<'_>, reachable: &Reachable) {
    ring(page, "3 · Could reach", reachable.identities.len() as u64);
    if !reachable.known {
        page.raw("<li class=\"soft\">Unknown: ");
        let why = if reachable.why.is_empty() {
            "policies are not in CloudTrail, and none were given"
        } else {
            &reachable.why
        };
        page.text(why).raw("</li>");
    }
    for reach in reachable.identities.iter().take(MOST) {
        page.raw("<li><code>").ends(&reach.principal, 110).raw("</code>");
        if reach.everything {
            page.raw(" <span class=\"found yes\">everything</span>");
        }
        page.raw("<ul class=\"chips\">");
        for service in reach.services.iter().take(MOST) {
            let levels = service.levels().into_iter();
            let names: Vec<&str> =
                levels.filter(|(_, level)| level.reached() > 0).map(|(name, _)| name).collect();
            if !names.is_empty() {
                page.raw("<li>")
                    .within(&service.service, 40)
                    .text(&format!(": {}", names.join(", ")))
                    .raw("</li>");
            }
        }
        page.raw("</ul>");
        for (label, names) in [
            ("may assume", &reach.roles),
            ("ways to more rights", &reach.escalations),
            ("", &reach.notes),
        ] {
            if !names.is_empty() {
                page.raw("<span class=\"what\">")
                    .text(&format!("{label} {}", names.join("; ")))
                    .raw("</span>");
            }
        }
        page.raw("<span class=\"what\">");
        telling.anchors.links(page, &reach.event_ids, 0);
        page.raw("</span></li>\n");
    }
    page.raw("</ul></div>\n");
}
