//! Recorded attack techniques, implanted after three quiet weeks of the same principal.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::{scan, testdata};

/// The recorded client names the attack tool, which would give the answer away; thieves write
/// their scripts with ordinary SDKs.
const CLIENT: &str = "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64";

fn records(path: &Path) -> Vec<Value> {
    let file = fs::File::open(path).unwrap();
    let mut file: Value = serde_json::from_reader(GzDecoder::new(file)).unwrap();
    let Value::Array(mut records) = file["Records"].take() else {
        panic!("no Records in {path:?}")
    };
    records.iter_mut().for_each(repair);
    records
}

/// The recording's identifiers were randomised, one role session's ARN beyond recognition. Its issuer
/// and principal id still tell what it was.
fn repair(record: &mut Value) {
    let identity = &record["userIdentity"];
    let arn = identity["arn"].as_str().unwrap_or_default();
    let (Some((head, tail)), Some(role), Some((_, session))) = (
        arn.split_once(":assumed-role/"),
        identity["sessionContext"]["sessionIssuer"]["userName"].as_str(),
        identity["principalId"].as_str().unwrap_or_default().split_once(':'),
    ) else {
        return;
    };
    if !tail.contains('/') {
        record["userIdentity"]["arn"] = json!(format!("{head}:assumed-role/{role}/{session}"));
    }
}

/// Whether a technique did more than read, or be refused once.
fn does_something(records: &[Value]) -> bool {
    let refused = records.iter().filter(|record| record["errorCode"].is_string()).count();
    let changed = records
        .iter()
        .any(|record| record["errorCode"].is_null() && record["readOnly"] != json!(true));
    changed || refused > 1
}

/// Three quiet weeks of everybody in the records, then the records themselves.
fn with_history(mut attack: Vec<Value>) -> String {
    let mut firsts: BTreeMap<String, Value> = BTreeMap::new();
    for record in &attack {
        let arn = record["userIdentity"]["arn"].as_str().unwrap_or_default();
        firsts.entry(arn.to_owned()).or_insert_with(|| record.clone());
    }
    let mut lines: Vec<String> = Vec::new();
    for first in firsts.values() {
        // A session that the attack itself made has no past.
        let minted = first["userIdentity"]["arn"].as_str().unwrap_or_default();
        if minted.contains(":assumed-role/stratus-") || minted.contains(":federated-user/") {
            continue;
        }
        let quiet = range::quiet_history(first, 3, 7).unwrap();
        assert!(quiet.len() > 100, "only {} quiet records", quiet.len());
        lines.extend(quiet.into_iter().map(|record| record.json));
    }
    for record in &mut attack {
        record["userAgent"] = json!(CLIENT);
    }
    lines.extend(attack.iter().map(Value::to_string));
    lines.join("\n")
}

#[test]
fn every_technique_that_does_something_is_at_least_watched() {
    let mut missed = Vec::new();
    let mut scores = String::new();
    let mut paths: Vec<_> = fs::read_dir(testdata("stratus-red-team"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let folder = tempfile::tempdir().unwrap();
    let mut tested = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "gz")) {
        let attack = records(path);
        let must = does_something(&attack);
        let ids: Vec<String> =
            attack.iter().map(|record| record["eventID"].as_str().unwrap().to_owned()).collect();
        let file = folder.path().join("trail.jsonl");
        fs::write(&file, with_history(attack)).unwrap();
        let scanned = scan(&file);
        let found = scanned
            .incidents
            .iter()
            .find(|incident| incident.event_ids.iter().any(|id| ids.contains(&id.to_string())));
        let name = path.file_stem().unwrap().to_string_lossy().replace(".json", "");
        let score = found.map_or("-".to_owned(), |incident| {
            format!("{:?} {:.1}", incident.status, incident.score)
        });
        let note = if must { "" } else { " (only reads or one refusal)" };
        writeln!(scores, "{name}: {score}{note}").unwrap();
        tested += 1;
        if must && found.is_none() {
            missed.push(name);
        }
    }
    println!("{scores}");
    assert_eq!(tested, 35);
    assert!(missed.is_empty(), "missed {missed:?}\n{scores}");
}
