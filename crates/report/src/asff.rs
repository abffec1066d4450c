//! ASFF, the format of Security Hub: each line is one request of `BatchImportFindings`.
//!
//! Lengths and forms are those that AWS documents for the fields of a finding.

use std::net::IpAddr;

use cloudtrail::AccessKeyId;
use incident::feedback::Decision;
use incident::{Incident, Severity, Status};
use serde_json::{Map, Value, json};

use crate::steps;
use crate::{Report, facts, json, ocsf};

/// So many findings go into one request.
const BATCH: usize = 100;
/// So many resources a finding may have, and so many bytes a name of one.
const RESOURCES: usize = 32;
const LONGEST_ID: usize = 512;

/// All incidents, a request of at most a hundred findings on each line.
pub fn findings(report: &Report<'_>) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    for batch in report.incidents.chunks(BATCH) {
        let findings: Vec<Value> = batch.iter().map(|incident| finding(report, incident)).collect();
        json::write(&mut out, &json!({ "Findings": findings }))?;
    }
    Ok(out)
}

/// The part of AWS that a region belongs to.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

fn finding(report: &Report<'_>, incident: &Incident) -> Value {
    let told = incident.timeline.first().map(|act| act.region.as_str());
    let region = told.filter(|region| is_region(region)).unwrap_or("us-east-1");
    let partition = partition(region);
    let owner = incident.root_access_key_id.as_ref().and_then(AccessKeyId::account);
    let account = incident.account_ids.first().copied().or(owner);
    let account = account.map_or_else(|| "0".repeat(12), |account| account.to_string());
    let steps = steps::plan(incident, &report.setting.again);
    let next: Vec<&str> =
        steps.iter().filter(|step| step.urgent).map(|step| step.text.as_str()).collect();
    json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("keyhound/{account}/{}", incident.id),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "ProductName": "Keyhound",
        "CompanyName": "Keyhound",
        "Region": region,
        "GeneratorId": "keyhound-stolen-credential",
        "AwsAccountId": account,
        "Types": types(incident),
        "FirstObservedAt": incident.first_seen.to_string(),
        "LastObservedAt": incident.last_seen.to_string(),
        "CreatedAt": incident.detected_at.unwrap_or(incident.first_seen).to_string(),
        "UpdatedAt": incident.last_seen.max(incident.detected_at.unwrap_or(incident.first_seen)).to_string(),
        "Severity": { "Label": label(incident.severity), "Original": facts::severity(incident.severity) },
        "Confidence": ocsf::percent(incident.probability),
        "Title": cut(&incident.title, 256),
        "Description": cut(&ocsf::description(incident), 1_024),
        "Remediation": { "Recommendation": {
            "Text": cut(&next.join(" "), 512),
            "Url": "https://docs.aws.amazon.com/IAM/latest/UserGuide/security-audit-guide.html",
        } },
        "Resources": resources(incident, region, partition, &account),
        "Action": action(incident),
        "Workflow": { "Status": workflow(report, incident) },
        "RecordState": "ACTIVE",
        "ProductFields": fields(incident),
    })
}

/// Name spaces, categories and classifiers of ASFF's own list, by what was achieved.
fn types(incident: &Incident) -> Vec<&'static str> {
    const KNOWN: [(&str, &str); 11] = [
        ("Initial Access", "TTPs/Initial Access"),
        ("Execution", "TTPs/Execution"),
        ("Persistence", "TTPs/Persistence"),
        ("Privilege Escalation", "TTPs/Privilege Escalation"),
        ("Defense Evasion", "TTPs/Defense Evasion"),
        ("Credential Access", "TTPs/Credential Access"),
        ("Discovery", "TTPs/Discovery"),
        ("Lateral Movement", "TTPs/Lateral Movement"),
        ("Collection", "TTPs/Collection"),
        ("Exfiltration", "Effects/Data Exfiltration"),
        ("Impact", "Effects/Data Destruction"),
    ];
    let tactics =
        KNOWN.iter().filter(|(name, _)| incident.tactics.iter().any(|tactic| tactic == name));
    std::iter::once("Unusual Behaviors/User")
        .chain(tactics.map(|(_, name)| *name))
        .take(50)
        .collect()
}

const fn label(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "LOW",
        Severity::Medium => "MEDIUM",
        Severity::High => "HIGH",
        Severity::Critical => "CRITICAL",
    }
}

fn workflow(report: &Report<'_>, incident: &Incident) -> &'static str {
    match report.verdicts.verdicts.get(&incident.id).map(|verdict| verdict.verdict) {
        None => "NEW",
        Some(Decision::Theft) => "NOTIFIED",
        Some(Decision::Benign | Decision::Test) => "RESOLVED",
    }
}

/// Keys first, then whom they belong to, then what was made and touched.
fn resources(incident: &Incident, region: &str, partition: &str, account: &str) -> Vec<Value> {
    let owner = facts::owner(incident);
    let owner = cut(facts::name(owner), 128);
    let base = |kind: &str, id: &str| json!({ "Type": kind, "Id": cut(id, LONGEST_ID), "Partition": partition, "Region": region });
    let mut all: Vec<Value> = Vec::new();
    for key in &incident.access_key_ids {
        let id = format!("AWS::IAM::AccessKey:{}", key.as_str());
        let mut resource = base("AwsIamAccessKey", &id);
        let mut details = json!({ "AccessKeyId": cut(key.as_str(), 128), "AccountId": account });
        if incident.root_access_key_id.as_ref() == Some(key) && !owner.is_empty() {
            details["PrincipalName"] = json!(owner);
        }
        resource["Details"] = json!({ "AwsIamAccessKey": details });
        all.push(resource);
    }
    for principal in incident.principals.iter().filter(|name| !name.trim().is_empty()) {
        all.push(base(kind_of(principal), principal));
    }
    for name in
        incident.created.iter().chain(&incident.resources).filter(|name| !name.trim().is_empty())
    {
        all.push(base("Other", name));
    }
    if all.is_empty() {
        all.push(base("AwsAccount", &format!("AWS::::Account:{account}")));
    }
    all.truncate(RESOURCES);
    all
}

fn kind_of(principal: &str) -> &'static str {
    if principal.contains(":user/") {
        "AwsIamUser"
    } else if principal.contains("role/") {
        "AwsIamRole"
    } else {
        "Other"
    }
}

/// The first suspicious call.
fn action(incident: &Incident) -> Value {
    let Some(act) = incident.timeline.first() else {
        return json!({ "ActionType": "AWS_API_CALL" });
    };
    let (service, name) = act.action.split_once(':').unwrap_or(("", &act.action));
    let mut call = Map::new();
    call.insert("Api".to_owned(), json!(cut(name, 128)));
    if !service.is_empty() {
        let service = format!("{}.amazonaws.com", cut(service, 100));
        call.insert("ServiceName".to_owned(), json!(service));
    }
    match act.source.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            call.insert("CallerType".to_owned(), json!("remoteIp"));
            call.insert(
                "RemoteIpDetails".to_owned(),
                json!({ "IpAddressV4": address.to_string() }),
            );
        }
        _ if !act.source.trim().is_empty() => {
            call.insert("CallerType".to_owned(), json!("domain"));
            call.insert("DomainDetails".to_owned(), json!({ "Domain": cut(&act.source, 128) }));
        }
        _ => {}
    }
    call.insert("FirstSeen".to_owned(), json!(incident.first_seen.to_string()));
    call.insert("LastSeen".to_owned(), json!(incident.last_seen.to_string()));
    json!({ "ActionType": "AWS_API_CALL", "AwsApiCallAction": call })
}

/// What ASFF has no place for; at most fifty fields of 128 and 2,048 characters.
fn fields(incident: &Incident) -> Map<String, Value> {
    let status = if incident.status == Status::Alert { "alert" } else { "watch" };
    let mut fields = Map::new();
    let mut add = |name: String, value: &str| {
        if !value.trim().is_empty() {
            fields.insert(format!("keyhound/{name}"), json!(cut(value, 2_048)));
        }
    };
    add("status".to_owned(), status);
    add("score-bits".to_owned(), &incident.score.to_string());
    add("networks".to_owned(), &incident.networks.join("; "));
    add("clients".to_owned(), &incident.clients.join("; "));
    add("techniques".to_owned(), &incident.techniques.join(", "));
    add("not-checked".to_owned(), &incident.coverage.join("; "));
    add("first-event-id".to_owned(), &incident.first_event_id.to_string());
    for (index, line) in incident.ledger.iter().take(25).enumerate() {
        let text = format!(
            "{:+.1} {}: seen {}; usual {}",
            line.bits, line.text, line.observed, line.usual
        );
        add(format!("reason-{:02}", index + 1), &text);
    }
    fields
}

/// A text of at most so many characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn is_region(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (5..=32).contains(&text.len()) && text.contains('-') && text.bytes().all(allowed)
}
