//! Questions in SQL: what they answer, how few files they open, and what they cannot do.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use intel::address::AddressBook;
use lake::query::{Engine, Limits, Values, cells, period};
use lake::{Error, Lake};
use object_store::memory::InMemory;

use crate::events::{records, write};

fn engine_with(records: &[String], limits: Limits) -> Engine {
    let store = Arc::new(InMemory::new());
    let lake = Arc::new(Lake::in_store("memory", store).unwrap());
    let mut writer = lake.writer().unwrap();
    write(&mut writer, records).unwrap();
    writer.commit().unwrap();
    Engine::new(&lake, &Arc::new(AddressBook::new()), limits).unwrap()
}

pub(crate) fn engine() -> Engine {
    engine_with(&records(1..=3, 5), Limits { threads: Some(2), ..Limits::default() })
}

/// The rows of an answer, values with bars between.
fn ask(engine: &Engine, sql: &str) -> Vec<String> {
    let rows =
        engine.rows(sql, &period(None, None)).unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().flat_map(|rows| cells(rows).unwrap()).map(|row| row.join("|")).collect()
}

#[test]
fn answers() {
    let engine = engine();
    for (sql, answer) in [
        ("SELECT count(*) FROM events", "180"),
        ("SELECT count(DISTINCT event_id) FROM events", "180"),
        ("SELECT count(*) FROM events WHERE access_key_id = 'AKIAUSERUSERUSERUSE2'", "36"),
        ("SELECT count(*) FROM events WHERE day = '2026-11-02'", "60"),
        (
            "SELECT min(event_time), max(event_time) FROM events",
            "2026-11-01T08:00:00Z|2026-11-03T20:03:00Z",
        ),
        (
            "SELECT count(*) FROM events WHERE event_time >= '2026-11-02T12:00:00Z' AND event_time < '2026-11-02T13:00:00Z'",
            "20",
        ),
        (
            "SELECT DISTINCT request FROM events WHERE event_name = 'GetObject' AND user_name = 'user1'",
            r#"{"bucketName":"bucket1","key":"a\u0041 b"}"#,
        ),
        (
            "SELECT DISTINCT json_get(request, 'key') FROM events WHERE event_name = 'GetObject'",
            "aA b",
        ),
        (
            "SELECT DISTINCT action, access_level(service, event_name) FROM events WHERE event_name = 'ListBuckets'",
            "s3:ListBuckets|list",
        ),
        (
            "SELECT DISTINCT client(user_agent), client_version(user_agent) FROM events",
            "aws-cli|2.15.0",
        ),
        ("SELECT DISTINCT network_class(address) FROM events", "reserved"),
        (
            "SELECT network_class('185.220.101.1'), as_name('8.8.8.8'), country('8.8.8.8')",
            "tor|Google LLC|US",
        ),
        ("SELECT country(NULL), country('no address'), as_number('')", "||"),
        (
            "SELECT count(*), max(made_owner) FROM lineage WHERE maker_key_id = 'AKIAUSERUSERUSERUSE3'",
            "9|made3",
        ),
        ("SELECT count(*) FROM lineage WHERE made_key_id = 'AKIAMADEMADEMADEMAD4'", "9"),
        ("SELECT count(*) FROM incidents", "0"),
        ("SELECT count(*) FROM identities", "0"),
        ("SELECT count(*) FROM events WHERE NOT (access_key_id = 'AKIAUSERUSERUSERUSE2')", "144"),
    ] {
        assert_eq!(ask(&engine, sql), [answer], "{sql}");
    }
}

#[test]
fn records_come_back_byte_for_byte() {
    let mut records = records(1..=2, 4);
    // Spaces, escapes and numbers as nobody would write them.
    records[3] = records[3]
        .replace("\"eventVersion\":\"1.08\"", "  \"eventVersion\" :\t\"1.\\u0030\\u0038\"");
    let engine = engine_with(&records, Limits::default());
    let mut kept = ask(&engine, "SELECT record FROM events");
    kept.sort_unstable();
    records.sort_unstable();
    assert_eq!(kept, records);
}

/// How many files a question would open.
fn files(engine: &Engine, sql: &str) -> usize {
    engine.explain(sql, &Values::new()).unwrap().matches(".parquet").count()
}

#[test]
fn few_files_are_opened_for_one_key_address_or_day() {
    let engine = engine();
    let all = files(&engine, "SELECT count(user_agent) FROM events");
    assert!(all >= 9, "{all}");
    for (condition, most) in [
        ("access_key_id = 'AKIAUSERUSERUSERUSE2'", 3),
        ("access_key_id IN ('AKIAUSERUSERUSERUSE2')", 3),
        ("address = '203.0.113.3'", 3),
        ("principal = 'arn:aws:iam::193672423079:user/user2'", 3),
        (
            "'AKIAUSERUSERUSERUSE2' = access_key_id AND event_time >= '2026-11-02' AND event_time < '2026-11-03'",
            1,
        ),
        ("access_key_id = 'AKIANOBODYNOBODYNOBO'", 0),
        ("event_name = 'DeleteBucket'", 0),
        ("event_time > '2026-12-01'", 0),
        ("day = '2026-11-02' AND access_key_id = 'AKIAUSERUSERUSERUSE2'", 1),
        ("access_key_id = 'AKIAUSERUSERUSERUSE2' OR address = '203.0.113.3'", 3),
        ("made_key_id = 'AKIAMADEMADEMADEMAD4'", 3),
    ] {
        let opened =
            files(&engine, &format!("SELECT count(user_agent) FROM events WHERE {condition}"));
        assert!(opened <= most && opened <= all, "{condition}: {opened} of {all}");
    }
    let either = files(
        &engine,
        "SELECT count(user_agent) FROM events WHERE access_key_id = 'AKIAUSERUSERUSERUSE2' OR user_agent = 'x'",
    );
    assert_eq!(either, all, "the other half of the condition may hold anywhere");
}

#[test]
fn nothing_can_be_changed_and_no_other_file_be_read() {
    let engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.csv");
    std::fs::write(&secret, "a,b\n1,2\n").unwrap();
    let secret = secret.display();
    for sql in [
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        "DROP TABLE events".to_owned(),
        "DROP VIEW events".to_owned(),
        "INSERT INTO incidents SELECT * FROM incidents".to_owned(),
        "DELETE FROM events".to_owned(),
        "UPDATE events SET service = 'x'".to_owned(),
        format!("COPY (SELECT 1) TO '{secret}'"),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'"),
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM read_csv('{secret}')"),
        "SET datafusion.execution.target_partitions = 1".to_owned(),
        "SHOW ALL".to_owned(),
        "SELECT * FROM information_schema.tables".to_owned(),
        "EXPLAIN CREATE TABLE t AS SELECT 1".to_owned(),
        format!("EXPLAIN ANALYZE COPY (SELECT 1) TO '{secret}'"),
        "PREPARE p AS SELECT 1".to_owned(),
        "BEGIN".to_owned(),
        "SELECT 1; DROP VIEW events".to_owned(),
    ] {
        match engine.rows(&sql, &Values::new()) {
            Err(Error::Question { why }) => {
                assert!(!why.contains('\n') && why.len() < 300, "{sql}: {why}");
            }
            other => panic!("{sql}: {other:?}"),
        }
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("secret.csv")).unwrap(), "a,b\n1,2\n");
    assert_eq!(ask(&engine, "SELECT count(*) FROM events"), ["180"]);
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let engine = engine();
    let mut said = String::new();
    for sql in [
        "SELEC 1",
        "SELECT FROM WHERE",
        "SELECT evnt_name FROM events",
        "SELECT * FROM event",
        "SELECT contry(address) FROM events",
        "SELECT count(*) FROM events WHERE event_time > 'yesterday'",
        "SELECT service, count(*) FROM events",
        "SELECT * FROM events WHERE access_key_id = $key",
        "DELETE FROM events",
        "SELECT 1/0",
        "SELECT 'a",
        "",
    ] {
        let error = engine.rows(sql, &Values::new()).expect_err(sql);
        writeln!(said, "{sql}\n  {error}").unwrap();
    }
    insta::assert_snapshot!(said);
}

#[test]
fn memory_and_time_are_bounded() {
    let engine = engine_with(
        &records(1..=1, 2),
        Limits { time: Duration::from_millis(50), threads: Some(2), ..Limits::default() },
    );
    let endless = "SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)";
    assert!(matches!(engine.rows(endless, &Values::new()), Err(Error::TooLong { .. })));
    let engine = engine_with(
        &records(1..=1, 2),
        Limits { memory: 16 << 20, disk: 1 << 30, threads: Some(2), ..Limits::default() },
    );
    let large = "SELECT count(*) FROM (SELECT x, count(*) FROM generate_series(1, 2000000) AS a(x) GROUP BY x)";
    assert_eq!(ask(&engine, large), ["2000000"], "what memory does not hold goes to disk");
    let list = "SELECT length(string_agg(CAST(x AS VARCHAR), ',')) FROM generate_series(1, 3000000) AS a(x)";
    assert!(matches!(engine.rows(list, &Values::new()), Err(Error::TooLarge { .. })));
}
