//! Every folder of `testdata/` is a scenario. The first `sh` block of its README has the commands;
//! `expected.snap` beside it has what they say, byte for byte.
//!
//! After a wanted change run `INSTA_UPDATE=always cargo test -p keyhound --test it scenarios` and
//! read the difference as a reviewer would.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every README tells, as headings.
const HEADINGS: [&str; 4] = [
    "## What happened",
    "## What the logs show, and what they cannot",
    "## What Keyhound must say, and why",
    "## Source and licence",
];

/// The most that all of `testdata/` may weigh: every clone carries it.
const MOST_BYTES: u64 = 1_500_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_scenario_says_what_is_expected() {
    insta::glob!("../../../../testdata", "*/README.md", |readme| {
        let folder = readme.parent().expect("a folder");
        let text = fs::read_to_string(readme).expect("a README");
        let mut transcript = String::new();
        for command in commands(&text) {
            say(&mut transcript, &command);
        }
        let mut settings = insta::Settings::clone_current();
        settings.remove_snapshot_suffix();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.remove_input_file();
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("expected", transcript));
    });
}

#[test]
fn every_scenario_tells_its_story() {
    let notice = fs::read_to_string(root().join("NOTICE")).expect("NOTICE");
    for folder in folders() {
        let name = folder.file_name().expect("a name").to_string_lossy();
        let text = fs::read_to_string(folder.join("README.md"))
            .unwrap_or_else(|error| panic!("{name} has no README.md: {error}"));
        for heading in HEADINGS {
            assert!(text.lines().any(|line| line == heading), "{name} has no {heading:?}");
        }
        let commands = commands(&text);
        let ndjson = |command: &Vec<String>| command.iter().any(|word| word == "ndjson");
        assert!(commands.iter().any(ndjson), "{name} shows no incidents as NDJSON");
        // What Keyhound's authors made needs no notice.
        let own = text.contains("Made for Keyhound");
        assert!(own || notice.contains(&format!("testdata/{name}\n")), "NOTICE lacks {name}");
    }
}

#[test]
fn all_scenarios_together_are_small() {
    let bytes: u64 = files(&root().join("testdata")).iter().map(|(_, size)| size).sum();
    assert!(bytes <= MOST_BYTES, "testdata has {bytes} bytes");
}

#[test]
fn every_file_is_named_by_some_command_or_a_document() {
    for folder in folders() {
        let text = fs::read_to_string(folder.join("README.md")).expect("a README");
        let inputs: BTreeSet<String> = commands(&text)
            .iter()
            .filter_map(|command| command.last())
            .map(|path| path.trim_end_matches("/*.json.gz").to_owned())
            .collect();
        for (file, _) in files(&folder) {
            let document = matches!(
                file.file_name().and_then(|name| name.to_str()),
                Some("README.md" | "expected.snap" | "expected.snap.new")
            );
            let read = inputs.iter().any(|input| file.starts_with(root().join(input)));
            assert!(document || read, "{} is in no command", file.display());
        }
    }
}

/// The commands of the first `sh` block, in words. A word may stand in single quotes.
fn commands(text: &str) -> Vec<Vec<String>> {
    let block = text.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    block
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_prefix("keyhound "))
        .map(|line| {
            line.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect()
        })
        .collect()
}

/// Runs one command from the root of the checkout and writes down everything it says.
fn say(transcript: &mut String, arguments: &[String]) {
    let output = Command::new(env!("CARGO_BIN_EXE_keyhound"))
        .args(arguments)
        .current_dir(root())
        .env_clear()
        .env("KEYHOUND_CONFIG", "")
        .stdin(Stdio::null())
        .output()
        .expect("run keyhound");
    let _ = writeln!(transcript, "$ keyhound {}", arguments.join(" "));
    for (name, bytes) in [("out", output.stdout), ("err", output.stderr)] {
        let text = String::from_utf8(bytes).expect("UTF-8");
        for character in text.chars().filter(|character| *character != '\n') {
            assert!(!character.is_control(), "{character:?} reaches standard {name}");
        }
        for line in text.lines() {
            // What is found by investigating has tests of its own, and would be most of the text.
            let line = match line.split_once(",\"investigation\":{") {
                Some((before, _)) => format!("{before}}}"),
                None => line.to_owned(),
            };
            let _ = writeln!(transcript, "{name} | {line}");
        }
    }
    let _ = writeln!(transcript, "exit {}\n", output.status.code().expect("an exit status"));
}

fn folders() -> Vec<PathBuf> {
    let testdata = fs::read_dir(root().join("testdata")).expect("testdata");
    let mut folders: Vec<PathBuf> = testdata
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 8, "only {} scenarios", folders.len());
    folders
}

/// All files below a folder, with their sizes.
fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let size = fs::metadata(&path).expect("a file").len();
            found.push((path, size));
        }
    }
    found
}
