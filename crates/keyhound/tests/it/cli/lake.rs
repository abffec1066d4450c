//! `scan --lake`, `lake` and `hunt`: what a scan reads is in the lake once, whoever is killed, and
//! another engine reads it in place.

mod hunt;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Folder;

const SCAN: [&str; 6] = ["scan", "--fail-on", "never", "--lake", "lake", "logs"];

/// The Python in which `cargo xtask test` has installed `DuckDB`.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    let python = target.join("python/bin/python");
    assert!(
        python.exists(),
        "{} is not there: run `cargo xtask test -p keyhound` once, which installs it",
        python.display()
    );
    python
}

/// What `DuckDB` answers about the files of the lake as they lie there, values with bars between.
fn duckdb(folder: &Folder, sql: &str) -> Vec<String> {
    let program = "import duckdb, sys\n\
        events = \"read_parquet('lake/events/*/*/*.parquet', hive_partitioning = true)\"\n\
        for row in duckdb.sql(sys.argv[1].replace('EVENTS', events)).fetchall():\n    \
        print('|'.join('' if value is None else str(value) for value in row))\n";
    let output = Command::new(python())
        .args(["-c", program, sql])
        .current_dir(folder.path())
        .env("TZ", "UTC")
        .output()
        .expect("run DuckDB");
    let err = String::from_utf8_lossy(&output.stderr);
    // Before the first commit there is no file.
    if err.contains("No files found") {
        return vec!["0|0".to_owned()];
    }
    assert!(output.status.success(), "{sql}: {err}");
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

/// What `keyhound hunt` answers, values with commas between.
fn hunted(folder: &Folder, sql: &str) -> Vec<String> {
    let said = folder.run(&["hunt", "--lake", "lake", "--format", "csv", sql]);
    assert_eq!((said.status, said.err.as_str()), (0, ""), "{sql}");
    said.out.lines().skip(1).map(str::to_owned).collect()
}

/// Logs of some days, six files a day.
fn deliver(folder: &Folder, days: u32) -> usize {
    let mut count = 0;
    for day in 1..=days {
        for file in 0..6 {
            let mut records = String::new();
            for number in 0..40_u32 {
                let (user, hour) = (number % 5, 6 + file * 2);
                write!(
                    records,
                    r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDA{user}","arn":"arn:aws:iam::193672423079:user/user{user}","accountId":"193672423079","accessKeyId":"AKIAUSERUSERUSERUSE{user}","userName":"user{user}"}},"eventTime":"2026-11-{day:02}T{hour:02}:{number:02}:00Z","eventSource":"s3.amazonaws.com","eventName":"GetBucketAcl","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.{user}","userAgent":"aws-cli/2.15.0","requestParameters":{{"bucketName":"b{number}"}},"responseElements":null,"eventID":"{day:08x}-{file:04x}-{number:04x}-0000-000000000000","eventType":"AwsApiCall","recipientAccountId":"193672423079"}},"#
                )
                .expect("write to a string");
                count += 1;
            }
            let name = format!(
                "logs/193672423079_CloudTrail_eu-west-1_202611{day:02}T{:02}50Z_{file:016}.json",
                6 + file * 2
            );
            let records = records.trim_end_matches(',');
            folder.write(&name, format!("{{\"Records\":[{records}]}}"));
        }
    }
    count
}

#[test]
fn what_a_scan_reads_is_in_the_lake_once_and_the_result_is_the_same() {
    let folder = Folder::with_theft();
    let alone = folder.run(&["scan", "--fail-on", "never", "logs"]);
    for again in [false, true] {
        let said = folder.run(&SCAN);
        assert_eq!((said.status, &said.out), (0, &alone.out));
        assert_eq!(said.err.contains("there already"), again, "{}", said.err);
    }
    let read = hunted(&folder, "SELECT count(*), count(DISTINCT event_id) FROM events");
    let (count, different) = read[0].split_once(',').expect("two numbers");
    assert_eq!(count, different);
    assert!(alone.err.contains(&format!("= {count} accepted")), "{}", alone.err);
    assert_eq!(
        duckdb(&folder, "SELECT count(*), count(DISTINCT event_id) FROM EVENTS"),
        [format!("{count}|{count}")]
    );
    assert_eq!(hunted(&folder, "SELECT count(*) > 0 FROM incidents"), ["true"]);
    assert_eq!(hunted(&folder, "SELECT count(*) > 0 FROM identities"), ["true"]);
}

#[test]
fn another_engine_reads_the_same_in_place() {
    let folder = Folder::with_theft();
    folder.run(&SCAN);
    let same = |ours: &str, theirs: &str| {
        let ours: Vec<String> =
            hunted(&folder, ours).iter().map(|row| row.replace(',', "|")).collect();
        assert!(!ours.is_empty());
        assert_eq!(ours, duckdb(&folder, theirs), "{theirs}");
    };
    same(
        "SELECT event_name, outcome, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT event_name, outcome, count(*) FROM EVENTS GROUP BY ALL ORDER BY ALL NULLS LAST",
    );
    same(
        "SELECT access_key_id, day, bucket, count(*) FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        "SELECT access_key_id, day, bucket::INT, count(*) FROM EVENTS GROUP BY ALL ORDER BY ALL NULLS LAST",
    );
    same(
        "SELECT json_get(record, 'eventID') = event_id, count(*) FROM events GROUP BY 1",
        "SELECT lower((record ->> '$.eventID' = event_id)::VARCHAR), count(*) FROM EVENTS GROUP BY 1",
    );
    same(
        "SELECT event_id, CAST(extract(epoch FROM event_time) AS BIGINT), array_length(resources) FROM events ORDER BY event_id",
        "SELECT event_id, epoch(event_time)::BIGINT, len(resources) FROM EVENTS ORDER BY event_id",
    );
    // All of a principal lies in one bucket.
    assert!(
        duckdb(
            &folder,
            "SELECT principal FROM EVENTS GROUP BY 1 HAVING count(DISTINCT bucket) > 1"
        )
        .is_empty()
    );
}

#[test]
fn killed_scans_leave_nothing_broken_and_nothing_doubled() {
    let folder = Folder::new();
    let count = deliver(&folder, 12);
    let kills = 24;
    for kill in 0..kills {
        let mut scan = folder
            .command(&SCAN)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start a scan");
        // Over the whole of a scan, and a little further.
        std::thread::sleep(Duration::from_millis(kill * 67 % 1_200));
        scan.kill().expect("kill the scan");
        scan.wait().expect("the scan has ended");
        // DuckDB fails when it meets a broken file.
        let seen = duckdb(&folder, "SELECT count(*), count(DISTINCT event_id) FROM EVENTS");
        let (all, different) = seen[0].split_once('|').expect("two numbers");
        assert_eq!(all, different, "after kill {kill}");
    }
    folder.run(&SCAN);
    let all = format!("{count}|{count}");
    assert_eq!(
        duckdb(&folder, "SELECT count(*), count(DISTINCT event_id) FROM EVENTS"),
        [all.as_str()]
    );
    let compacted = folder.run(&["lake", "compact", "lake"]);
    assert_eq!(compacted.status, 0, "{}", compacted.err);
    assert_eq!(
        duckdb(&folder, "SELECT count(*), count(DISTINCT event_id) FROM EVENTS"),
        [all.as_str()]
    );
    assert_eq!(
        duckdb(
            &folder,
            "SELECT max(files), 0 FROM (SELECT count(DISTINCT filename) AS files FROM read_parquet('lake/events/*/*/*.parquet', hive_partitioning = true, filename = true) GROUP BY day, bucket)"
        ),
        ["1|0"]
    );
}

#[test]
fn a_scan_with_state_and_lake_loses_nothing_when_it_is_killed() {
    let folder = Folder::new();
    let arguments = ["scan", "--fail-on", "never", "--state", "kept", "--lake", "lake", "logs"];
    let mut count = 0;
    for kill in 0..12 {
        count = deliver(&folder, kill + 1);
        let mut scan = folder
            .command(&arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start a scan");
        std::thread::sleep(Duration::from_millis(u64::from(kill) * 131 % 900));
        scan.kill().expect("kill the scan");
        scan.wait().expect("the scan has ended");
    }
    let said = folder.run(&arguments);
    assert_eq!(said.status, 0, "{}", said.err);
    let all = format!("{count}|{count}");
    assert_eq!(duckdb(&folder, "SELECT count(*), count(DISTINCT event_id) FROM EVENTS"), [all]);
}
