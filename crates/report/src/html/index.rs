//! The beginning of a page with several incidents, or with none: what there is, the surest first.

use incident::Status;

use super::Markup;
use crate::{Report, facts, words};

/// The index.
pub(super) fn told(page: &mut Markup, report: &Report<'_>) {
    let number = |status| report.incidents.iter().filter(|one| one.status == status).count() as u64;
    let alerts = words::count(number(Status::Alert), "alert", "alerts");
    page.raw(
        "<div class=\"bar\"><div class=\"page\"><b>Keyhound</b><span>Report</span></div></div>\n",
    );
    page.raw("<header class=\"head\"><div class=\"page\"><h1>");
    if report.incidents.is_empty() {
        page.raw("No sign of a stolen credential");
    } else {
        page.text(&format!("{alerts}, {} watched", words::grouped(number(Status::Watch))));
    }
    page.raw("</h1><p class=\"story\">").text(&report.looked_at.in_words());
    page.raw(".</p></div></header>\n<main class=\"page\"><section><h2>Incidents</h2><div class=\"index\">\n");
    for (index, incident) in report.incidents.iter().enumerate() {
        page.raw("<a class=\"card\"")
            .attribute("href", format_args!("#i{}-top", index + 1))
            .raw("><span>");
        for class in [facts::status(incident.status), facts::severity(incident.severity)] {
            page.raw("<span")
                .attribute("class", format_args!("tag {class}"))
                .raw(">")
                .text(class)
                .raw("</span> ");
        }
        page.raw("</span><span class=\"name\">")
            .within(&incident.title, 220)
            .raw("</span><span class=\"when\">");
        page.text(&format!(
            "{} · {}",
            words::bits(incident.score),
            words::day(incident.first_seen)
        ));
        page.raw("</span></a>\n");
    }
    page.raw("</div></section>\n");
    if !report.looked_at.coverage.is_empty() {
        page.raw("<section><h2>Not checked</h2><div class=\"card\"><ul class=\"list\">\n");
        for gap in &report.looked_at.coverage {
            page.raw("<li>").text(gap).raw("</li>\n");
        }
        page.raw("</ul></div></section>\n");
    }
    page.raw("</main>\n");
}
