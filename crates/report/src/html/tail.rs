//! The end of an incident: what is related, what was said of it, what could not be known.

use std::collections::BTreeSet;

use incident::Incident;

use super::{Markup, Telling};
use crate::{Report, facts, words};

/// Other incidents of this report with a key, an identity or a network in common.
pub(super) fn related(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, report } = telling;
    page.section(&anchors.section("related"), "Related incidents", "");
    page.raw("<div class=\"card\"><ul class=\"list\">\n");
    let mut found = false;
    for (index, other) in report.incidents.iter().enumerate() {
        let common = in_common(incident, other);
        if other.id == incident.id || common.is_empty() {
            continue;
        }
        found = true;
        page.raw("<li><a").attribute("href", format_args!("#i{}-top", index + 1)).raw(">");
        page.text(&other.id).raw("</a> ").text(&other.title).raw("<span class=\"what\">");
        page.text(&format!(
            "{}, {}; in common: {}",
            words::bits(other.score),
            facts::span(other),
            common.join(", ")
        ));
        page.raw("</span></li>\n");
    }
    if !found {
        page.raw("<li class=\"soft\">No other incident of this report has a key, an identity or a network in common with it.</li>\n");
    }
    page.raw("</ul></div></section>\n");
}

fn in_common(one: &Incident, other: &Incident) -> Vec<String> {
    fn shared<T: Ord + ToString>(one: &[T], other: &[T]) -> Vec<String> {
        let own: BTreeSet<&T> = one.iter().collect();
        other.iter().filter(|value| own.contains(value)).map(ToString::to_string).collect()
    }
    let mut common = shared(&one.access_key_ids, &other.access_key_ids);
    common.extend(shared(&one.principals, &other.principals));
    common.extend(shared(&one.networks, &other.networks));
    common
}

/// What was said of it before.
pub(super) fn activity(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, report } = telling;
    page.section(&anchors.section("activity"), "Activity", "");
    page.raw("<div class=\"card\"><ul class=\"list\">\n");
    match report.verdicts.verdicts.get(&incident.id) {
        Some(verdict) => {
            page.raw("<li>").element("b", verdict.verdict.as_str());
            page.text(&format!(", said on {} UTC", words::moment(verdict.given)));
            if !verdict.by.is_empty() {
                page.raw(" by ").text(&verdict.by);
            }
            if !verdict.reason.is_empty() {
                page.raw("<span class=\"what\">").text(&verdict.reason).raw("</span>");
            }
            page.raw("</li>\n");
        }
        None => {
            page.raw("<li class=\"soft\">Nobody has said yet what this was.</li>\n");
        }
    }
    page.raw("</ul>");
    let again = &report.setting.again;
    page.command(&format!("keyhound verdict {} theft {again}", incident.id));
    page.raw("</div></section>\n");
}

/// What could not be known.
pub(super) fn unchecked(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    page.section(
        &anchors.section("gaps"),
        "Not checked",
        "What these logs cannot show, so that nobody takes silence for an answer.",
    );
    page.raw("<div class=\"card\"><ul class=\"list\">\n");
    for gap in &incident.coverage {
        page.raw("<li>").text(gap).raw("</li>\n");
    }
    if incident.coverage.is_empty() {
        page.raw("<li class=\"soft\">Nothing is known to be missing.</li>\n");
    }
    page.raw("</ul></div></section>\n");
}

/// Where the page comes from.
pub(super) fn foot(page: &mut Markup, report: &Report<'_>) {
    page.raw("<footer><div class=\"page\"><p>");
    page.text(&format!("Keyhound {}. {}.", env!("CARGO_PKG_VERSION"), report.looked_at.in_words()));
    page.raw(" The same logs give the same page; every number of an event is that of a CloudTrail record in them.</p></div></footer>\n");
}
