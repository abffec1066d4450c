//! The formats for other programs, held to the schemas of those who read them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Folder, hostile};

const FORMATS: [&str; 4] = ["ocsf", "asff", "stix", "navigator"];
const LEAKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/leaked-user-key/AWSLogs");

/// Python with the schemas, where `cargo xtask test` puts it.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    let program = target.join("python/bin/python");
    assert!(
        program.exists(),
        "{} is not there: the schemas come from PyPI; run `cargo xtask test -p keyhound` once, \
         which installs them below the target folder",
        program.display()
    );
    program
}

/// What a schema has to say against a text; nothing if it is sound.
fn faults(format: &str, text: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/formats/check.py");
    let mut child = Command::new(python())
        .arg(script)
        .arg(format)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("run Python");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(text.as_bytes()).expect("pass the text on");
    drop(input);
    let output = child.wait_with_output().expect("an answer");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        String::new()
    } else {
        format!("{said}\nPython: {}", output.status)
    }
}

#[test]
fn each_format_is_what_its_schema_asks_for() {
    let folder = Folder::new();
    for format in FORMATS {
        let said = folder.run(&["scan", "-q", "--format", format, LEAKED]);
        assert_eq!((said.status, said.err.as_str()), (1, ""));
        assert_eq!(faults(format, &said.out), "", "{format}");
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(env!("CARGO_PKG_VERSION"), "VERSION");
        let pretty: serde_json::Value = serde_json::from_str(&said.out).expect("one document");
        settings.bind(|| insta::assert_json_snapshot!(format, pretty));
    }
    let table = folder.run(&["scan", "-q", "--format", "csv", LEAKED]).out;
    insta::assert_snapshot!("csv", table.replace("\r\n", "\n"));
}

#[test]
fn hostile_records_make_sound_documents_too() {
    let folder = hostile::folder();
    for format in FORMATS {
        let arguments =
            [&["scan", "-q", "--format", format], &hostile::LOW[..], &["logs"]].concat();
        let said = folder.run(&arguments);
        hostile::assert_harmless(&said.out, format);
        assert_eq!(faults(format, &said.out), "", "{format}");
        let one_thread = folder.run(&[&arguments[..], &["--threads", "1"]].concat());
        assert!(one_thread.out == said.out, "{format} depends on the number of threads");
    }
}

#[test]
fn the_schemas_find_fault_where_there_is_one() {
    let folder = Folder::new();
    for (format, sound, broken) in [
        ("ocsf", r#""class_uid":2004"#, r#""class_uid":"2004""#),
        ("ocsf", r#""provider":"AWS""#, r#""provided":"AWS""#),
        ("asff", r#""Label":"CRITICAL""#, r#""Label":"TERRIBLE""#),
        ("asff", r#""SchemaVersion":"2018-10-08","#, ""),
        ("stix", r#""pattern":"[ipv4-addr:value"#, r#""pattern":"[[ipv4-addr:value"#),
        ("navigator", r#""layer":"4.5""#, r#""layer":"3.0""#),
    ] {
        let text = folder.run(&["scan", "-q", "--format", format, LEAKED]).out;
        assert!(text.contains(sound), "{format} has no {sound}: {text}");
        assert_ne!(faults(format, &text.replace(sound, broken)), "", "{format} with {broken}");
    }
}

#[test]
fn nothing_found_is_a_sound_document() {
    let folder = Folder::with_peace();
    for format in FORMATS {
        let said = folder.run(&["scan", "-q", "--format", format, "logs"]);
        assert_eq!(said.status, 0, "{}", said.err);
        assert_eq!(faults(format, &said.out), "", "{format}: {}", said.out);
    }
}

#[test]
fn a_bundle_to_be_shared_names_nobody() {
    let said = Folder::new().run(&["scan", "-q", "--format", "stix", LEAKED]).out;
    for private in ["AKIA", "lena", "111122223333", "backup-service"] {
        assert!(!said.contains(private), "{private} in {said}");
    }
    assert!(said.contains("ipv4-addr:value"), "{said}");
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let folder = hostile::folder();
    let said =
        folder.run(&[&["scan", "-q", "--format", "csv"], &hostile::LOW[..], &["logs"]].concat());
    hostile::assert_harmless(&said.out.replace("\r\n", "\n"), "csv");
    let script = "import csv,sys\nfor row in csv.reader(sys.stdin):\n    assert len(row) == 22, row\n    for cell in row:\n        assert cell == '' or cell.lstrip()[:1] not in '=+-@|%' or cell.replace('.','',1).lstrip('-').isdigit(), cell\nprint('sound')";
    let mut child = Command::new(python())
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("run Python");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(said.out.as_bytes()).expect("pass the table on");
    drop(input);
    let output = child.wait_with_output().expect("an answer");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "sound");
    assert!(said.out.contains("'=cmd"), "the formula is nowhere, nothing was tested");
}
