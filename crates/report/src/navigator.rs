//! A layer for the ATT&CK Navigator: which techniques the incidents show, and how strongly.

use std::collections::BTreeMap;

use incident::Incident;
use serde_json::{Value, json};

use crate::{Report, json, ocsf, words};

/// The layer, format 4.5. The score of a technique is the highest of its incidents, in bits.
pub fn layer(report: &Report<'_>) -> serde_json::Result<Vec<u8>> {
    let mut shown: BTreeMap<&str, Vec<&Incident>> = BTreeMap::new();
    for incident in report.incidents {
        for technique in &incident.techniques {
            shown.entry(technique).or_default().push(incident);
        }
    }
    let highest = report.incidents.iter().map(|incident| incident.score).fold(1.0, f64::max);
    let techniques: Vec<Value> =
        shown.iter().map(|(id, incidents)| technique(id, incidents)).collect();
    let layer = json!({
        "name": "Keyhound",
        "description": format!(
            "Techniques that {} show. {}.",
            words::count(report.incidents.len() as u64, "incident", "incidents"),
            report.looked_at.in_words(),
        ),
        "domain": "enterprise-attack",
        "versions": { "attack": ocsf::ATTACK, "navigator": "5.1.0", "layer": "4.5" },
        "filters": { "platforms": ["IaaS", "Identity Provider", "SaaS"] },
        "sorting": 3,
        "hideDisabled": false,
        "techniques": techniques,
        "gradient": {
            "colors": ["#fdf1dc", "#e0a63b", "#c0262d"],
            "minValue": 0,
            "maxValue": highest.ceil() as i64,
        },
        "legendItems": [],
        "metadata": [],
        "links": [],
        "showTacticRowBackground": false,
        "tacticRowBackground": "#dddddd",
        "selectTechniquesAcrossTactics": true,
        "selectSubtechniquesWithParent": false,
    });
    let mut out = Vec::new();
    json::write(&mut out, &layer)?;
    Ok(out)
}

fn technique(id: &str, incidents: &[&Incident]) -> Value {
    let score = incidents.iter().map(|incident| incident.score).fold(0.0, f64::max);
    let names: Vec<&str> = incidents.iter().map(|incident| incident.id.as_str()).collect();
    let metadata: Vec<Value> = incidents
        .iter()
        .map(|incident| json!({ "name": incident.id, "value": words::bits(incident.score) }))
        .collect();
    json!({
        "techniqueID": id,
        "score": words::tenths(score) as f64 / 10.0,
        "comment": names.join(", "),
        "enabled": true,
        "metadata": metadata,
        "links": [],
        "showSubtechniques": id.contains('.'),
    })
}
