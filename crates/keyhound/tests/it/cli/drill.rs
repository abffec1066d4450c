//! `keyhound drill`: what it says of a made-up organisation and of a trail, and what it refuses.

use serde_json::Value;

use super::{Folder, Said};

/// Two quiet weeks of four people and five programs.
const SMALL: &str = r#"
[time]
start = "2025-03-03T00:00:00Z"
days = 14
quiet-days = 9

[organisation]
name = "tiny"
accounts = 1
regions = ["eu-central-1"]
data-events = false

[[office]]
country = "DE"
offset = 1
network = "colt-eu"
homes = ["telekom-de"]
mobiles = ["telefonica-de-mobile"]
weight = 1.0

[people]
sso = 1
administrators = 0
users = 3
auditors = 0
at-home = 0.4
bursts-per-day = 2.0

[workloads]
ci-oidc = 0
ci-keys = 0
applications = 2
instances = 1
containers = 1
functions = 1
scanners = 0
backups = 0
hosters = ["hetzner"]
bursts-per-hour = 0.3
services = false

[changes]
rotation = 1
"#;

/// A user's quiet weeks, without the theft at their end.
const TRAIL: [&str; 3] = ["--until", "2024-07-30", "logs"];

fn with_organisation() -> Folder {
    let folder = Folder::new();
    folder.write("tiny.toml", SMALL);
    folder
}

fn with_trail() -> Folder {
    let folder = Folder::new();
    let testdata = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/leaked-user-key/AWSLogs");
    std::os::unix::fs::symlink(testdata, folder.path().join("logs")).expect("link the logs");
    folder
}

fn drill(folder: &Folder, arguments: &[&str]) -> Said {
    let said = folder.run(&[&["drill", "-q"], arguments].concat());
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    said
}

#[test]
fn a_made_up_organisation_is_robbed_and_the_document_says_how_it_went() {
    let folder = with_organisation();
    let arguments = ["--organisation", "tiny.toml", "--thefts", "5", "--json"];
    let said = drill(&folder, &arguments);
    let result: Value = serde_json::from_str(&said.out).expect("JSON");
    let thefts = result["thefts"].as_array().expect("thefts");
    let tried = thefts.len() + result["not_tried"].as_array().expect("families").len();
    assert_eq!((tried, &result["history"]["made_up"]), (5, &Value::Bool(true)));
    assert!(thefts.len() >= 3, "{thefts:?}");
    let found = thefts.iter().filter(|theft| theft["found"] == true).count();
    assert_eq!(result["recall"]["thefts"]["of"], thefts.len());
    let share = result["recall"]["thefts"]["share"].as_f64().expect("a share");
    assert!((share * thefts.len() as f64 - found as f64).abs() < 1e-9, "{share}");
    for theft in thefts {
        assert_eq!(theft["found"] == true, theft["alerts"] != 0, "{theft}");
        assert_eq!(theft["found"] == true, theft["minutes_to_detect"].is_number(), "{theft}");
    }
    assert_eq!(result["false_alerts"]["look_alikes"]["rotation"]["happened"], 1);
    // The same whoever works on it; another seed is another drill.
    let one = drill(&folder, &[&arguments[..], &["--threads", "1"]].concat()).out;
    assert_eq!(one, said.out);
    assert_ne!(drill(&folder, &[&arguments[..], &["--seed", "2"]].concat()).out, said.out);
}

#[test]
fn a_trail_is_robbed_and_the_report_says_what_was_missed_and_why() {
    let folder = with_trail();
    let files = ["--report", "drill.html"];
    let all = [&["--thefts", "21"], &files[..], &TRAIL[..]].concat();
    let said = drill(&folder, &all);
    assert!(said.out.starts_with("Drill: "), "{}", said.out);
    for heading in [
        "Would it be found",
        "Of those found, is it told right",
        "False alerts, in the history without thefts",
        "Missed, and why",
        "Not tried",
        "Not checked",
    ] {
        assert!(said.out.lines().any(|line| line == heading), "no {heading} in\n{}", said.out);
    }
    assert!(said.out.contains("2024-07-11 to 2024-07-30: your logs"), "{}", said.out);
    // Whoever owns the key is nowhere else: no instance is robbed of its role here.
    let untried = said.out.split("Not tried").nth(1).expect("what was not tried");
    assert!(untried.contains("metadata-theft"), "{untried}");
    let page = std::fs::read_to_string(folder.path().join("drill.html")).expect("a report");
    assert!(page.contains("<h1>Drill: ") && !page.contains("<script"), "{page}");
    assert!(page.contains("<h2>Missed, and why</h2>"), "{page}");
}

#[test]
fn thefts_before_the_period_that_is_asked_for_count_as_well() {
    let folder = with_trail();
    let json = |more: &[&str]| -> Value {
        let said = drill(&folder, &[&["--thefts", "10", "--json"], more, &TRAIL[..]].concat());
        serde_json::from_str(&said.out).expect("JSON")
    };
    let (all, late) = (json(&[]), json(&["--since", "2024-07-29"]));
    assert_eq!(all["thefts"], late["thefts"]);
    assert_eq!(late["history"]["judged_from"], "2024-07-29T00:00:00Z");
    assert!(all["history"]["key_weeks"].as_f64() > late["history"]["key_weeks"].as_f64());
}

#[test]
fn thresholds_are_not_measured_on_too_little() {
    let folder = with_trail();
    let arguments = [&["drill", "-q", "--calibrate"], &TRAIL[..]].concat();
    let said = folder.run(&arguments);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    assert!(said.err.contains("2 principal-weeks"), "{}", said.err);
    assert!(said.err.contains("nothing was written"), "{}", said.err);
    assert!(!folder.path().join("keyhound.toml").exists());
}

#[test]
fn what_cannot_be_drilled_is_said_before_anything_is_read() {
    let folder = Folder::with_theft();
    for (arguments, why, tip) in [
        (&["--calibrate"][..], "no path is given", "name the folder"),
        (&["--key", "AKIAIOSFODNN7EXAMPLE", "logs"], "--key has no place in a drill", "leave it"),
        (&["--report", "drill.pdf", "logs"], "drill.pdf is neither", ".html or .md"),
        (&["--organisation", "none"], "no such parameter set", ""),
        (&["--organisation", "none.toml"], "cannot read the parameters", ""),
        (&["--budget", "0", "--calibrate", "logs"], "from 0.1 to 1000", ""),
        (&["--limit", "20", "logs"], "more than 20 events", "--since"),
        (&["nowhere"], "nowhere", ""),
        (&["logs"], "alerts stand already", "keyhound explain inc-"),
    ] {
        let said = folder.run(&[&["drill"], arguments].concat());
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{arguments:?}");
        assert!(said.err.contains(why) && said.err.contains(tip), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn the_contract_names_every_field_and_no_other() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/drill.md");
    let page = std::fs::read_to_string(path).expect("the page");
    let folder = with_trail();
    let said = drill(&folder, &[&["--thefts", "21", "--json"], &TRAIL[..]].concat());
    let result: Value = serde_json::from_str(&said.out).expect("JSON");
    let missed = result["thefts"].as_array().expect("thefts").iter();
    let missed = missed.clone().find(|theft| !theft["ledger"].is_null()).expect("a missed theft");
    for (heading, object) in [
        ("## The document", &result),
        ("## The history", &result["history"]),
        ("## Recall", &result["recall"]),
        ("## False alerts", &result["false_alerts"]),
        ("## A budget", &result["budgets"][0]),
        ("## A theft", missed),
    ] {
        let section = page.split(heading).nth(1).unwrap_or_else(|| panic!("no {heading}"));
        let section = section.split("\n## ").next().expect("a section");
        let mut told: Vec<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let fields = object.as_object().expect("an object").keys();
        let mut written: Vec<&str> = fields.map(String::as_str).collect();
        told.sort_unstable();
        written.sort_unstable();
        assert_eq!(told, written, "{heading}");
    }
}
