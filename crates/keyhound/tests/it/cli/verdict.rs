//! `keyhound verdict`: what is said of an incident, and what the next scan makes of it.

use std::fmt::Write;
use std::fs;

use serde_json::{Value, json};

use super::{Folder, Said};

/// Days on which the owner works before a stranger comes.
const DAYS: u32 = 20;
const FILE: &str = "keyhound.verdicts.ndjson";

/// A day of one user; on some days a stranger reads a secret, from elsewhere with another client.
fn deliver(folder: &Folder, day: u32, stranger: bool) {
    let mut lines = String::new();
    let mut call = |hour: u32, name: &str, address: &str, agent: &str| {
        let (service, action) = name.split_once(':').expect("service:Name");
        let record = json!({
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "carol",
                "arn": "arn:aws:iam::111122223333:user/carol", "accountId": "111122223333",
                "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            },
            "eventTime": format!("2026-03-{:02}T{hour:02}:10:00Z", day + 1),
            "eventSource": format!("{service}.amazonaws.com"),
            "eventName": action,
            "awsRegion": "eu-west-1",
            "sourceIPAddress": address,
            "userAgent": agent,
            "requestParameters": null,
            "responseElements": null,
            "eventID": format!("{day}-{hour}-{action}"),
            "eventType": "AwsApiCall",
            "recipientAccountId": "111122223333",
        });
        writeln!(lines, "{record}").expect("write to a string");
    };
    for hour in [8, 10, 12] {
        for name in ["s3:ListBuckets", "ec2:DescribeInstances", "s3:GetBucketAcl"] {
            call(hour, name, "91.64.1.1", "aws-cli/2.15.59 os/macos#22.6.0");
        }
    }
    if stranger {
        for name in ["iam:ListUsers", "iam:ListRoles", "secretsmanager:GetSecretValue"] {
            call(15, name, "104.131.0.1", "Boto3/1.34.69 os/linux#5.15.0");
        }
    }
    folder.write(&format!("logs/{day:02}.jsonl"), lines);
}

fn with_stranger() -> Folder {
    let folder = Folder::new();
    (0..DAYS).for_each(|day| deliver(&folder, day, false));
    deliver(&folder, DAYS, true);
    folder
}

fn incidents(folder: &Folder) -> Vec<Value> {
    let said = folder.run(&["scan", "--format", "ndjson", "logs"]);
    said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn only(folder: &Folder) -> Value {
    let mut incidents = incidents(folder);
    assert_eq!(incidents.len(), 1, "{incidents:?}");
    incidents.remove(0)
}

fn say(folder: &Folder, arguments: &[&str]) -> Said {
    let said = folder.run(&[&["verdict", "-q"], arguments, &["logs"]].concat());
    assert_eq!(said.status, 0, "{}", said.err);
    said
}

/// Verdicts on incidents of long ago, all resting on the same evidence.
fn past(decision: &str, count: u32, evidence: &Value) -> String {
    let line = |number| {
        json!({
            "schema": 1, "incident": format!("inc-{decision}-{number}"), "verdict": decision,
            "given": "2026-01-01T00:00:00Z", "title": "", "score": 15.0, "evidence": evidence,
            "episodes": [format!("long ago {number}")],
        })
    };
    (0..count).fold(String::new(), |text, number| format!("{text}{}\n", line(number)))
}

fn adds_up(incident: &Value) -> bool {
    let lines = incident["ledger"].as_array().expect("a ledger");
    let sum: f64 = lines.iter().filter_map(|line| line["bits"].as_f64()).sum();
    (sum - incident["score"].as_f64().expect("a score")).abs() < 1e-9
}

#[test]
fn what_was_benign_is_learned() {
    let folder = with_stranger();
    let before = only(&folder);
    assert_eq!(before["status"], "alert", "{before}");
    let id = before["id"].as_str().expect("an id").to_owned();
    let said = say(&folder, &[&id, "benign", "--reason", "new office", "--by", "anna"]);
    assert!(said.out.contains("is benign; written to keyhound.verdicts.ndjson"), "{}", said.out);
    let text = fs::read_to_string(folder.path().join(FILE)).expect("the verdict");
    let verdict: Value = serde_json::from_str(&text).expect("one line");
    assert_eq!((&verdict["incident"], &verdict["reason"]), (&json!(id), &json!("new office")));
    assert!(verdict["evidence"]["network"].as_f64() > Some(5.0), "{verdict}");
    // A verdict hides nothing, and the evidence of the incident stays what it was.
    assert_eq!(only(&folder), before);
    let card = folder.run(&["scan", "logs"]).out;
    assert!(
        card.contains("  Verdict   benign, said on 20") && card.contains(" by anna: new office"),
        "{card}"
    );
    // The stranger comes again.
    (DAYS + 1..DAYS + 4).for_each(|day| deliver(&folder, day, day == DAYS + 3));
    let known = only(&folder);
    assert_eq!((&known["id"], &known["last_seen"]), (&before["id"], &before["last_seen"]));
    fs::remove_file(folder.path().join(FILE)).expect("remove the verdict");
    let unknown = only(&folder);
    assert!(unknown["event_ids"].as_array().map(Vec::len) > Some(3), "{unknown}");
}

#[test]
fn a_theft_is_never_learned() {
    let folder = with_stranger();
    let id = only(&folder)["id"].as_str().expect("an id").to_owned();
    // Long enough for what nobody spoke of to be learned.
    (DAYS + 1..DAYS + 10).for_each(|day| deliver(&folder, day, false));
    let at_work_again = |folder: &Folder| {
        deliver(folder, DAYS + 10, true);
        only(folder)["last_seen"].as_str().is_some_and(|time| time.starts_with("2026-03-31"))
    };
    assert!(!at_work_again(&folder), "learned after seven quiet days");
    say(&folder, &[&id[4..8], "theft"]);
    assert!(at_work_again(&folder));
}

#[test]
fn twenty_benign_verdicts_weaken_what_misled_and_nothing_hard() {
    let folder = with_stranger();
    let before = only(&folder);
    let misled = json!({"network": 9.0, "client": 3.0, "hard": 3.0});
    folder.write(FILE, past("benign", 19, &misled) + &past("test", 30, &misled));
    assert_eq!(only(&folder), before);
    folder.write(FILE, past("benign", 30, &misled));
    let after = folder.run(&["scan", "--format", "ndjson", "--set", "thresholds.watch=5", "logs"]);
    let surest = after.out.lines().next().expect("an incident");
    let after: Value = serde_json::from_str(surest).expect("JSON");
    let network = |incident: &Value| {
        let lines = incident["ledger"].as_array().expect("a ledger").clone();
        lines.into_iter().find(|line| line["signal"] == "network").expect("a line")
    };
    // (10 + 0) / (10 + 30 · 9/15), in 256ths.
    assert!(network(&after)["bits"].as_f64() < network(&before)["bits"].as_f64(), "{after}");
    let text = network(&after)["text"].as_str().expect("a text").to_owned();
    assert!(text.contains("counts 0.500 of its ") && text.contains("network evidence"), "{text}");
    assert!(adds_up(&before) && adds_up(&after));
    // As many thefts hold against it.
    folder.write(FILE, past("benign", 30, &misled) + &past("theft", 30, &misled));
    assert_eq!(only(&folder), before);
}

#[test]
fn hard_evidence_still_alerts_after_thirty_benign_verdicts() {
    let folder = Folder::with_theft();
    let hard = |incident: &Value| -> Vec<Value> {
        let lines = incident["ledger"].as_array().expect("a ledger");
        let soft = ["network", "client", "region", "action", "overlap", "stages", "carry"];
        let is_hard = |line: &&Value| {
            let signal = line["signal"].as_str().expect("a signal");
            line["bits"].as_f64() >= Some(6.0) && !soft.iter().any(|name| signal.starts_with(name))
        };
        lines.iter().filter(is_hard).cloned().collect()
    };
    let before = only(&folder);
    let evidence: Value =
        json!({"network": 5.0, "client": 3.0, "action": 5.0, "hard": 15.0, "sequence": 5.0});
    folder.write(FILE, past("benign", 30, &evidence));
    let after = only(&folder);
    assert_eq!(after["status"], "alert");
    assert_eq!(hard(&after), hard(&before));
    assert!(!hard(&after).is_empty(), "{after}");
    assert!(after["score"].as_f64() < before["score"].as_f64());
}

#[test]
fn a_proposed_exception_can_be_written_and_hides_the_same() {
    let folder = with_stranger();
    folder.write("keyhound.toml", "# ours\nkey_weeks_per_theft = 4000\n");
    let id = only(&folder)["id"].as_str().expect("an id").to_owned();
    let said = say(&folder, &[&id, "benign", "--reason", "audit", "--write", "--days", "366"]);
    let written = fs::read_to_string(folder.path().join("keyhound.toml")).expect("a file");
    let proposed = said.out.split("\n\n").last().expect("an exception");
    assert!(
        written.starts_with("# ours\n") && written.ends_with(proposed),
        "{written}\n{}",
        said.out
    );
    assert!(proposed.contains("network = \"104.131.0.1\"\n"), "{proposed}");
    let after = folder.run(&["scan", "logs"]);
    assert_eq!(after.status, 0, "{}", after.out);
    assert!(after.out.contains("1 incident is hidden by your exceptions."), "{}", after.out);
    assert!(
        after.err.contains("verdicts: on 1 incident, in keyhound.verdicts.ndjson"),
        "{}",
        after.err
    );
}

#[test]
fn hard_evidence_gets_no_exception() {
    let folder = Folder::with_theft();
    let id = only(&folder)["id"].as_str().expect("an id").to_owned();
    let said = say(&folder, &[&id, "benign", "--reason", "we moved it", "--write"]);
    assert!(said.out.contains("No exception is proposed: hard evidence"), "{}", said.out);
    assert!(!folder.path().join("keyhound.toml").exists());
}

#[test]
fn verdicts_are_listed_with_what_they_teach() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["verdict", "list"]).out, "no verdict in keyhound.verdicts.ndjson\n");
    folder.write(FILE, past("benign", 24, &json!({"network": 9.0, "client": 3.0})));
    let said = folder.run(&["verdict", "list"]);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = said.out.lines().map(words).collect();
    for row in [["0.50", "0.0", "18.0", "network"], ["0.62", "0.0", "6.0", "client"]] {
        assert!(rows.iter().any(|known| *known == row), "{row:?} in\n{}", said.out);
    }
    assert!(said.out.contains("inc-benign-7"), "{}", said.out);
}

#[test]
fn what_cannot_be_done_is_said_in_one_sentence() {
    let folder = with_stranger();
    let id = only(&folder)["id"].as_str().expect("an id").to_owned();
    let error = |arguments: &[&str]| {
        let said = folder.run(&[&["-q", "verdict"], arguments].concat());
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{said:?}");
        said.err
    };
    assert!(error(&["inc-zzzz", "theft", "logs"]).contains("there is no incident inc-zzzz"));
    assert!(error(&[&id, "benign", "logs"]).contains("--reason <TEXT>"));
    let blank = error(&[&id, "benign", "--reason", " ", "logs"]);
    assert!(blank.contains("a benign verdict needs a reason"), "{blank}");
    assert!(error(&[&id, "harmless", "logs"]).contains("harmless"));
    assert!(error(&[&id, "theft"]).contains("no path is given"));
    assert!(!folder.path().join(FILE).exists(), "nothing was written");
    folder.write(FILE, "{\"schema\":1,\u{1b}[2J\n");
    for arguments in [&["list"][..], &[&id, "theft", "logs"]] {
        let told = error(arguments);
        assert!(told.contains("line 1 of keyhound.verdicts.ndjson is no verdict"), "{told}");
        assert!(!told.contains('\u{1b}'), "{told:?}");
    }
    let scan = folder.run(&["scan", "logs"]);
    assert_eq!(scan.status, 2, "{}", scan.err);
}
