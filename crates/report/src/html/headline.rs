//! The first screen: whose credential it is, how sure it is, why, and what to do now.

use incident::{LedgerLine, Verdict};

use super::{Markup, Telling};
use crate::facts;
use crate::steps::{self, Step};
use crate::words;

/// So many reasons and steps fit on the first screen.
const REASONS: usize = 4;
const STEPS: usize = 3;
/// So many of them have their commands beside them, unless these are longer.
const COMMANDS: usize = 2;
const COMMAND: usize = 190;

/// The sections below, with the names that lead to them.
const SECTIONS: [(&str, &str); 12] = [
    ("why", "Why"),
    ("fine", "Why it may be fine"),
    ("details", "Details"),
    ("events", "Events"),
    ("investigation", "Investigation"),
    ("timeline", "Timeline"),
    ("lineage", "Lineage"),
    ("blast", "Blast radius"),
    ("resolution", "Resolution"),
    ("related", "Related"),
    ("activity", "Activity"),
    ("gaps", "Not checked"),
];

/// Title, verdict and the facts that everybody asks for first.
pub(super) fn told(page: &mut Markup, telling: Telling<'_>) {
    let Telling { report, incident, anchors } = telling;
    page.raw("<div class=\"bar\"><div class=\"page\"><b>Keyhound</b><span>Incident <code>");
    page.text(&incident.id).raw("</code></span><span class=\"end\">");
    page.text(&report.looked_at.in_words()).raw("</span></div></div>\n");
    page.raw("<header class=\"head\"").attribute("id", anchors.section("top"));
    page.raw("><div class=\"page\">\n<div class=\"verdict\">");
    verdict(page, telling);
    page.raw("</div>\n");
    let (whose, achieved) = facts::halves(incident);
    page.raw("<h1>").within(whose, 260);
    if !achieved.is_empty() {
        page.raw(" <span class=\"achieved\">").text(&capitalised(achieved)).raw("</span>");
    }
    page.raw("</h1>\n<p class=\"story\">").text(&capitalised(&facts::done(incident))).raw(".");
    let worst = facts::worst(&incident.timeline);
    if !worst.is_empty() {
        page.raw(" Worst: ").text(&worst.join(", ")).raw(".");
    }
    page.raw("</p>\n<dl class=\"facts\">");
    let root = incident.root_access_key_id.as_ref();
    let further = incident.access_key_ids.len().saturating_sub(1) as u64;
    let more = |number: u64| match number {
        0 => String::new(),
        _ => format!("; {number} more"),
    };
    let key = root.map_or("not named by the records", |key| key.as_str());
    let kind = root.map_or_else(String::new, |key| {
        format!("{}, stolen first{}", facts::kind_of(key), more(further))
    });
    let accounts: Vec<String> =
        incident.account_ids.iter().map(|account| report.setting.account(*account)).collect();
    let others = incident.principals.len().saturating_sub(1) as u64;
    let networks = (incident.networks.len() as u64).saturating_sub(1);
    let network = incident.networks.first().map_or("", String::as_str);
    let (address, place) = network.split_once(", ").unwrap_or((network, ""));
    let when = facts::span(incident);
    let (first, last) = when.split_once(" to ").unwrap_or((&when, ""));
    let last = if last.is_empty() { String::new() } else { format!("to {last}, ") };
    let rows: [(&'static str, &str, String); 5] = [
        ("Credential", key, kind),
        (
            "Owner",
            facts::name(facts::owner(incident)),
            format!("account {}{}", accounts.join(", "), more(others)),
        ),
        ("First and last call", first, last + &facts::length(incident)),
        ("From", address, format!("{place}{}", more(networks))),
        ("With", &incident.clients.join(", "), usual(incident.ledger.as_slice(), "client")),
    ];
    for (label, value, beside) in rows {
        page.raw("<div>").element("dt", label).raw("<dd>").within(value, 120);
        if !beside.is_empty() {
            page.raw("<span>").within(&beside, 160).raw("</span>");
        }
        page.raw("</dd></div>\n");
    }
    page.raw("</dl></div></header>\n");
}

fn verdict(page: &mut Markup, telling: Telling<'_>) {
    let Telling { report, incident, .. } = telling;
    let status = facts::status(incident.status);
    let severity = facts::severity(incident.severity);
    for class in [status, severity] {
        page.raw("<span")
            .attribute("class", format_args!("tag {class}"))
            .raw(">")
            .text(class)
            .raw("</span>");
    }
    page.element("strong", &words::bits(incident.score)).raw("<span>").text(&format!(
        "{} likely a theft, at one theft per {} key-weeks; an alert from {:.1}",
        words::chance(incident.probability),
        words::grouped(report.setting.key_weeks_per_theft),
        report.setting.alert_for(incident.kind),
    ));
    page.raw("</span>");
}

/// What is usual, where a line of the ledger says so.
fn usual(ledger: &[LedgerLine], signal: &str) -> String {
    let line = ledger.iter().find(|line| line.signal == signal && !line.usual.is_empty());
    line.map_or_else(String::new, |line| format!("usual: {}", line.usual))
}

/// The way through the page.
pub(super) fn way(page: &mut Markup, telling: Telling<'_>) {
    page.raw("<nav class=\"way\" aria-label=\"Sections\"><div class=\"page\">");
    for (id, name) in SECTIONS {
        let anchor = telling.anchors.section(id);
        page.raw("<a").attribute("href", format_args!("#{anchor}")).raw(">").text(name).raw("</a>");
    }
    page.raw("</div></nav>\n");
}

/// Why, and what to do now, in few words.
pub(super) fn first(page: &mut Markup, telling: Telling<'_>) {
    let Telling { report, incident, anchors } = telling;
    page.raw("<div class=\"first\"><div class=\"grid two\">\n<div class=\"card\"><h3>The strongest reasons</h3><ul class=\"reasons\">\n");
    for line in incident.ledger.iter().filter(|line| line.bits > 0.0).take(REASONS) {
        page.raw("<li>").classed("span", "bits", &format!("{:+.1}", line.bits));
        page.raw("<div><p>").within(&short(&line.text), 200).raw("</p><p class=\"usual\">");
        if !line.observed.is_empty() {
            page.raw("seen: ").within(&line.observed, 120);
        }
        if !line.usual.is_empty() {
            page.raw(" · usual: ").within(&line.usual, 120);
        }
        page.raw("</p></div></li>\n");
    }
    page.raw("</ul>");
    tally(page, telling);
    page.raw("</div>\n<div class=\"card\"><h3>What to do now</h3><ol class=\"steps\">\n");
    let plan = steps::plan(incident, &report.setting.again);
    let urgent: Vec<&Step> = plan.iter().filter(|step| step.urgent).collect();
    for (index, step) in urgent.iter().take(STEPS).enumerate() {
        page.raw("<li>").within(&step.text, 260);
        let command = step.commands.first().filter(|one| index < COMMANDS && one.len() <= COMMAND);
        if let Some(command) = command {
            page.command(command);
        }
        page.raw("</li>\n");
    }
    let anchor = anchors.section("resolution");
    page.raw("</ol><p class=\"all\"><a").attribute("href", format_args!("#{anchor}"));
    page.raw(">").text(&format!("All {} steps", plan.len())).raw("</a></p></div></div></div>\n");
}

/// What speaks against it, and how much is not known, with the way to both.
fn tally(page: &mut Markup, telling: Telling<'_>) {
    let Telling { incident, anchors, .. } = telling;
    let number = |verdict| incident.hypotheses.iter().filter(|one| one.verdict == verdict).count();
    let supported = number(Verdict::Supported);
    let class = if supported > 0 { "found no" } else { "found yes" };
    let holds = match supported {
        0 => "no innocent explanation holds".to_owned(),
        1 => "1 innocent explanation holds".to_owned(),
        many => format!("{many} innocent explanations hold"),
    };
    let others = format!(
        "{} contradicted, {} unknown",
        number(Verdict::Contradicted),
        number(Verdict::Unknown)
    );
    page.raw("<p class=\"tally\"><span").attribute("class", class).raw(">").text(&holds);
    page.raw("</span> <a").attribute("href", format_args!("#{}", anchors.section("fine")));
    page.raw(">").text(&others).raw("</a>");
    if !incident.coverage.is_empty() {
        let gaps = words::count(incident.coverage.len() as u64, "thing", "things");
        page.raw(" · <a").attribute("href", format_args!("#{}", anchors.section("gaps")));
        page.raw(">").text(&format!("{gaps} could not be checked")).raw("</a>");
    }
    page.raw("</p>");
}

/// A sentence without the remark in brackets at its end.
fn short(text: &str) -> String {
    text.split(" (").next().unwrap_or(text).to_owned()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
