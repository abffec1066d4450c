//! Why the program could not run: one sentence, what to do, exit status 2, nothing on standard output.

use insta::assert_snapshot;

use super::{Folder, Said};

fn failed(folder: &Folder, arguments: &[&str]) -> String {
    failed_with(folder, arguments, &[])
}

fn failed_with(folder: &Folder, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let said = folder.run_with(arguments, variables);
    assert_eq!((said.status, said.out.as_str()), (2, ""), "{said:?}");
    said.transcript(arguments)
}

#[test]
fn arguments() {
    let folder = Folder::with_theft();
    let cases: [&[&str]; 16] = [
        &["scan"],
        &["explain", "inc-1"],
        &["explain"],
        &["scna", "logs"],
        &["scan", "--formt", "json", "logs"],
        &["scan", "--format", "xml", "logs"],
        &["scan", "--since", "yesterday", "logs"],
        &["scan", "--since", "2026-11-20", "--until", "2026-11-19", "logs"],
        &["scan", "--account", "12345", "logs"],
        &["scan", "--key", "me", "logs"],
        &["scan", "--threads", "0", "logs"],
        &["scan", "--identities", "--format", "ndjson", "logs"],
        &["man", "scna"],
        &["completions", "tcsh"],
        &["signals", "no-such-thing"],
        &["signals", "--format", "csv"],
    ];
    assert_snapshot!(cases.map(|case| failed(&folder, case)).concat());
}

#[cfg(not(feature = "aws"))]
#[test]
fn what_was_not_built() {
    let said = failed(&Folder::with_theft(), &["scan", "s3://trail/AWSLogs", "logs"]);
    assert!(said.contains("error: this build of keyhound does not read from S3"), "{said}");
    assert!(said.contains("`--features aws`"), "{said}");
}

#[test]
fn input() {
    let folder = Folder::with_theft();
    folder
        .write("notes/readme.txt", "nothing of CloudTrail\n")
        .write("notes/other.json", "{\"a\": 1}\n")
        .write(
            "broken/half.json",
            "{\"Records\":[{\"eventVersion\":\"1.08\",\"eventName\":\"x\"}]}",
        )
        .write("empty/.keep", "");
    let cases: [&[&str]; 7] = [
        &["scan", "nowhere"],
        &["scan", "logs", "nowhere/*.gz"],
        &["scan", "notes"],
        &["scan", "empty"],
        &["scan", "broken"],
        &["scan", "--since", "2024-01-01", "logs"],
        &["scan", "--account", "999999999999", "logs"],
    ];
    assert_snapshot!(cases.map(|case| failed(&folder, case)).concat());
}

#[test]
fn an_unknown_incident_is_answered_with_those_there_are() {
    let folder = Folder::with_theft();
    let said = folder.run(&["explain", "-q", "inc-zzzz", "logs"]);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    let mut lines = said.err.lines();
    assert_eq!(lines.next(), Some("error: there is no incident inc-zzzz"));
    assert!(lines.next().is_some_and(|line| line.starts_with("  tip: inc-")), "{}", said.err);
}

#[test]
fn configuration() {
    let folder = Folder::with_theft();
    folder
        .write("wrong.toml", "[thresholds]\nalrt = 16\n")
        .write("list.toml", "[lists]\ntor = [\"exits.txt\"]\n")
        .write("bad.toml", "[lists]\ntor = [\"bad.txt\"]\n")
        .write("weights.json", "{\"carry\": \"much\"}")
        .write("thief.json", "{}")
        .write("bad.txt", "192.0.2.1\nnot an address\n")
        .write("bytes.toml", b"\xff\xfe");
    let cases: [&[&str]; 10] = [
        &["scan", "--config", "wrong.toml", "logs"],
        &["config", "show", "--config", "wrong.toml"],
        &["scan", "--config", "absent.toml", "logs"],
        &["scan", "--config", "list.toml", "logs"],
        &["scan", "--config", "bad.toml", "logs"],
        &["scan", "--config", "bytes.toml", "logs"],
        &["scan", "--set", "alert=16", "logs"],
        &["scan", "--set", "judge.weights=absent.json", "logs"],
        &["scan", "--set", "judge.weights=weights.json", "logs"],
        &["scan", "--set", "judge.thief=thief.json", "logs"],
    ];
    let mut golden = cases.map(|case| failed(&folder, case)).concat();
    golden += &failed_with(&folder, &["scan", "logs"], &[("KEYHOUND_THRESHOLD_ALERT", "16")]);
    assert_snapshot!(golden);
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_named_and_the_others_are_judged() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::with_theft();
    folder.write("logs/secret.json", "{}");
    let path = folder.path().join("logs/secret.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("forbid");
    if std::fs::read(&path).is_ok() {
        // The superuser may read everything; there is nothing to see.
        return;
    }
    let Said { status, err, .. } = folder.run(&["scan", "logs"]);
    assert_eq!(status, 1);
    assert!(err.contains("logs/secret.json: cannot be read"), "{err}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let folder = Folder::with_theft();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("open /dev/full");
    let output =
        folder.command(&["scan", "--quiet", "logs"]).stdout(full).output().expect("run keyhound");
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.starts_with("error: cannot write the result to standard output"), "{err}");
}
