//! Input without end or measure: the scan ends, in bounded memory, and names what it could not read.

use std::io::{Read, Write};
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use wait4::Wait4;

use super::Folder;

const MEBIBYTE: u64 = 1 << 20;

fn record(id: &str, agent: &str, request: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"{agent}","eventID":"{id}","requestParameters":{request},"userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/x","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}}}"#
    )
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("pack");
    encoder.finish().expect("pack")
}

/// A gibibyte of spaces behind a record, in about a mebibyte.
fn bomb() -> Vec<u8> {
    let mut bytes = packed(format!(r#"{{"Records":[{},"#, record("bomb", "a", "{}")).as_bytes());
    let spaces = packed(&vec![b' '; 16 << 20]);
    bytes.extend(spaces.repeat(64));
    assert!((bytes.len() as u64) < 2 * MEBIBYTE, "{} bytes", bytes.len());
    bytes
}

#[test]
fn what_has_no_measure_ends_is_named_and_costs_little_memory() {
    let folder = Folder::new();
    folder.write("logs/bomb.json.gz", bomb());
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    folder.write("logs/brackets.json", &nested);
    folder.write("logs/deep.json", record("deep", "a", &format!("{{\"a\":{nested}}}")));
    folder.write("logs/objects.json", "{\"a\":".repeat(100_000));
    folder.write(
        "logs/long.json",
        record("long", &"x".repeat(100 << 20), "{}") + "\n" + &record("behind", "a", "{}"),
    );
    folder.write("logs/endless.json", format!(r#"{{"Records":[{},"#, record("open", "a", "{}")));
    folder.write("logs/sound.json", record("sound", "a", "{}"));

    let mut child = folder
        .command(&["scan", "--threads", "2", "logs"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("run keyhound");
    let mut err = String::new();
    child.stderr.take().expect("standard error").read_to_string(&mut err).expect("UTF-8");
    let used = child.wait4().expect("an end");
    assert_eq!(used.status.code(), Some(0), "{err}");
    let peak = used.rusage.maxrss / MEBIBYTE;
    assert!(peak < 500, "{peak} MiB");

    assert!(err.contains("= 5 accepted + 0 duplicate + 0 skipped + 1 malformed"), "{err}");
    for named in [
        "logs/bomb.json.gz: unpacks to more than 300 times its size",
        "logs/brackets.json: no CloudTrail records",
        "logs/objects.json: no CloudTrail records",
        "logs/long.json: record is longer than 16777216 bytes",
        "logs/endless.json: list of records has no end",
    ] {
        assert!(err.contains(named), "{named} is not in\n{err}");
    }
}
