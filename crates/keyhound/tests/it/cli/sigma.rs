//! `--sigma`: rules of the user's through the real program.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use serde_json::Value;

use super::{Folder, Said};

const USER_MADE: &str = "sigma:6d9f3c1e-0b1a-4c55-9d3e-1f2a00000001";
const WAY_IN: &str = "sigma:6d9f3c1e-0b1a-4c55-9d3e-1f2a00000006";

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder with the recorded theft of Lena's key in `logs/` and our rules in `rules/`.
fn folder() -> Folder {
    let folder = Folder::new();
    copy(&folder, &source("../../testdata/leaked-user-key/AWSLogs"), "logs");
    copy(&folder, &source("tests/it/cli/rules"), "rules");
    folder.write("rules/LICENSE", "# Detection Rule License (DRL) 1.1\n");
    folder
}

fn copy(folder: &Folder, from: &Path, to: &str) {
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let to = format!("{to}/{name}");
        if path.is_dir() {
            copy(folder, &path, &to);
        } else {
            folder.write(&to, fs::read(&path).expect("a file"));
        }
    }
}

fn scanned(folder: &Folder, arguments: &[&str]) -> Said {
    folder.run(&[&["scan", "--format", "ndjson"], arguments, &["logs"]].concat())
}

fn incident(said: &Said) -> Value {
    assert_eq!(said.out.lines().count(), 1, "{said:?}");
    serde_json::from_str(&said.out).expect("an incident")
}

/// The lines that rules add, with their bits.
fn lines(incident: &Value) -> Vec<(&str, f64)> {
    let ledger = incident["ledger"].as_array().expect("a ledger").iter();
    let of_rules =
        ledger.map(|line| (line["signal"].as_str().unwrap(), line["bits"].as_f64().unwrap()));
    of_rules.filter(|(signal, _)| signal.starts_with("sigma:")).collect()
}

#[test]
fn a_match_is_a_line_with_its_author_and_licence_and_a_habit_is_none() {
    let folder = folder();
    let without = incident(&scanned(&folder, &[]));
    assert_eq!(lines(&without), []);
    let said = scanned(&folder, &["--sigma", "rules"]);
    let with = incident(&said);
    // The near miss and what Lena does every day are not there.
    assert_eq!(lines(&with), [(WAY_IN, 6.0), (USER_MADE, 2.0)]);
    let score = |incident: &Value| incident["score"].as_f64().unwrap();
    assert!((score(&with) - score(&without) - 8.0).abs() < 1e-9, "rules add their limit at most");
    let ledger = with["ledger"].as_array().unwrap();
    let line = ledger.iter().find(|line| line["signal"] == USER_MADE).unwrap();
    assert_eq!(
        line["text"],
        "the Sigma rule “IAM User Made” matches (high, by Keyhound contributors, Apache-2.0, in \
         rules/user_made.yml); +4.0 bits alone, all rules together count 8.0 at most"
    );
    assert_eq!(line["observed"], "iam:CreateUser from 165.227.15.129");
    assert_eq!(line["usual"], "did not match this principal on an earlier day");
    assert_eq!(line["event_ids"].as_array().unwrap().len(), 1);
    assert!(with["techniques"].as_array().unwrap().contains(&"T1136.003".into()), "{with}");
    let coverage = with["coverage"].as_array().unwrap();
    assert!(coverage.contains(&"8 Sigma rules are used".into()), "{coverage:?}");
    assert!(said.err.contains("8 Sigma rules are used\n"), "{}", said.err);
}

#[test]
fn rules_come_from_the_configuration_and_flags_replace_them() {
    let folder = folder();
    folder.write("keyhound.toml", "sigma = [\"rules\"]\n").write("nothing/a.txt", "");
    let expected = [(WAY_IN, 6.0), (USER_MADE, 2.0)];
    assert_eq!(lines(&incident(&scanned(&folder, &[]))), expected);
    let one = incident(&scanned(&folder, &["--sigma", "rules/user_made.yml"]));
    assert_eq!(lines(&one), [(USER_MADE, 4.0)]);
    let two = ["--sigma", "rules/user_made.yml", "--sigma", "rules/deep"];
    assert_eq!(lines(&incident(&scanned(&folder, &two))), expected);
    let variable = [("KEYHOUND_SIGMA", "rules/user_made.yml")];
    let said = folder.run_with(&["scan", "--format", "ndjson", "logs"], &variable);
    assert_eq!(lines(&incident(&said)), [(USER_MADE, 4.0)]);
    let shown = folder.run(&["config", "show"]).out;
    let shown: Vec<&str> = shown.lines().skip_while(|line| !line.starts_with("sigma")).collect();
    assert!(shown.iter().take(3).any(|line| line.contains("\"rules\"")), "{shown:?}");
}

#[test]
fn explain_takes_the_same_rules_and_the_card_says_so() {
    let folder = folder();
    let card = folder.run(&["scan", "--sigma", "rules", "logs"]).out;
    let hint = card.lines().find(|line| line.contains("keyhound explain")).expect("a hint");
    let words: Vec<&str> = hint.split_whitespace().skip(2).collect();
    assert_eq!(words[2..], ["--sigma", "rules", "logs"]);
    let said = folder.run(&words);
    assert_eq!(said.status, 0, "{said:?}");
    let told = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("the Sigma rule “Administrator Made And Given a Key” matches (critical, by Keyhound contributors, Detection Rule License 1.1, in rules/deep/way_in.yml)"), "{told}");
}

#[test]
fn what_cannot_be_used_is_named_with_the_reason() {
    let folder = folder();
    let rule = |title: &str, detection: &str| {
        format!(
            "title: {title}\nlevel: low\nlogsource:\n    product: aws\n    service: cloudtrail\ndetection:\n{detection}"
        )
    };
    let good = rule("Good", "    selection:\n        eventName: X\n    condition: selection\n");
    folder
        .write("mixed/LICENSE", "# Detection Rule License (DRL) 1.1\n")
        .write("mixed/good.yml", &good)
        .write("mixed/broken.yml", "title: [\n")
        .write(
            "mixed/counts.yml",
            rule(
                "Counts",
                "    selection:\n        eventName: X\n    condition: selection | count() > 3\n",
            ),
        )
        .write(
            "mixed/never.yml",
            rule(
                "Never \\u001b[2J",
                "    selection:\n        status: success\n    condition: selection\n",
            )
            .replace("title: Never \\u001b[2J", "title: \"Never \\e[2J\""),
        )
        .write("mixed/latin.yml", b"title: caf\xe9\n")
        .write("mixed/old.yml", good.replace("title: Good", "title: Old\nstatus: deprecated"))
        .write("mixed/windows.yml", good.replace("product: aws", "product: windows"))
        .write("unusable/broken.yml", "title: [\n")
        .write("unusable/windows.yml", good.replace("product: aws", "product: windows"))
        .write("empty/readme.txt", "no rules here");
    let cases: [&[&str]; 4] = [
        &["scan", "--fail-on", "never", "--format", "json", "--sigma", "mixed", "logs"],
        &["scan", "--sigma", "unusable", "logs"],
        &["scan", "--sigma", "empty", "logs"],
        &["scan", "--sigma", "nowhere", "logs"],
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|arguments| {
            let mut said = folder.run(arguments);
            assert!(!said.err.contains('\u{1b}'), "{}", said.err);
            if let Ok(document) = serde_json::from_str::<Value>(&said.out) {
                said.out = document["coverage"].to_string();
            }
            said.transcript(arguments)
        })
        .collect();
    assert_snapshot!(told.concat());
}

#[test]
fn threads_and_the_order_of_files_change_nothing() {
    let mut files = Vec::new();
    let mut folders = ["leaked-user-key", "instance-credentials-stolen", "stratus-red-team"]
        .map(|name| source("../../testdata").join(name))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "gz") {
                files.push(path.display().to_string());
            }
        }
    }
    files.sort();
    let folder = folder();
    let told = |files: &[String], threads: &str| {
        let mut arguments = vec!["scan", "-q", "--format", "json", "--identities"];
        arguments.extend(["--sigma", "rules", "--threads", threads]);
        arguments.extend(files.iter().map(String::as_str));
        folder.run(&arguments).out
    };
    let expected = told(&files, "1");
    let document: Value = serde_json::from_str(&expected).unwrap();
    let matched: Vec<(&str, f64)> =
        document["incidents"].as_array().unwrap().iter().flat_map(lines).collect();
    // Across principals: one address, many kinds of things read.
    let across = matched.iter().filter(|(signal, _)| signal.ends_with("00000008")).count();
    assert!(matched.len() >= 5 && across >= 1, "{matched:?}");
    for threads in ["2", "3", "5", "8"] {
        assert_eq!(told(&files, threads), expected, "{threads} threads");
    }
    for round in 0..6 {
        let length = files.len();
        files.rotate_left(1 + round % 7);
        files.swap(round % length, (round * 13 + 5) % length);
        assert_eq!(told(&files, "4"), expected, "shuffle {round}");
    }
}
