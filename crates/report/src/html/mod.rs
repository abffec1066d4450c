//! A report as one page of HTML that needs nothing else: no network, no second file.
//!
//! The policy in its head lets the browser use this page's own style and script and nothing else;
//! pictures are drawn here, as SVG. Sections stand in the order in which an alert is read.

mod blast;
mod details;
mod events;
mod explanations;
mod headline;
mod index;
mod investigation;
mod ledger;
mod lineage;
mod markup;
mod resolution;
mod tail;
mod timeline;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use incident::Incident;
use sha2::{Digest, Sha256};

use crate::Report;
use markup::{Anchors, Markup};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// One incident while it is written.
#[derive(Debug, Clone, Copy)]
struct Telling<'a> {
    report: &'a Report<'a>,
    incident: &'a Incident,
    anchors: &'a Anchors<'a>,
}

/// The page.
pub fn page(report: &Report<'_>) -> String {
    let mut page = Markup::default();
    head(&mut page, report);
    let several = report.incidents.len() != 1;
    if several {
        index::told(&mut page, report);
    }
    for (index, incident) in report.incidents.iter().enumerate() {
        let events = incident.timeline.iter().map(|act| &act.event_id);
        let anchors = Anchors::of(index + 1, events);
        let telling = Telling { report, incident, anchors: &anchors };
        page.raw("<article class=\"incident\"").attribute("data-incident", &incident.id).raw(">\n");
        told(&mut page, telling);
        page.raw("</article>\n");
    }
    tail::foot(&mut page, report);
    page.raw("<script>").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    page.finish()
}

fn told(page: &mut Markup, telling: Telling<'_>) {
    headline::told(page, telling);
    headline::way(page, telling);
    page.raw("<main class=\"page\">\n");
    headline::first(page, telling);
    ledger::told(page, telling);
    explanations::told(page, telling);
    details::told(page, telling);
    events::told(page, telling);
    investigation::told(page, telling);
    timeline::told(page, telling);
    lineage::told(page, telling);
    blast::told(page, telling);
    resolution::told(page, telling);
    tail::related(page, telling);
    tail::activity(page, telling);
    tail::unchecked(page, telling);
    page.raw("</main>\n");
}

fn head(page: &mut Markup, report: &Report<'_>) {
    let title = match report.incidents {
        [only] => only.title.as_str(),
        _ => "Keyhound: incidents",
    };
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    // The policy is ours; its quotes are those of the keywords.
    page.raw("<meta http-equiv=\"Content-Security-Policy\"").attribute("content", policy);
    page.raw(">\n<meta name=\"referrer\" content=\"no-referrer\">\n").element("title", title);
    page.raw("\n<style>").raw(STYLE).raw("</style>\n</head>\n<body>\n");
}

/// A source as a content security policy names it.
fn digest(source: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(source.as_bytes())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use incident::feedback::Feedback;

    use super::{digest, page};
    use crate::{LookedAt, Report, Setting};

    /// What stands between two marks.
    fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
        let begin = page.find(begin).expect("the beginning") + begin.len();
        let length = page[begin..].find(end).expect("the end");
        &page[begin..begin + length]
    }

    #[test]
    fn the_policy_names_the_style_and_the_script_as_they_stand_on_the_page() {
        let (setting, verdicts) = (Setting::default(), Feedback::default());
        let (looked_at, activity) = (LookedAt::default(), BTreeMap::new());
        let report = Report {
            incidents: &[],
            setting: &setting,
            verdicts: &verdicts,
            looked_at: &looked_at,
            activity: &activity,
        };
        let page = page(&report);
        let policy =
            between(&page, "Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
        let style = digest(between(&page, "<style>", "</style>"));
        let script = digest(between(&page, "<script>", "</script>"));
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
            )
        );
    }
}
