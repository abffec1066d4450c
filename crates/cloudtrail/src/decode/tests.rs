use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::{Decoder, Report, decode};
use crate::{Correlations, Event, IdentityKind, Matches, ProblemKind, RecordRules};

fn record(id: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}},"eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15.0","requestParameters":{{"a":[1,{{"b":"}}"}}]}},"responseElements":null,"eventID":"{id}","readOnly":true,"eventType":"AwsApiCall","recipientAccountId":"123456789012"}}"#
    )
}

fn file(ids: &[&str]) -> String {
    let records: Vec<String> = ids.iter().map(|id| record(id)).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn events(bytes: &[u8]) -> (Vec<Event>, Report) {
    let mut events = Vec::new();
    let report = decode(bytes, &mut |event| events.push(event));
    assert_eq!(report.read, report.accepted + report.skipped + report.malformed);
    assert_eq!(report.accepted, events.len() as u64);
    (events, report)
}

fn ids(bytes: &[u8]) -> Vec<String> {
    events(bytes).0.iter().map(|event| event.id.to_string()).collect()
}

/// A rule that keeps what it saw.
#[derive(Debug)]
struct Keeps;

impl RecordRules for Keeps {
    fn look(&self, record: &str, event: &Event) -> Option<Box<Matches>> {
        let values = vec![(0, Some(event.id.to_string().into())), (1, Some(record.into()))];
        Some(Box::new(Matches { values, ..Matches::default() }))
    }

    fn correlations(&self) -> Option<Box<dyn Correlations>> {
        None
    }
}

#[test]
fn every_form_gives_the_same_events() {
    let (one, two) = (record("1"), record("2"));
    let escaped = |text: &str| serde_json::to_string(text).unwrap();
    let mut members = gzip(file(&["1"]).as_bytes());
    members.extend(gzip(file(&["2"]).as_bytes()));
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("file", file(&["1", "2"]).into_bytes()),
        ("pretty file", file(&["1", "2"]).replace(":[{", ": [\n {").replace("},{", "},\n{").into_bytes()),
        ("gzip", gzip(file(&["1", "2"]).as_bytes())),
        ("gzip members", members),
        ("array", format!("[{one},\n {two}]").into_bytes()),
        ("lines", format!("{one}\n{two}\n").into_bytes()),
        ("files on lines", format!("{}\n{}\n", file(&["1"]), file(&["2"])).into_bytes()),
        (
            "LookupEvents",
            format!(
                r#"{{"Events":[{{"EventId":"1","Resources":[],"CloudTrailEvent":{}}},{{"EventId":"2","CloudTrailEvent":{}}}],"NextToken":"x","ResponseMetadata":{{"a":1}}}}"#,
                escaped(&one),
                escaped(&two)
            )
            .into_bytes(),
        ),
        (
            "EventBridge",
            format!(
                "{{\"version\":\"0\",\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":{one}}}\n{{\"detail\":{two}}}"
            )
            .into_bytes(),
        ),
        (
            "EventBridge in a notification in a queue message",
            format!("{{\"Message\":{}}}\n{{\"Message\":{}}}", escaped(&format!("{{\"detail\":{one}}}")), escaped(&two))
                .into_bytes(),
        ),
        ("Splunk", format!("{{\"result\":{{\"_raw\":{}}}}}\n{{\"_raw\":{}}}", escaped(&one), escaped(&two)).into_bytes()),
        (
            "Elastic",
            format!(
                "{{\"_source\":{{\"event\":{{\"original\":{}}}}}}}\n{{\"event\":{{\"original\":{}}}}}",
                escaped(&one),
                escaped(&two)
            )
            .into_bytes(),
        ),
    ];
    let expected = events(file(&["1", "2"]).as_bytes()).0;
    for (name, bytes) in forms {
        let (found, report) = events(&bytes);
        assert_eq!(found, expected, "{name}");
        assert!(report.problems.is_empty(), "{name}: {:?}", report.problems);
        let mut streamed = Vec::new();
        Decoder::default().decode_stream(&bytes[..], &mut |event| streamed.push(event));
        assert_eq!(streamed, expected, "{name}, streamed");
        let mut seen = Vec::new();
        let sink = &mut |event: Event| seen.push(event.matches.unwrap_or_default().values);
        Decoder::with_rules(Some(Arc::new(Keeps))).decode(&bytes, sink);
        let texts = [("1", &one), ("2", &two)]
            .map(|(id, text)| vec![(0, Some(id.into())), (1, Some(text.as_str().into()))]);
        assert_eq!(seen, texts, "{name}: rules see each record as it stands");
    }
}

#[test]
fn the_fields_of_an_event() {
    let (events, _) = events(file(&["7d91ac29-614a-4af9-af5c-c5a80e63a0bb"]).as_bytes());
    let event = &events[0];
    assert_eq!(event.action(), "iam:ListUsers");
    assert_eq!(event.identity.kind, IdentityKind::IamUser);
    assert_eq!(event.source.to_string(), "198.51.100.7");
    assert_eq!(event.account.unwrap().to_string(), "123456789012");
    assert_eq!(event.read_only, Some(true));
    assert!(event.request.is_some() && event.response.is_none());
}

#[test]
fn insight_and_digest_files_are_skipped_and_counted() {
    let insight = record("1").replace("AwsApiCall", "AwsCloudTrailInsight");
    let (_, report) = events(format!(r#"{{"Records":[{insight}]}}"#).as_bytes());
    assert_eq!((report.skipped, report.accepted), (1, 0));
    let (_, report) =
        events(br#"{"awsAccountId":"1","digestStartTime":"2026-01-01T00:00:00Z","logFiles":[]}"#);
    assert!(report.digest && report.recognised && report.problems.is_empty());
    let (_, report) = events(br#"{"Records":[]}"#);
    assert!(report.recognised && report.problems.is_empty());
}

#[test]
fn damage_costs_only_what_it_hits() {
    let healthy = file(&["1", "2", "3"]);
    let broken_text = healthy.replacen("aws-cli/2.15.0\"", "aws-cli/2.15.0", 1);
    let cases: Vec<(&str, Vec<u8>, Vec<&str>, u64)> = vec![
        ("a quote is missing", broken_text.into_bytes(), vec!["2", "3"], 1),
        (
            "a value is missing",
            healthy.replacen("\"eventID\":\"2\"", "\"eventID\":", 1).into_bytes(),
            vec!["1", "3"],
            1,
        ),
        (
            "no time",
            healthy.replacen("2026-01-02T03:04:05Z", "soon", 1).into_bytes(),
            vec!["2", "3"],
            1,
        ),
        ("cut off", healthy.as_bytes()[..healthy.len() - 20].to_vec(), vec!["1", "2"], 1),
        (
            "rubbish before and behind",
            format!("xx{healthy}yy").into_bytes(),
            vec!["1", "2", "3"],
            0,
        ),
        (
            "a broken line",
            format!("{}\n{{\"eventVersion\": \"1.0\n{}", record("1"), record("2")).into_bytes(),
            vec!["1", "2"],
            1,
        ),
        (
            "an element that is no record",
            healthy.replacen("},{\"eventV", "},{},7,{\"eventV", 1).into_bytes(),
            vec!["1", "2", "3"],
            1,
        ),
    ];
    for (name, bytes, expected, malformed) in cases {
        assert_eq!(ids(&bytes), expected, "{name}");
        assert_eq!(events(&bytes).1.malformed, malformed, "{name}");
    }
}

#[test]
fn half_a_gzip_file_gives_what_came_before_the_cut() {
    let many: Vec<String> = (0..2_000).map(|id| id.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let packed = gzip(file(&many).as_bytes());
    let (found, report) = events(&packed[..packed.len() / 2]);
    assert!(found.len() > 500, "only {} events", found.len());
    assert!(report.problems.iter().any(|problem| problem.kind == ProblemKind::BrokenGzip));
}

#[test]
fn damage_inside_a_gzip_file_costs_little_of_what_came_before_it() {
    let many: Vec<String> = (0..2_000).map(|id| id.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let text = file(&many);
    // Stored, not packed: where the damage is in the text is known. Each block has a head of five
    // bytes; the second half of them is overwritten, so no block begins there.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(text.as_bytes()).unwrap();
    let mut packed = encoder.finish().unwrap();
    let half = packed.len() / 2;
    packed[half..].fill(0xff);
    let (found, report) = events(&packed);
    assert!(report.problems.iter().any(|problem| problem.kind == ProblemKind::BrokenGzip));
    assert!(found.len() > 800, "only {} events", found.len());
}

#[test]
fn bytes_that_are_no_utf8_do_not_cost_the_record() {
    let mut bytes = file(&["1", "2"]).into_bytes();
    let at = bytes.windows(7).position(|window| window == b"aws-cli").unwrap();
    bytes[at] = 0xff;
    assert_eq!(ids(&bytes), ["1", "2"]);
    assert_eq!(events(&bytes).1.problems[0].kind, ProblemKind::NotUtf8);
}

#[test]
fn a_bomb_is_defused() {
    // 200 MiB of spaces inside a list of records, about 200 KB packed.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(br#"{"Records":["#).unwrap();
    for _ in 0..200 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let (_, report) = events(&encoder.finish().unwrap());
    assert!(report.problems.iter().any(|p| matches!(p.kind, ProblemKind::UnpacksTooFar { .. })));
    assert!(report.bytes < 80 << 20);
}

#[test]
fn depth_and_length_are_no_danger() {
    let deep = format!("{}{}", "{\"a\":".repeat(200_000), "}".repeat(200_000));
    assert_eq!(events(deep.as_bytes()).1.accepted, 0);
    let nested =
        record("1").replacen("null", &format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000)), 1);
    assert_eq!(ids(format!(r#"{{"Records":[{nested}]}}"#).as_bytes()), ["1"]);
    let long = record("1").replacen("aws-cli", &"x".repeat(10 << 20), 1);
    let (found, _) = events(format!("{long}\n{}", record("2")).as_bytes());
    assert_eq!(found.len(), 2);
    assert!(found[0].user_agent.len() <= 2_048);
    let too_long = record("1").replacen("aws-cli", &"x".repeat(17 << 20), 1);
    let bytes = format!("{too_long}\n{}", record("2"));
    assert_eq!(ids(bytes.as_bytes()), ["2"]);
    assert!(matches!(events(bytes.as_bytes()).1.problems[0].kind, ProblemKind::TooLong(_)));
}

#[test]
fn records_beside_the_list_of_records_are_read_in_every_file() {
    let text = format!(r#"{{"Records":[{}],"x":1,"Events":[{}]}}"#, record("1"), record("2"));
    assert_eq!(ids(text.as_bytes()), ["1", "2"]);
    let mut streamed = Vec::new();
    Decoder::default()
        .decode_stream(text.as_bytes(), &mut |event| streamed.push(event.id.to_string()));
    assert_eq!(streamed, ["1", "2"]);
}

#[test]
fn a_record_is_too_long_in_every_file_or_in_none() {
    const LIMIT: usize = 16 << 20;
    let one = record("1");
    for (length, expected) in [(LIMIT, vec!["0", "1", "2"]), (LIMIT + 1, vec!["0", "2"])] {
        let filled = "x".repeat(length - one.len() + "aws-cli".len());
        let long = one.replacen("aws-cli", &filled, 1);
        assert_eq!(long.len(), length);
        let records = [record("0"), long, record("2")];
        let file = format!(r#"{{"Records":[{}]}}"#, records.join(","));
        for text in [file, records.join("\n")] {
            assert_eq!(ids(text.as_bytes()), expected);
            let mut streamed = Vec::new();
            let report = Decoder::default()
                .decode_stream(text.as_bytes(), &mut |event| streamed.push(event.id.to_string()));
            assert_eq!(streamed, expected);
            assert_eq!(report.malformed, u64::from(length > LIMIT));
        }
    }
}

#[test]
fn half_a_character_does_not_cost_the_record_nor_a_part_of_it() {
    let half = r"\ud83d";
    for (from, to) in [
        ("aws-cli", format!("aws{half}-cli")),
        (r#""a":[1"#, format!(r#""userName":"eve","b":"{half}","a":[1"#)),
        (r#""type":"IAMUser""#, format!(r#""type":"IAMUser","userName":"x{half}""#)),
    ] {
        let broken = record("1").replacen(from, &to, 1);
        for text in [
            format!(r#"{{"Records":[{broken},{}]}}"#, record("2")),
            format!("{broken}\n{}", record("2")),
            json_text(&broken) + "\n" + &record("2"),
        ] {
            let (found, _) = events(text.as_bytes());
            assert_eq!(found.len(), 2, "{text}");
            assert_eq!(found[0].identity.kind, IdentityKind::IamUser);
            assert!(found[0].identity.access_key.is_some());
            if to.contains("eve") {
                assert_eq!(found[0].request_text("userName").as_deref(), Some("eve"));
            }
        }
    }
}

/// A record in a page of `LookupEvents`.
fn json_text(record: &str) -> String {
    serde_json::json!({ "Events": [{ "CloudTrailEvent": record }] }).to_string()
}

#[test]
fn a_text_broken_at_every_step_is_given_up() {
    let hostile = "{\"eventVersion\":".repeat(600_000);
    let (_, report) = events(hostile.as_bytes());
    assert!(report.problems.len() == Report::MOST_PROBLEMS && report.malformed < 1_000);
}

/// Each took the square of its length once: minutes for these.
#[test]
fn a_text_broken_at_every_line_takes_time_in_proportion() {
    for line in ["{\"a\n", "{\"eventVersion\":\"\n ", "{\"eventTime\n{\"a\n"] {
        let hostile = line.repeat((8 << 20) / line.len());
        let (found, report) = events(hostile.as_bytes());
        assert_eq!((found.len(), report.read), (0, report.malformed));
    }
}

#[test]
fn foreign_files_are_named_as_such() {
    for foreign in [
        "hello",
        "{\"name\":\"a package\"}",
        "function f() { return {a: 1} }",
        "\u{89}PNG\r\n{\"",
        "\"\"\"{{{",
    ] {
        let (_, report) = events(foreign.as_bytes());
        assert_eq!(report.read, 0, "{foreign:?}");
        assert!(report.problems.iter().any(|p| p.kind == ProblemKind::Foreign), "{foreign:?}");
    }
}

#[test]
fn records_with_missing_and_unknown_fields() {
    let (found, report) = events(
        br#"{"Records":[{"eventTime":"2026-01-02T03:04:05Z","eventName":"X","new":{"a":1}},
        {"eventTime":"2026-01-02T03:04:05Z","eventName":"Y","userIdentity":"?","eventSource":7,"readOnly":"true","resources":{},"errorCode":null}]}"#,
    );
    assert_eq!(found.len(), 2, "{:?}", report.problems);
    assert_ne!(found[0].id, found[1].id);
    assert_eq!((found[1].service.as_str(), found[1].read_only), ("7", Some(true)));
}

proptest! {
    #[test]
    fn any_bytes_are_survived_and_the_books_balance(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        events(&bytes);
    }

    #[test]
    fn any_damage_to_a_file_is_survived(position in 0_usize..2_000, byte in any::<u8>(), cut in 0_usize..2_000) {
        let mut bytes = file(&["1", "2", "3"]).into_bytes();
        let position = position % bytes.len();
        bytes[position] = byte;
        bytes.truncate(bytes.len() - cut.min(bytes.len()) / 4);
        let (found, report) = events(&bytes);
        prop_assert!(!found.is_empty() || report.malformed > 0);
        let mut streamed = Vec::new();
        Decoder::default().decode_stream(&bytes[..], &mut |event| streamed.push(event));
        prop_assert_eq!(streamed, found);
    }
}
