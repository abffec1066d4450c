//! What `hunt` prints, and what it says when it cannot answer.

use super::super::Folder;
use super::SCAN;

/// A lake with two events, one of them as hostile as it can be.
fn hostile() -> Folder {
    let folder = Folder::new();
    let record = |number: u32, agent: &str, user: &str| {
        format!(
            r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDA","arn":"arn:aws:iam::193672423079:user/{user}","accountId":"193672423079","accessKeyId":"AKIAUSERUSERUSERUSE{number}","userName":"{user}"}},"eventTime":"2026-11-01T08:0{number}:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"{agent}","requestParameters":{{"userName":"x"}},"responseElements":null,"eventID":"00000000-0000-0000-0000-00000000000{number}","eventType":"AwsApiCall","recipientAccountId":"193672423079"}}"#
        )
    };
    let records = [
        record(1, "aws-cli/2.15.0", "anna"),
        record(2, r"=cmd|' /C calc'!A0\u001b[2J\u202e\n\u0007\u0000,\u0022", "@SUM(A1)"),
    ];
    folder.write("logs/trail.json", format!("{{\"Records\":[{}]}}", records.join(",")));
    folder.run(&SCAN);
    folder
}

#[test]
fn answers_are_harmless_wherever_they_go() {
    let folder = hostile();
    let sql = "SELECT event_time, user_name, user_agent, 1.5 AS number, resources, mfa_used FROM events ORDER BY event_time";
    let mut transcript = String::new();
    for format in ["table", "csv", "ndjson"] {
        let arguments = ["hunt", "--lake", "lake", "--format", format, sql];
        transcript += &folder.run(&arguments).transcript(&arguments);
    }
    insta::assert_snapshot!(transcript);
}

#[test]
fn what_cannot_be_asked_is_said_with_the_way_on() {
    let folder = hostile();
    let mut transcript = String::new();
    for arguments in [
        &["hunt"][..],
        &["hunt", "--lake", "lake"],
        &["hunt", "--lake", "nowhere", "SELECT 1"],
        &["hunt", "--lake", "gs://bucket/lake", "SELECT 1"],
        &["hunt", "--lake", "lake", "SELECT evnt_name FROM events"],
        &["hunt", "--lake", "lake", "DROP TABLE events"],
        &["hunt", "--lake", "lake", "SELECT $who"],
        &["hunt", "--lake", "lake", "--saved", "key-call"],
        &["hunt", "--lake", "lake", "--saved", "key-calls"],
        &["hunt", "--lake", "lake", "--saved", "refusals", "--param", "colour=red"],
        &["hunt", "--lake", "lake", "--saved", "refusals", "--param", "key"],
        &["lake", "status", "nowhere"],
        &["lake", "retain", "lake"],
    ] {
        transcript += &folder.run(arguments).transcript(arguments);
    }
    insta::assert_snapshot!(transcript);
}

#[test]
fn saved_hunts_are_listed_and_asked() {
    let folder = hostile();
    let listed = folder.run(&["hunt", "--list"]);
    assert!(listed.out.matches("\n    ").count() > 40, "{}", listed.out);
    let mut transcript = String::new();
    for arguments in [
        &["hunt", "--lake", "lake", "--saved", "persistence", "--format", "csv"][..],
        &[
            "hunt",
            "--lake",
            "lake",
            "--saved",
            "key-sources",
            "--param",
            "key=AKIAUSERUSERUSERUSE1",
        ],
        &["hunt", "--lake", "lake", "--saved", "persistence", "--since", "2026-11-02"],
        &["lake", "status", "lake"],
        &["lake", "retain", "lake", "--days", "30"],
    ] {
        transcript += &folder.run(arguments).transcript(arguments);
    }
    insta::with_settings!({filters => vec![(r"\d[\d,]* bytes, [\d.]+ %", "[size]")]}, {
        insta::assert_snapshot!(transcript);
    });
}

#[test]
fn an_answer_may_go_into_a_file_and_be_asked_again() {
    let folder = hostile();
    let arguments = [
        "hunt",
        "--lake",
        "lake",
        "--format",
        "parquet",
        "--output",
        "answer.parquet",
        "SELECT * FROM events",
    ];
    let said = folder.run(&arguments);
    assert_eq!((said.status, said.out.as_str()), (0, ""), "{}", said.err);
    let read = super::duckdb(
        &folder,
        "SELECT count(*), (min(event_time)::VARCHAR)[:10] FROM 'answer.parquet'",
    );
    assert_eq!(read, ["2|2026-11-01"]);
    let explained = folder.run(&[
        "hunt",
        "--lake",
        "lake",
        "--explain",
        "SELECT count(*) FROM events WHERE access_key_id = 'AKIAUSERUSERUSERUSE1'",
    ]);
    assert_eq!(explained.status, 0, "{}", explained.err);
}
