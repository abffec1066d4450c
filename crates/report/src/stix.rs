//! STIX 2.1: a bundle of indicators, to be shared: the addresses that thieves came from, and what
//! they did in ATT&CK's words.
//!
//! Whose credentials were stolen is nobody else's business: no key, account or name of a user
//! is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use cloudtrail::Time;
use incident::{Incident, Status};
use serde_json::{Value, json};

use crate::{Report, ids, json, ocsf};

/// TLP:AMBER of STIX 2.1, a constant of the specification.
const AMBER: &str = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";

/// What is known of one address over all alerts.
struct Known<'a> {
    first: Time,
    last: Time,
    probability: f64,
    techniques: BTreeSet<&'a str>,
}

/// The bundle. Only alerts are told: what is merely watched is no indicator.
pub fn bundle(report: &Report<'_>) -> serde_json::Result<Vec<u8>> {
    let alerts: Vec<&Incident> =
        report.incidents.iter().filter(|incident| incident.status == Status::Alert).collect();
    let addresses = addresses(&alerts);
    let (Some(first), Some(last)) = (
        alerts.iter().map(|alert| alert.first_seen).min(),
        alerts.iter().map(|alert| alert.last_seen).max(),
    ) else {
        return written(&[]);
    };
    let author = format!("identity--{}", ids::of("stix identity", "keyhound"));
    let common = |created: Time, modified: Time| {
        json!({
            "spec_version": "2.1", "created": stamp(created), "modified": stamp(modified),
            "created_by_ref": author, "object_marking_refs": [AMBER],
        })
    };
    let mut objects = vec![json!({
        "type": "identity", "spec_version": "2.1", "id": author,
        "created": stamp(first), "modified": stamp(first),
        "name": "Keyhound", "identity_class": "system",
    })];
    let techniques: BTreeSet<&str> =
        addresses.values().flat_map(|known| known.techniques.iter().copied()).collect();
    for id in &techniques {
        objects.push(with(
            common(first, last),
            json!({
                "type": "attack-pattern", "id": pattern_id(id), "name": id,
                "external_references": [{ "source_name": "mitre-attack", "external_id": id }],
            }),
        ));
    }
    for (address, known) in &addresses {
        let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
        let indicator = format!("indicator--{}", ids::of("stix indicator", &address.to_string()));
        objects.push(with(
            common(known.first, known.last),
            json!({
                "type": "indicator", "id": indicator,
                "name": format!("A stolen AWS credential was used from {address}"),
                "indicator_types": ["malicious-activity"],
                "pattern": format!("[{kind}:value = '{address}']"),
                "pattern_type": "stix",
                "valid_from": stamp(known.first),
                "confidence": ocsf::percent(known.probability),
            }),
        ));
        for id in &known.techniques {
            let relation = ids::of("stix relationship", &format!("{address} {id}"));
            objects.push(with(
                common(known.first, known.last),
                json!({
                    "type": "relationship", "id": format!("relationship--{relation}"),
                    "relationship_type": "indicates",
                    "source_ref": indicator, "target_ref": pattern_id(id),
                }),
            ));
        }
    }
    written(&objects)
}

/// The addresses of the suspicious calls of alerts.
fn addresses<'a>(alerts: &[&'a Incident]) -> BTreeMap<IpAddr, Known<'a>> {
    let mut addresses: BTreeMap<IpAddr, Known<'a>> = BTreeMap::new();
    for alert in alerts {
        for act in &alert.timeline {
            let Ok(address) = act.source.parse::<IpAddr>() else { continue };
            let known = addresses.entry(address).or_insert_with(|| Known {
                first: act.time,
                last: act.time,
                probability: alert.probability,
                techniques: BTreeSet::new(),
            });
            known.first = known.first.min(act.time);
            known.last = known.last.max(act.time);
            known.probability = known.probability.max(alert.probability);
            known.techniques.extend(alert.techniques.iter().map(String::as_str));
        }
    }
    addresses
}

fn pattern_id(technique: &str) -> String {
    format!("attack-pattern--{}", ids::of("stix attack-pattern", technique))
}

fn written(objects: &[Value]) -> serde_json::Result<Vec<u8>> {
    let names: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    let stamps: Vec<&str> =
        objects.iter().filter_map(|object| object["modified"].as_str()).collect();
    let id = ids::of("stix bundle", &format!("{}\n{}", names.join("\n"), stamps.join("\n")));
    let mut bundle = json!({ "type": "bundle", "id": format!("bundle--{id}") });
    if !objects.is_empty() {
        bundle["objects"] = json!(objects);
    }
    let mut out = Vec::new();
    json::write(&mut out, &bundle)?;
    Ok(out)
}

/// One object with the fields of another.
fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

/// A time as STIX writes it, with three digits of a second.
fn stamp(time: Time) -> String {
    let whole = Time::from_seconds(time.seconds()).to_string();
    let millis = time.micros().rem_euclid(1_000_000) / 1_000;
    format!("{}.{millis:03}Z", whole.trim_end_matches('Z'))
}
