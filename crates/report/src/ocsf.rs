//! OCSF: one Detection Finding (class 2004, schema 1.6) per line, for Security Lake and its like.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use cloudtrail::{EventId, Outcome, Time};
use incident::feedback::Decision;
use incident::{Act, Incident, LedgerLine, Severity, Status};
use intel::action::Tactic;
use serde_json::{Map, Value, json};

use crate::steps;
use crate::{Report, facts, ids, json};

/// The version of the schema.
pub const SCHEMA: &str = "1.6.0";

const CATEGORY: u64 = 2;
const CLASS: u64 = 2004;
/// The version of ATT&CK that the techniques are named by.
pub(crate) const ATTACK: &str = "18";
/// So many events stand as evidence, and so many are named as related.
const EVIDENCE: usize = 25;
const RELATED: usize = 200;
/// So many resources and observables are named.
const NAMED: usize = 100;

/// All incidents, one finding on each line.
pub fn findings(report: &Report<'_>) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    for incident in report.incidents {
        json::write(&mut out, &finding(report, incident))?;
    }
    Ok(out)
}

/// One incident as a finding.
fn finding(report: &Report<'_>, incident: &Incident) -> Value {
    let (status_id, status) = standing(report, incident);
    let severity = incident.severity;
    let found = incident.detected_at.unwrap_or(incident.last_seen);
    let region = incident.timeline.first().map_or("", |act| act.region.as_str());
    let account = incident.account_ids.first().map(ToString::to_string);
    let mut cloud = object(json!({ "provider": "AWS" }));
    if let Some(account) = &account {
        cloud.insert(
            "account".to_owned(),
            json!({ "uid": account, "type_id": 10, "type": "AWS Account" }),
        );
    }
    if !region.is_empty() {
        cloud.insert("region".to_owned(), json!(region));
    }
    json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + 1,
        "type_name": "Detection Finding: Create",
        "time": millis(found),
        "start_time": millis(incident.first_seen),
        "end_time": millis(incident.last_seen),
        "severity_id": severity_id(severity),
        "severity": capital(facts::severity(severity)),
        "status_id": status_id,
        "status": status,
        "confidence_id": confidence(incident.probability).0,
        "confidence": confidence(incident.probability).1,
        "confidence_score": percent(incident.probability),
        "risk_score": incident.score.round() as i64,
        "risk_level_id": severity_id(severity) - 1,
        "risk_level": capital(facts::severity(severity)),
        "impact_id": severity_id(severity) - 1,
        "impact": capital(facts::severity(severity)),
        "is_alert": incident.status == Status::Alert,
        "count": incident.event_ids.len(),
        "message": incident.title,
        "metadata": {
            "version": SCHEMA,
            "profiles": ["cloud"],
            "uid": ids::of("ocsf", &incident.id).to_string(),
            "product": {
                "name": "Keyhound",
                "vendor_name": "Keyhound",
                "version": env!("CARGO_PKG_VERSION"),
                "uid": "keyhound",
            },
        },
        "cloud": cloud,
        "finding_info": info(incident),
        "evidences": evidences(incident),
        "anomaly_analyses": anomalies(incident),
        "resources": resources(incident, region),
        "observables": observables(incident),
        "remediation": remediation(report, incident),
        "unmapped": unmapped(incident),
    })
}

/// What became of it, as the user's verdict says.
fn standing(report: &Report<'_>, incident: &Incident) -> (u64, &'static str) {
    match report.verdicts.verdicts.get(&incident.id).map(|verdict| verdict.verdict) {
        None => (1, "New"),
        Some(Decision::Theft) => (2, "In Progress"),
        Some(Decision::Benign | Decision::Test) => (4, "Resolved"),
    }
}

fn info(incident: &Incident) -> Value {
    let related: Vec<Value> = incident
        .timeline
        .iter()
        .take(RELATED)
        .map(|act| {
            json!({
                "uid": act.event_id.to_string(),
                "type": "API Activity",
                "title": act.action,
                "first_seen_time": millis(act.time),
                "last_seen_time": millis(act.time),
            })
        })
        .collect();
    json!({
        "uid": incident.id,
        "title": incident.title,
        "desc": description(incident),
        "created_time": millis(incident.detected_at.unwrap_or(incident.first_seen)),
        "modified_time": millis(incident.last_seen),
        "first_seen_time": millis(incident.first_seen),
        "last_seen_time": millis(incident.last_seen),
        "types": ["Compromised Credentials"],
        "data_sources": ["AWS CloudTrail"],
        "analytic": {
            "name": "Baseline per credential with additive evidence",
            "uid": "keyhound",
            "type_id": 2,
            "type": "Behavioral",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "attacks": attacks(incident),
        "related_events": related,
        "related_events_count": incident.event_ids.len(),
    })
}

/// The strongest reasons in one text.
pub(crate) fn description(incident: &Incident) -> String {
    let reasons: Vec<String> = incident
        .ledger
        .iter()
        .filter(|line| line.bits > 0.0)
        .take(5)
        .map(|line| format!("{:+.1} bits: {} (seen: {})", line.bits, line.text, line.observed))
        .collect();
    format!("{}. {}. {}", incident.title, facts::done(incident), reasons.join("; "))
}

/// Techniques, each once, and tactics for which no technique stands.
fn attacks(incident: &Incident) -> Vec<Value> {
    let technique = |id: &String| match id.split_once('.') {
        Some((parent, _)) => json!({
            "version": ATTACK, "technique": { "uid": parent }, "sub_technique": { "uid": id },
        }),
        None => json!({ "version": ATTACK, "technique": { "uid": id } }),
    };
    let tactics = Tactic::ALL
        .iter()
        .filter(|tactic| incident.tactics.iter().any(|name| name == tactic.name()));
    let tactics = tactics.map(|tactic| {
        json!({ "version": ATTACK, "tactic": { "uid": tactic.id(), "name": tactic.name() } })
    });
    tactics.chain(incident.techniques.iter().map(technique)).collect()
}

/// The events that decided, and those that weigh most: who, what, from where.
fn evidences(incident: &Incident) -> Vec<Value> {
    let deciding: BTreeSet<&EventId> = incident
        .ledger
        .iter()
        .filter(|line| line.bits > 0.0)
        .flat_map(|line| &line.event_ids)
        .collect();
    let chosen = incident
        .timeline
        .iter()
        .filter(|act| deciding.contains(&act.event_id) || facts::is_sensitive(act))
        .take(EVIDENCE);
    chosen.map(evidence).collect()
}

fn evidence(act: &Act) -> Value {
    let (service, operation) = act.action.split_once(':').unwrap_or(("", &act.action));
    let mut user = object(json!({ "uid": act.principal, "name": facts::name(&act.principal) }));
    if let Some(key) = &act.access_key {
        user.insert("credential_uid".to_owned(), json!(key.as_str()));
    }
    if let Some(account) = act.account {
        let account = json!({ "uid": account.to_string(), "type_id": 10 });
        user.insert("account".to_owned(), account);
    }
    let mut api = object(json!({ "operation": operation }));
    if !service.is_empty() {
        api.insert("service".to_owned(), json!({ "name": format!("{service}.amazonaws.com") }));
    }
    if act.outcome != Outcome::Success {
        api.insert("response".to_owned(), json!({ "error": act.error }));
    }
    let mut evidence = object(json!({
        "uid": act.event_id.to_string(),
        "actor": { "user": user },
        "api": api,
        "data": {
            "event_id": act.event_id.to_string(), "time": act.time.to_string(), "region": act.region,
            "client": act.client, "resource": act.resource, "outcome": json::outcome(act.outcome),
        },
    }));
    if !act.source.is_empty() {
        let endpoint = match act.source.parse::<IpAddr>() {
            Ok(address) => json!({ "ip": address.to_string() }),
            Err(_) => json!({ "name": act.source }),
        };
        evidence.insert("src_endpoint".to_owned(), endpoint);
    }
    Value::Object(evidence)
}

/// What was seen beside what is usual, in OCSF's own words for it.
fn anomalies(incident: &Incident) -> Vec<Value> {
    let target = json!([{ "name": facts::owner(incident), "type": "Principal" }]);
    let told =
        |line: &&LedgerLine| line.bits > 0.0 && !line.observed.is_empty() && !line.usual.is_empty();
    let pattern = |line: &LedgerLine, text: &str| json!([{ "observation_parameter": line.signal, "observations": [{ "value": text }] }]);
    let lines = incident.ledger.iter().filter(told).map(|line| {
        json!({
            "analysis_targets": target,
            "anomalies": pattern(line, &line.observed),
            "baselines": pattern(line, &line.usual),
        })
    });
    lines.collect()
}

fn resources(incident: &Incident, region: &str) -> Vec<Value> {
    let keys =
        incident.access_key_ids.iter().map(|key| ("AwsIamAccessKey", key.as_str().to_owned()));
    let principals = incident.principals.iter().map(|arn| ("AwsIamPrincipal", arn.clone()));
    let made = incident.created.iter().map(|name| ("Created", name.clone()));
    let touched = incident.resources.iter().map(|name| ("Touched", name.clone()));
    let all = keys.chain(principals).chain(made).chain(touched).take(NAMED);
    all.map(|(kind, name)| {
        let mut resource = object(json!({ "type": kind, "uid": name, "name": facts::name(&name) }));
        if !region.is_empty() {
            resource.insert("region".to_owned(), json!(region));
        }
        Value::Object(resource)
    })
    .collect()
}

fn observables(incident: &Incident) -> Vec<Value> {
    let mut found: BTreeMap<(u64, &'static str, &'static str), BTreeSet<String>> = BTreeMap::new();
    let mut add = |kind, value: String| found.entry(kind).or_default().insert(value);
    for key in &incident.access_key_ids {
        add(
            (19, "User Credential ID", "evidences.actor.user.credential_uid"),
            key.as_str().to_owned(),
        );
    }
    for address in addresses(incident) {
        add((2, "IP Address", "evidences.src_endpoint.ip"), address.to_string());
    }
    for principal in &incident.principals {
        add((31, "User Object: uid", "evidences.actor.user.uid"), principal.clone());
    }
    let all = found.into_iter().flat_map(|((id, kind, name), values)| {
        values
            .into_iter()
            .map(move |value| json!({ "type_id": id, "type": kind, "name": name, "value": value }))
    });
    all.take(NAMED).collect()
}

/// The addresses of the suspicious calls.
pub(crate) fn addresses(incident: &Incident) -> BTreeSet<IpAddr> {
    incident.timeline.iter().filter_map(|act| act.source.parse().ok()).collect()
}

fn remediation(report: &Report<'_>, incident: &Incident) -> Value {
    let plan = steps::plan(incident, &report.setting.again);
    let text: Vec<String> = plan
        .iter()
        .take(20)
        .enumerate()
        .map(|(index, step)| format!("{}. {}", index + 1, step.text))
        .collect();
    json!({
        "desc": text.join("\n"),
        "references": ["https://docs.aws.amazon.com/IAM/latest/UserGuide/security-audit-guide.html"],
    })
}

/// What OCSF has no place for; nothing is dropped.
fn unmapped(incident: &Incident) -> Value {
    json!({
        "score_bits": incident.score,
        "ledger": incident.ledger,
        "hypotheses": incident.hypotheses,
        "coverage": incident.coverage,
        "clients": incident.clients,
        "networks": incident.networks,
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

const fn severity_id(severity: Severity) -> u64 {
    match severity {
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

const fn confidence(probability: f64) -> (u64, &'static str) {
    if probability >= 0.9 {
        (3, "High")
    } else if probability >= 0.5 {
        (2, "Medium")
    } else {
        (1, "Low")
    }
}

/// A chance in whole per cent.
pub(crate) fn percent(probability: f64) -> i64 {
    (probability * 100.0).round() as i64
}

fn millis(time: Time) -> i64 {
    time.micros().div_euclid(1_000)
}

/// `critical` as OCSF writes it: `Critical`.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
