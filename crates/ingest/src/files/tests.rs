use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Files;
use crate::{Listing, Reason, Source};

/// A folder with these files, each holding its own name.
fn folder(names: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }
    folder
}

fn list(paths: &[PathBuf]) -> Listing {
    Files::new(paths).list().unwrap()
}

/// The names that were found, from the folder downwards.
fn names(folder: &Path, paths: &[&str]) -> Vec<String> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    list(&paths).objects.iter().map(|object| name(&object.path)).collect()
}

#[test]
fn files_folders_and_patterns() {
    let folder =
        folder(&["b.json", "a.json.gz", "x/.hidden", "x/y/c.jsonl", "x/y/d.txt", "z/c.json"]);
    let everything = ["a.json.gz", "b.json", "x/.hidden", "x/y/c.jsonl", "x/y/d.txt", "z/c.json"];
    for (paths, found) in [
        (vec![""], &everything[..]),
        (vec!["b.json"], &["b.json"]),
        (vec!["z", "b.json", "b.json", "z/c.json"], &["b.json", "z/c.json"]),
        (vec!["*.json"], &["b.json"]),
        (vec!["*.{json,json.gz}"], &["a.json.gz", "b.json"]),
        (vec!["x/*/c.jsonl"], &["x/y/c.jsonl"]),
        (vec!["?"], &["x/.hidden", "x/y/c.jsonl", "x/y/d.txt", "z/c.json"]),
        (vec!["[xy]/y"], &["x/y/c.jsonl", "x/y/d.txt"]),
        (vec!["**/c.json*"], &["x/y/c.jsonl", "z/c.json"]),
        (vec!["**"], &everything),
    ] {
        assert_eq!(names(folder.path(), &paths), found, "{paths:?}");
    }
}

#[test]
fn a_file_whose_name_has_signs_of_a_pattern_is_itself() {
    let folder = folder(&["a[1].json", "a1.json"]);
    assert_eq!(names(folder.path(), &["a[1].json"]), ["a[1].json"]);
    fs::remove_file(folder.path().join("a[1].json")).unwrap();
    assert_eq!(names(folder.path(), &["a[1].json"]), ["a1.json"]);
}

#[test]
fn what_is_no_log_is_counted() {
    let folder = folder(&[
        "AWSLogs/1/CloudTrail/eu-west-1/1_CloudTrail_eu-west-1_20260101T0005Z_a.json.gz",
        "AWSLogs/1/CloudTrail-Digest/eu-west-1/a.json.gz",
        "AWSLogs/1/CloudTrail-Digest/eu-west-1/b.json.gz",
        "AWSLogs/1/CloudTrail-Insight/eu-west-1/a.json.gz",
        "AWSLogs/1/CloudTrail-Aggregated/eu-west-1/a.json.gz",
    ]);
    let listing = list(&[folder.path().to_owned()]);
    assert_eq!((listing.digests, listing.insights, listing.aggregates), (2, 1, 1));
    let [object] = &listing.objects[..] else { panic!("{listing:?}") };
    assert_eq!(object.delivered.unwrap().to_string(), "2026-01-01T00:05:00Z");
    assert_eq!(object.size, 78);
}

#[test]
fn one_clear_sentence_when_there_is_nothing_to_read() {
    let folder = folder(&["a.json"]);
    let error = |path: &str| {
        let error = Files::new([folder.path().join(path)]).list().unwrap_err().to_string();
        error.replace(folder.path().to_str().unwrap(), "DIR")
    };
    assert_eq!(error("b.json"), "DIR/b.json does not exist; check the spelling");
    assert_eq!(error("*.gz"), "no file fits DIR/*.gz; quote the pattern and check the folder");
    assert_eq!(
        error("no/*.gz"),
        "no file fits DIR/no/*.gz; quote the pattern and check the folder"
    );
    assert_eq!(
        error("[a"),
        "DIR/[a does not exist and is no pattern: unclosed character class; missing ']'; write * ? [a-z] {a,b} or **"
    );
    assert!(
        error("a.json/b").starts_with("DIR/a.json/b cannot be read: "),
        "{}",
        error("a.json/b")
    );
    assert_eq!(
        error("\u{1b}*none"),
        r"no file fits DIR/\u{1b}*none; quote the pattern and check the folder"
    );
    let nothing: [&str; 0] = [];
    assert_eq!(
        Files::new(nothing).list().unwrap_err().to_string(),
        "no path given; name a file, a folder, a quoted pattern, or - for standard input"
    );
}

#[cfg(unix)]
#[test]
fn links_and_things_that_are_no_files() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let folder = folder(&["a/one.json", "b/two.json"]);
    let at = |name: &str| folder.path().join(name);
    symlink(folder.path(), at("a/back")).unwrap();
    symlink(at("a/one.json"), at("b/same.json")).unwrap();
    symlink(at("b"), at("c")).unwrap();
    symlink(at("nowhere"), at("b/dangling.json")).unwrap();
    let _socket = UnixListener::bind(at("socket")).unwrap();
    assert_eq!(names(folder.path(), &[""]), ["a/one.json", "b/two.json"]);
    let listing = list(&[folder.path().to_owned(), at("*/*.json")]);
    let problems: Vec<_> = listing
        .problems
        .iter()
        .map(|problem| {
            (problem.path.strip_prefix(folder.path()).unwrap().to_str().unwrap(), &problem.reason)
        })
        .collect();
    let missing = Reason::Unreadable("No such file or directory (os error 2)".to_owned());
    assert_eq!(
        problems,
        [
            ("b/dangling.json", &missing),
            ("c/dangling.json", &missing),
            ("socket", &Reason::Special)
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_like_a_file_and_can_be_read_twice() {
    let files = Files::new(["/dev/null"]);
    for _ in 0..2 {
        let listing = files.list().unwrap();
        assert_eq!(listing.objects.len(), 1);
        let mut bytes = Vec::new();
        files.open(&listing.objects[0]).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"");
    }
}
