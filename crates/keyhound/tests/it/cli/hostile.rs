//! Every text of a record hostile in turn, through every output there is.
//!
//! One trail has a theft for each text of a record: there that text, and nothing else, is hostile.
//! Reports and the formats for other programs are put to the same in `report.rs` and `formats/`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Folder;

/// What an attacker would have somebody's terminal, browser, shell or spreadsheet do.
const NASTY: [&str; 5] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{1b}]8;;http://evil.example\u{1b}\\x",
    "\u{202e}gnp\u{2066}\u{200f}\u{61c}\u{200b}a\u{301}\u{feff}\u{2060}\u{e0041}",
    "x\nALERT  critical\r\n\u{2028}\u{85}\u{b}\u{0}\u{8}\u{7f}",
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>[a](javascript:b)`|</pre>",
    "=cmd|'/C calc'!A0;$(touch owned)`touch owned`\\'--force www.evil.example x@evil.example",
];

/// Low enough that every theft is told of.
pub(super) const LOW: [&str; 6] =
    ["--set", "thresholds.watch=1", "--set", "thresholds.alert=2", "--set", "thresholds.page=3"];

/// The records of one theft with the key of this number.
pub(super) fn theft(number: usize) -> Vec<Value> {
    // Thefts with nothing in common are told of one by one.
    let (user, made) = (format!("user{number}"), format!("backup{number}"));
    let call = |second: usize, (service, name): (&str, &str), request: Value, response: Value| {
        json!({
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "IAMUser",
                "principalId": format!("AIDA{number:016}"),
                "arn": format!("arn:aws:iam::111122223333:user/{user}"),
                "accountId": "111122223333",
                "accessKeyId": format!("AKIAEXAMPLE{number:09}"),
                "userName": user,
                "invokedBy": "somebody",
                "sessionContext": {
                    "sourceIdentity": user,
                    "sessionIssuer": { "type": "Role", "userName": user, "arn": format!("arn:aws:iam::111122223333:role/{user}") },
                },
                "onBehalfOf": { "userId": user, "identityStoreArn": "arn:aws:identitystore::111122223333:x" },
            },
            "eventTime": format!("2026-10-05T{:02}:{:02}:{second:02}Z", 2 + number / 60, number % 60),
            "eventSource": format!("{service}.amazonaws.com"),
            "eventName": name,
            "awsRegion": "us-east-1",
            "sourceIPAddress": format!("104.{}.7.1", number % 200),
            "userAgent": "TruffleHog",
            "errorCode": if name == "StopLogging" { "AccessDenied" } else { "" },
            "errorMessage": "You may not",
            "requestParameters": request,
            "responseElements": response,
            "additionalEventData": { "MFAUsed": "No", "x": "y" },
            "resources": [{ "ARN": "arn:aws:s3:::bucket/key", "accountId": "999988887777", "type": "AWS::S3::Object" }],
            "requestID": format!("r{number}-{second}"),
            "eventID": format!("{number:08}-0000-4000-8000-{second:012}"),
            "eventType": "AwsApiCall",
            "recipientAccountId": "111122223333",
            "sharedEventID": "00000000-0000-4000-8000-000000000000",
            "vpcEndpointId": "",
            "eventCategory": "Management",
            "tlsDetails": { "clientProvidedHostHeader": "iam.amazonaws.com" },
        })
    };
    vec![
        call(1, ("sts", "GetCallerIdentity"), json!(null), json!(null)),
        call(
            2,
            ("iam", "CreateUser"),
            json!({ "userName": made, "path": "/" }),
            json!({ "user": { "userName": made, "arn": format!("arn:aws:iam::111122223333:user/{made}") } }),
        ),
        call(
            3,
            ("iam", "CreateAccessKey"),
            json!({ "userName": made }),
            json!({ "accessKey": { "userName": made, "accessKeyId": format!("AKIAMADE{number:012}") } }),
        ),
        call(
            4,
            ("iam", "AttachUserPolicy"),
            json!({ "userName": made, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess" }),
            json!(null),
        ),
        call(
            5,
            ("s3", "PutBucketPolicy"),
            json!({ "bucketName": "bucket", "bucketPolicy": { "Statement": [{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::999988887777:root" } }] } }),
            json!(null),
        ),
        call(6, ("cloudtrail", "StopLogging"), json!({ "name": "trail" }), json!(null)),
    ]
}

/// The places of all texts in a value, as JSON pointers.
fn texts(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::String(_) => drop(found.insert(place.to_owned())),
        Value::Object(fields) => {
            for (key, value) in fields {
                texts(value, &format!("{place}/{key}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                texts(value, &format!("{place}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// One theft for each text and each nasty one: as it was with the nasty one behind it, and the
/// nasty one alone.
fn records() -> Vec<Value> {
    let mut places = BTreeSet::new();
    for record in theft(0) {
        texts(&record, "", &mut places);
    }
    assert!(places.len() > 40, "{places:?}");
    let mut records = Vec::new();
    for (index, place) in places.iter().enumerate() {
        for (turn, nasty) in [NASTY[index % 5], NASTY[(index + 3) % 5]].into_iter().enumerate() {
            for mut record in theft(2 * index + turn) {
                if let Some(Value::String(text)) = record.pointer_mut(place) {
                    *text = if turn == 0 { format!("{text}{nasty}") } else { nasty.to_owned() };
                }
                records.push(record);
            }
        }
    }
    records
}

pub(super) fn folder() -> Folder {
    let folder = Folder::new();
    let lines: Vec<String> = records().iter().map(Value::to_string).collect();
    folder.write("logs/trail.json", lines.join("\n"));
    folder
}

/// Whether a terminal would obey the character, or not show it.
fn moves_or_hides(character: char) -> bool {
    character.is_control() && character != '\n'
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{300}'..='\u{36f}' | '\u{e0000}'..='\u{e0fff}'
        )
}

pub(super) fn assert_harmless(text: &str, whose: &str) {
    let found = text.char_indices().find(|(_, character)| moves_or_hides(*character));
    if let Some((at, character)) = found {
        let begin = text.floor_char_boundary(at.saturating_sub(100));
        panic!("{character:?} in {whose}: {:?}", &text[begin..at]);
    }
    // Nobody but the program begins a line like a result.
    let forged = text.lines().any(|line| line.starts_with("ALERT  critical\u{a}"));
    assert!(!forged, "a forged line in {whose}");
}

#[test]
fn every_text_of_a_record_is_harmless_in_every_output_of_a_scan() {
    let folder = folder();
    let mut ids = Vec::new();
    for verb in [
        &["scan", "--identities"][..],
        &["scan", "--identities", "--color", "never", "--format", "json"],
        &["scan", "--format", "ndjson"],
    ] {
        let said = folder.run(&[verb, &LOW[..], &["logs"]].concat());
        assert_harmless(&said.out, verb[verb.len() - 1]);
        assert_harmless(&said.err, "what goes to standard error");
        if verb.contains(&"ndjson") {
            let incidents: Vec<Value> =
                said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            ids = incidents.iter().map(|incident| incident["id"].clone()).collect();
            // What programs read is what was written, whole.
            for nasty in ["\u{1b}[2J", "\u{202e}gnp", "<script>", "=cmd|"] {
                let whole = |incident: &Value| said_anywhere(incident, nasty);
                assert!(incidents.iter().any(whole), "{nasty:?} is nowhere, nothing was tested");
            }
        }
        if verb.contains(&"--identities") && !verb.contains(&"json") {
            assert!(said.out.contains(r"\u{1b}[2J") && said.out.contains(r"\u{202e}gnp"));
        }
    }
    assert!(ids.len() > 80, "only {} thefts are told of", ids.len());
    for id in ids.iter().step_by(7) {
        let id = id.as_str().expect("an id");
        let said = folder.run(&[&["explain", id], &LOW[..], &["logs"]].concat());
        assert_eq!(said.status, 0, "{}", said.err);
        assert_harmless(&(said.out + &said.err), id);
    }
}

/// Whether some text in the value holds this one.
fn said_anywhere(value: &Value, text: &str) -> bool {
    match value {
        Value::String(said) => said.contains(text),
        Value::Array(values) => values.iter().any(|value| said_anywhere(value, text)),
        Value::Object(fields) => fields.values().any(|value| said_anywhere(value, text)),
        _ => false,
    }
}

#[test]
fn names_of_files_are_harmless_wherever_they_are_told() {
    let folder = Folder::new();
    for (index, nasty) in NASTY.iter().enumerate() {
        // No file system takes these two in a name.
        let name = nasty.replace(['/', '\0'], "");
        folder.write(&format!("logs/{index}{name}.json"), r#"{"eventName":"X","eventTime":"no"}"#);
        folder.write(&format!("logs/{index}{name}.gz"), b"\x1f\x8b\x08 broken");
    }
    folder.write("logs/sound.json", theft(0)[0].to_string());
    let bad = format!("nowhere{}", NASTY[0]);
    let rules = format!("rules{}", NASTY[1]);
    for (arguments, expected) in [
        (&["scan", "logs"][..], 0),
        (&["scan", "--format", "json", "logs"], 0),
        (&["scan", &bad], 2),
        (&["scan", "--config", &bad, "logs"], 2),
        (&["scan", "--set", &bad, "logs"], 2),
        (&["scan", "--state", &bad, "logs"], 0),
        (&["explain", &rules, "logs"], 2),
        (&["drill", "--report", &bad, "logs"], 2),
        (&["drill", "--organisation", &rules], 2),
        (&["scan", "--key", &rules, "logs"], 2),
    ] {
        for level in ["warn", "trace"] {
            let said = folder.run_with(arguments, &[("KEYHOUND_LOG", level)]);
            assert_harmless(&said.out, &format!("{arguments:?}"));
            assert_harmless(&said.err, &format!("the errors of {arguments:?} at {level}"));
            assert_eq!(said.status, expected, "{arguments:?}: {}", said.err);
        }
    }
}

#[test]
fn a_name_of_a_megabyte_and_half_a_character_are_told_in_few_words() {
    let folder = Folder::new();
    let huge = "A".repeat(1 << 20);
    let lines: Vec<String> = theft(0)
        .iter()
        .chain(&theft(1))
        .map(|record| {
            record.to_string().replace("user1", &huge).replace("TruffleHog", r"TruffleHog\ud83d")
        })
        .collect();
    folder.write("logs/trail.json", lines.join("\n"));
    let said = folder.run(&[&["scan", "--identities"], &LOW[..], &["logs"]].concat());
    assert_harmless(&(said.out.clone() + &said.err), "a scan");
    assert!(said.err.contains("12 accepted"), "{}", said.err);
    assert!(said.out.len() < 60_000, "{} bytes for two thefts", said.out.len());
}

#[test]
fn a_drill_on_hostile_names_reports_them_as_text() {
    let folder = Folder::new();
    let testdata = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/leaked-user-key/AWSLogs");
    let mut lines = Vec::new();
    for file in walk(testdata.as_ref()) {
        let mut text = String::new();
        let packed = std::fs::File::open(file).expect("a file");
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed), &mut text)
            .expect("text");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        for record in file["Records"].as_array().expect("records") {
            lines.push(
                record
                    .to_string()
                    .replace("lena", &escaped(&(NASTY[3].to_owned() + NASTY[4])).replace('/', "")),
            );
            lines.push(
                record
                    .to_string()
                    .replace("lena", &escaped(NASTY[1]))
                    .replace("AKIARTX3GSDSXQOG6RH5", "AKIARTX3GSDSXQOG6RH6")
                    .replace("eventID\":\"", "eventID\":\"x"),
            );
        }
    }
    folder.write("logs/trail.json", lines.join("\n"));
    let arguments = ["drill", "-q", "--thefts", "8", "--until", "2024-07-30"];
    for report in ["drill.html", "drill.md"] {
        let said = folder.run(&[&arguments[..], &["--report", report, "logs"]].concat());
        assert_eq!(said.status, 0, "{}", said.err);
        assert_harmless(&said.out, "a drill");
        let page = std::fs::read_to_string(folder.path().join(report)).expect("a report");
        assert_harmless(&page, report);
        assert!(
            page.contains("script"),
            "the hostile name is nowhere, nothing was tested:\n{page}"
        );
        for markup in ["<script", "<img", "onerror=alert(1)>"] {
            assert!(!page.contains(markup), "{markup} in {report}:\n{page}");
        }
    }
    let markdown = std::fs::read_to_string(folder.path().join("drill.md")).expect("a report");
    for markup in ["[a](", "www.evil", "x@evil"] {
        assert!(!markdown.contains(markup), "{markup} in {markdown}");
    }
    let said = folder.run(&[&arguments[..], &["--json", "logs"]].concat());
    assert_harmless(&said.out, "the document");
    assert!(serde_json::from_str::<Value>(&said.out).is_ok());
}

/// A text as it stands inside JSON.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}
