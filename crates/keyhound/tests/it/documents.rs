//! Pages that promise something to their readers are held to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What `scan --format ndjson` finds in a scenario.
fn incidents(scenario: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_keyhound"))
        .args(["scan", "-q", "--format", "ndjson", scenario])
        .current_dir(root().join("testdata"))
        .env_clear()
        .output()
        .expect("run keyhound");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn the_contract_names_every_field_and_no_other() {
    let page = page("docs/reference/ndjson.md");
    let incidents = incidents("leaked-user-key/AWSLogs");
    let incident = incidents.first().expect("an incident");
    let investigation = &incident["investigation"];
    let (radius, resolution) = (&investigation["radius"], &investigation["resolution"]);
    for (heading, object) in [
        ("## The incident", incident),
        ("## A line of the ledger", &incident["ledger"][0]),
        ("## A hypothesis", &incident["hypotheses"][0]),
        ("## The investigation", investigation),
        ("## A question", &investigation["questions"][0]),
        ("## The radius", radius),
        ("## An action tried", &investigation["tried"][0]),
        ("## A change", &radius["changed"][0]),
        ("## What is reachable", &radius["reachable"]),
        ("## The resolution", resolution),
        ("## A resource affected", &resolution["resources"][0]),
    ] {
        let section = page.split(heading).nth(1).unwrap_or_else(|| panic!("no {heading}"));
        let section = section.split("\n## ").next().expect("a section");
        let told: Vec<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let written: BTreeSet<&str> =
            object.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(told.iter().copied().collect::<BTreeSet<_>>(), written, "{heading}");
    }
    let names: Vec<&str> = incident["hypotheses"]
        .as_array()
        .expect("hypotheses")
        .iter()
        .filter_map(|hypothesis| hypothesis["name"].as_str())
        .collect();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "docs/reference/ndjson.md lacks {name}");
    }
}

/// What the owner did until the theft, counted from the records alone.
struct History {
    active_days: f64,
    /// Pairs of an action and a day.
    action_days: f64,
    actions: f64,
    /// Pairs of an hour of the week and a day, and on how many days it was the hour of the theft.
    hour_days: f64,
    this_hour: f64,
}

impl History {
    fn read() -> Self {
        let records = records(&root().join("testdata/leaked-user-key/AWSLogs"));
        let text = |record: &Value, name: &str| record[name].as_str().expect("text").to_owned();
        let (thief, owner): (Vec<&Value>, Vec<&Value>) = records
            .iter()
            .partition(|record| text(record, "userAgent").starts_with("aws-sdk-go-v2"));
        assert_eq!(thief.len(), 3);
        let hour = |record: &Value| text(record, "eventTime")[11..13].to_owned();
        let day = |record: &Value| text(record, "eventTime")[..10].to_owned();
        // 2024-07-13 is the one Saturday on which the owner works; its hours are others.
        let bin = |record: &Value| (hour(record), day(record) == "2024-07-13");
        let action = |record: &Value| (text(record, "eventSource"), text(record, "eventName"));
        let theft = bin(thief[0]);
        let days: BTreeSet<_> = owner.iter().map(|record| day(record)).collect();
        let action_days: BTreeSet<_> =
            owner.iter().map(|record| (action(record), day(record))).collect();
        let actions: BTreeSet<_> = owner.iter().map(|record| action(record)).collect();
        let hour_days: BTreeSet<_> =
            owner.iter().map(|record| (bin(record), day(record))).collect();
        Self {
            active_days: days.len() as f64,
            action_days: action_days.len() as f64,
            actions: actions.len() as f64,
            this_hour: hour_days.iter().filter(|(bin, _)| *bin == theft).count() as f64,
            hour_days: hour_days.len() as f64,
        }
    }
}

fn records(folder: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(records(&path));
            continue;
        }
        let mut text = String::new();
        let file = fs::File::open(&path).expect("a file");
        GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        let Value::Array(records) = value["Records"].take() else { panic!("no Records") };
        found.extend(records);
    }
    found
}

/// The arithmetic of docs/guide/how-it-judges.md, done again with nothing from the judge: the lines
/// that the page must have, and what each comes to.
fn worked_example() -> (Vec<String>, BTreeMap<&'static str, f64>) {
    let weights: Value = serde_json::from_str(&page("data/weights.json")).expect("JSON");
    let thief: Value = serde_json::from_str(&page("data/thief.json")).expect("JSON");
    let number = |value: &Value| value.as_f64().expect("a number");
    let mimic = number(&weights["mimic"]);
    let most = number(&weights["context_clip"][1]);
    let history = History::read();
    let days = history.active_days;
    let bits = |thief: f64, own: f64| (mimic + (1.0 - mimic) * thief / own).log2();
    let mut lines = vec![];
    let mut came_to = BTreeMap::new();

    // One network was new on a later day than the first; the crowd heard of all days but today.
    let rate = (1.0 + 0.3) / (days - 1.0 + 20.0);
    let novelty = (1.0 + 8.0 * rate) / (days + 8.0);
    lines.push(format!("r = (1 + 0.3) / ({} + 20) = {rate:.4}", days - 1.0));
    lines.push(format!("e = (1 + 8 × {rate:.4}) / ({days} + 8) = {novelty:.4}"));
    let (a, b) = (
        number(&thief["networks"]["hosting"]) * 0.05,
        number(&thief["benign"]["person"]["networks"]["hosting"]) * 0.05,
    );
    let network = bits(a, novelty * b);
    lines.push(format!(
        "network = log2({mimic} + {} × {a:.3} / ({novelty:.4} × {b:.5})) = {network:.2}",
        1.0 - mimic
    ));
    came_to.insert("network", network.min(most));

    let rate = 0.3 / (days - 1.0 + 20.0);
    let novelty = 8.0 * rate / (days + 8.0);
    lines.push(format!("r = (0 + 0.3) / ({} + 20) = {rate:.4}", days - 1.0));
    lines.push(format!("e = (0 + 8 × {rate:.4}) / ({days} + 8) = {novelty:.5}"));
    let (a, b) = (
        number(&thief["clients"]["families"]["aws-sdk-go-v2"]),
        number(&thief["benign"]["person"]["clients"]["families"]["aws-sdk-go-v2"]),
    );
    let client = bits(a, novelty * b);
    lines.push(format!(
        "client = log2({mimic} + {} × {a} / ({novelty:.5} × {b})) = {client:.2}, at most {most}",
        1.0 - mimic
    ));
    came_to.insert("client", client.min(most));

    let own = (history.this_hour + 0.5) / (history.hour_days + 24.0);
    let hour = (mimic + (1.0 - mimic) / 48.0 / own).log2();
    let least = number(&weights["hour_clip"][0]);
    lines.push(format!(
        "p = ({} + 0.5) / ({} + 24) = {own:.4}",
        history.this_hour, history.hour_days
    ));
    lines.push(format!(
        "hour = log2({mimic} + {} / 48 / {own:.4}) = {hour:.2}, at least {least}",
        1.0 - mimic
    ));
    came_to.insert("hour", hour.max(least));

    actions(&weights, &history, &mut lines, &mut came_to);
    (lines, came_to)
}

/// The three actions: alone they come to the limit, together they count less and less.
fn actions(
    weights: &Value,
    history: &History,
    lines: &mut Vec<String>,
    came_to: &mut BTreeMap<&'static str, f64>,
) {
    let mimic = weights["mimic"].as_f64().expect("a number");
    let most = weights["write_clip"].as_f64().expect("a number");
    let decay = weights["action_decay"].as_f64().expect("a number") / 256.0;
    let incidents: BTreeMap<(String, String), usize> = page("data/traildiscover.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let known = fields.get(4).map_or(0, |text| text.split_whitespace().count());
            ((fields[0].to_owned(), fields[1].to_owned()), known)
        })
        .collect();
    let calls = |name: &str| incidents[&("iam.amazonaws.com".to_owned(), name.to_owned())];
    let thief = intel::thief::Thief::shipped();
    let (actions, action_days) = (history.actions, history.action_days);
    lines.push(format!("{actions} different actions in these weeks, on {action_days} action-days"));
    lines.push(format!("`{actions} × that / ({action_days} + {actions})`"));
    let pairs: usize = incidents.values().sum();
    let shares = format!("`0.85 × (incidents + 0.3) / ({pairs} + 0.3 × {})`", incidents.len());
    lines.push(shares);
    for name in ["AttachUserPolicy", "CreateAccessKey", "CreateUser"] {
        let popular = intel::action::lookup("iam", name, None).popularity;
        // The crowd is this one principal, without the day of the theft: as many actions, each once.
        let organisation = popular / 2.0;
        let own = actions * organisation / (action_days + actions);
        let a = thief.action("iam", name);
        let alone = (mimic + (1.0 - mimic) * a / own).log2();
        lines.push(format!(
            "| `iam:{name}` | {} | {a:.4} | {popular:.7} | {own:.8} | {alone:.1} | {:.1} |",
            calls(name),
            alone.min(most)
        ));
        assert!(alone > most, "{name} does not reach the limit: {alone}");
    }
    let mut factor = 1.0;
    for name in
        ["action:iam:AttachUserPolicy", "action:iam:CreateAccessKey", "action:iam:CreateUser"]
    {
        came_to.insert(name, most * factor);
        factor *= decay;
    }
}

#[test]
fn the_first_scan_shows_what_is_printed() {
    let page = page("docs/guide/first-scan.md");
    let output = Command::new(env!("CARGO_BIN_EXE_keyhound"))
        .args(["scan", "-q", "testdata/leaked-user-key/AWSLogs"])
        .current_dir(root())
        .env_clear()
        .env("KEYHOUND_CONFIG", "")
        .output()
        .expect("run keyhound");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let shown: Vec<&str> = page
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .flat_map(str::lines)
        .collect();
    assert!(shown.len() > 20, "{shown:?}");
    let strange: Vec<&&str> =
        shown.iter().filter(|line| !printed.lines().any(|known| known == **line)).collect();
    assert!(strange.is_empty(), "docs/guide/first-scan.md is out of date: {strange:#?}\n{printed}");
}

#[test]
fn the_worked_example_can_be_recomputed() {
    let page = page("docs/guide/how-it-judges.md");
    let found = incidents("leaked-user-key/AWSLogs");
    let incident = found.first().expect("an incident");
    let (mut lines, came_to) = worked_example();
    let ledger = incident["ledger"].as_array().expect("a ledger");
    for line in ledger {
        let signal = line["signal"].as_str().expect("a signal");
        let bits = line["bits"].as_f64().expect("bits");
        if let Some(expected) = came_to.get(signal) {
            // Scores are kept in 256ths.
            assert!((bits - expected).abs() <= 1.0 / 256.0, "{signal}: {bits} is not {expected}");
        }
        lines.push(format!("| `{signal}` | {bits:+.2} |"));
    }
    for signal in came_to.keys() {
        assert!(ledger.iter().any(|line| line["signal"] == *signal), "no line {signal}");
    }
    let score = incident["score"].as_f64().expect("a score");
    lines.push(format!("| **score** | **{score:+.2}** |"));
    let missing: Vec<&String> = lines.iter().filter(|line| !page.contains(*line)).collect();
    assert!(
        missing.is_empty(),
        "docs/guide/how-it-judges.md is out of date; it must have these lines:\n{missing:#?}"
    );
}
