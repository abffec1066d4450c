//! A report as Markdown: the same sections in the same order, for tickets and pull requests.

use cloudtrail::{AccessKeyId, EventId};
use incident::investigation::{Found, Standing};
use incident::{Incident, Status, Verdict};

use crate::document::Document;
use crate::steps::{self, Phase};
use crate::{Report, facts, words};

/// So many rows of a table are written.
const ROWS: usize = 500;

/// The page: one incident after the other, several below an overview.
pub fn page(report: &Report<'_>) -> String {
    let several = report.incidents.len() != 1;
    let mut pages = Vec::new();
    if several {
        pages.push(overview(report));
    }
    pages.extend(report.incidents.iter().map(|incident| one(report, incident)));
    let pages: Vec<String> = pages.iter().map(Document::markdown).collect();
    pages.join("\n")
}

fn overview(report: &Report<'_>) -> Document {
    let mut page = Document::new("Keyhound: incidents");
    page.text(format!("{}.", report.looked_at.in_words()));
    let rows = report.incidents.iter().map(|incident| {
        vec![
            incident.id.clone(),
            facts::status(incident.status).to_owned(),
            facts::severity(incident.severity).to_owned(),
            words::bits(incident.score),
            words::day(incident.first_seen),
            incident.title.clone(),
        ]
    });
    page.table(vec!["Incident", "Status", "Severity", "Score", "Since", "What"], rows.collect());
    page
}

fn one(report: &Report<'_>, incident: &Incident) -> Document {
    let mut page = Document::new(incident.title.clone());
    let setting = report.setting;
    page.text(format!(
        "{} {}, severity {}, {}: {} likely a theft, at one theft per {} key-weeks.",
        facts::status(incident.status),
        incident.id,
        facts::severity(incident.severity),
        words::bits(incident.score),
        words::chance(incident.probability),
        words::grouped(setting.key_weeks_per_theft),
    ));
    page.text(format!(
        "{}, {}. {}.",
        facts::span(incident),
        facts::length(incident),
        facts::done(incident)
    ));
    why(&mut page, incident);
    fine(&mut page, incident);
    details(&mut page, report, incident);
    events(&mut page, incident);
    investigation(&mut page, incident);
    lineage(&mut page, incident);
    blast(&mut page, incident);
    resolution(&mut page, report, incident);
    if let Some(verdict) = report.verdicts.verdicts.get(&incident.id) {
        page.heading("Activity");
        let by = if verdict.by.is_empty() { "somebody" } else { &verdict.by };
        let given = words::moment(verdict.given);
        page.text(format!(
            "{by} said on {given} UTC: {}. {}",
            verdict.verdict.as_str(),
            verdict.reason
        ));
    }
    page.heading("Not checked");
    page.list(incident.coverage.clone());
    page
}

fn why(page: &mut Document, incident: &Incident) {
    page.heading(match incident.status {
        Status::Alert => "Why this alert is important",
        Status::Watch => "Why this is worth a look",
    });
    let rows = incident.ledger.iter().map(|line| {
        vec![
            format!("{:+.1}", line.bits),
            line.text.clone(),
            line.observed.clone(),
            line.usual.clone(),
            named(&line.event_ids, 0),
        ]
    });
    page.table(vec!["Bits", "Reason", "Seen", "Usual", "Events"], rows.collect());
}

fn fine(page: &mut Document, incident: &Incident) {
    page.heading("Why this might be just fine");
    let rows = incident.hypotheses.iter().map(|one| {
        let verdict = match one.verdict {
            Verdict::Supported => "supported",
            Verdict::Contradicted => "contradicted",
            Verdict::Unknown => "unknown",
        };
        let text = one.text.clone();
        vec![verdict.to_owned(), facts::spaced(&one.name), text, named(&one.event_ids, 0)]
    });
    page.table(vec!["Verdict", "Explanation", "Because", "Events"], rows.collect());
}

fn details(page: &mut Document, report: &Report<'_>, incident: &Incident) {
    page.heading("Details");
    let accounts: Vec<String> =
        incident.account_ids.iter().map(|account| report.setting.account(*account)).collect();
    let keys: Vec<&str> = incident.access_key_ids.iter().map(AccessKeyId::as_str).collect();
    page.list(vec![
        format!(
            "When: {}; detected {}",
            facts::span(incident),
            facts::detected(incident, report.setting.alert_for(incident.kind))
        ),
        format!("Who: {} with {}", incident.principals.join(", "), keys.join(", ")),
        format!(
            "What: {}; worst: {}",
            facts::done(incident),
            facts::worst(&incident.timeline).join(", ")
        ),
        format!(
            "Where: from {} with {}, in account {}",
            incident.networks.join("; "),
            incident.clients.join(", "),
            accounts.join(", ")
        ),
        format!("ATT&CK: {}; {}", incident.tactics.join(", "), incident.techniques.join(", ")),
    ]);
}

fn events(page: &mut Document, incident: &Incident) {
    page.heading("Events and timeline");
    let rows = incident.timeline.iter().take(ROWS).map(|act| {
        let key = act.access_key.as_ref().map_or("", |key| key.as_str());
        vec![
            words::moment(act.time),
            facts::outcome(act.outcome).to_owned(),
            act.action.clone(),
            act.resource.clone(),
            act.region.clone(),
            key.to_owned(),
            format!("{} with {}", act.source, act.client),
            act.event_id.to_string(),
        ]
    });
    let headings =
        vec!["Time (UTC)", "Outcome", "Call", "What", "Region", "Key", "From", "Event id"];
    page.table(headings, rows.collect());
    let further = incident.timeline.len().saturating_sub(ROWS) as u64 + incident.further_events;
    if further > 0 {
        page.remark(format!("{} further events are counted, not listed.", words::grouped(further)));
    }
}

fn investigation(page: &mut Document, incident: &Incident) {
    page.heading("Investigation");
    let rows = incident.investigation.questions.iter().map(|question| {
        let found = match question.found {
            Found::Yes => "Yes. ",
            Found::No => "No. ",
            Found::Told => "",
            Found::Unknown => "Unknown. ",
        };
        let answer = format!("{found}{}", question.answer);
        vec![question.text.clone(), answer, named(&question.event_ids, question.further_events)]
    });
    page.table(vec!["Question", "Answer", "Events"], rows.collect());
}

fn lineage(page: &mut Document, incident: &Incident) {
    if incident.lineage.is_empty() {
        return;
    }
    page.heading("Lineage");
    let made = incident.lineage.iter().take(ROWS).map(|edge| {
        let at = words::moment(edge.time);
        format!(
            "{} made {} by {} at {at} UTC (event {})",
            edge.from, edge.to, edge.by, edge.event_id
        )
    });
    page.list(made.collect());
}

fn blast(page: &mut Document, incident: &Incident) {
    let radius = &incident.investigation.radius;
    page.heading("Blast radius");
    page.subheading("Touched");
    let touched = radius.touched.iter().take(ROWS).map(|one| {
        let calls = words::count(one.calls, "call", "calls");
        format!(
            "{} ({}, {calls}; events {})",
            one.name,
            one.access,
            named(&one.event_ids, one.further_events)
        )
    });
    page.list(touched.collect());
    page.subheading("Created or changed");
    let changed = radius.changed.iter().take(ROWS).map(|one| {
        let way_in = if one.way_in { ", a way back in" } else { "" };
        let standing = match one.standing {
            Standing::Stands => ", still there",
            Standing::Gone => ", gone",
            Standing::Unknown => "",
        };
        format!(
            "{} {} by {}{way_in}{standing} (events {})",
            facts::spaced(&one.kind),
            one.name,
            one.action,
            named(&one.event_ids, 0)
        )
    });
    page.list(changed.collect());
    if !radius.sessions.is_empty() {
        page.subheading("Sessions");
        let sessions = radius.sessions.iter().take(ROWS).map(|one| {
            let key = one.access_key_id.as_ref().map_or("without a named key", |key| key.as_str());
            format!(
                "{} {key} of {} until {} (events {})",
                facts::spaced(&one.kind),
                one.acts_as,
                one.ends,
                named(&one.event_ids, 0)
            )
        });
        page.list(sessions.collect());
    }
    page.subheading("Could reach");
    let reachable = &radius.reachable;
    if !reachable.known {
        page.text(format!("Unknown: {}", reachable.why));
    }
    let reach = reachable.identities.iter().take(ROWS).map(|one| {
        let services: Vec<&str> =
            one.services.iter().map(|service| service.service.as_str()).collect();
        let all = if one.everything { "everything".to_owned() } else { services.join(", ") };
        format!("{}: {all}", one.principal)
    });
    page.list(reach.collect());
}

fn resolution(page: &mut Document, report: &Report<'_>, incident: &Incident) {
    page.heading("Resolution");
    let plan = steps::plan(incident, &report.setting.again);
    for phase in Phase::ALL {
        page.subheading(phase.title());
        for step in plan.iter().filter(|step| step.phase == phase) {
            page.list(vec![format!("{} ({})", step.text, step.state.in_words())]);
            for command in &step.commands {
                page.command(command);
            }
        }
    }
}

fn named(events: &[EventId], further: u64) -> String {
    let mut names: Vec<String> = events.iter().map(ToString::to_string).collect();
    if further > 0 {
        names.push(format!("{further} more"));
    }
    names.join(", ")
}
