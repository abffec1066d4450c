//! Scores what `keyhound scan --format ndjson` found against a world's `truth.json`:
//! `score TRUTH FOUND [ALERT_BITS]`. The report goes to standard output as JSON.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result};
use range::Truth;
use range::score::{Found, score};
use serde_json::Value;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let truth = arguments.next().context("name the truth.json")?;
    let found = arguments.next().context("name the ndjson")?;
    let alert = arguments.next().map(|bits| bits.parse::<f64>()).transpose()?;
    let truth: Truth = serde_json::from_slice(&fs::read(&truth).context("read the truth")?)?;
    let found = fs::read_to_string(&found).context("read what was found")?;
    let found: Vec<Found> = found.lines().map(|line| read(line, alert)).collect::<Result<_>>()?;
    let report = serde_json::to_string_pretty(&score(&found, &truth, 1))?;
    writeln!(std::io::stdout(), "{report}").context("write the report")
}

/// An incident of the contract, as the examiner reads it.
fn read(line: &str, alert: Option<f64>) -> Result<Found> {
    let incident: Value = serde_json::from_str(line)?;
    let text = |key: &str| incident[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str| {
        let values = incident[key].as_array().into_iter().flatten();
        values.filter_map(|value| value.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let bits = incident["score"].as_f64().unwrap_or(0.0);
    let supported = incident["hypotheses"].as_array().into_iter().flatten();
    let detected = incident["detected_at"]
        .as_str()
        .unwrap_or(incident["first_seen"].as_str().unwrap_or_default());
    Ok(Found {
        alert: alert.map_or(text("status") == "alert", |least| bits >= least),
        score: bits,
        detected_at: detected.parse()?,
        root_access_key_id: text("root_access_key_id"),
        access_key_ids: list("access_key_ids"),
        principals: list("principals"),
        first_event_id: text("first_event_id"),
        event_ids: list("event_ids"),
        resources: list("resources"),
        created: list("created"),
        reasons: supported
            .filter(|finding| finding["verdict"] == "supported")
            .filter_map(|finding| finding["name"].as_str().map(str::to_owned))
            .collect(),
    })
}
