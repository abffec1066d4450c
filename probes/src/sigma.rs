//! Rule files: every rule is used or named, in any order of the files, and looking at records holds.

use std::sync::LazyLock;

use cloudtrail::{Event, RecordRules};
use sigma::{Loaded, RuleFile};

/// Records that rules look at.
const RECORDS: [&str; 3] = [
    r#"{"eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.15.0 kali","eventID":"1","requestParameters":{"userName":"mallory","tags":[{"key":"a"},{"key":"b"}]},"userIdentity":{"type":"IAMUser","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"alice"}}"#,
    r#"{"eventTime":"2026-01-02T03:04:06Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"AccessDenied","eventID":"2","responseElements":null,"readOnly":true}"#,
    r#"{"eventTime":"2026-01-02T03:04:07Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventID":"3","additionalEventData":{"a":{"b":[1,2.5,null,true,"x"]}}}"#,
];

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let mut events = Vec::new();
    cloudtrail::decode::decode(RECORDS.join("\n").as_bytes(), &mut |event| events.push(event));
    events
});

pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let files: Vec<RuleFile> =
        text.split('\u{0}').enumerate().map(|(at, text)| file(at, text)).collect();
    let loaded = sigma::load(files.clone());
    let backwards = sigma::load(files.into_iter().rev().collect());
    assert_eq!(said(&loaded), said(&backwards), "the order of files does not matter");
    for named in loaded.left_out.iter().chain(&loaded.doubts) {
        assert!(!named.why.is_empty() && !named.why.contains('\n'), "{named:?}");
        assert!(named.to_string().len() < 4_000, "{named}");
    }
    let cards = loaded.rules.cards();
    assert_eq!(cards.len(), loaded.rules.len());
    for (record, event) in RECORDS.iter().zip(EVENTS.iter()) {
        let found = loaded.rules.look(record, event);
        assert_eq!(found, backwards.rules.look(record, event));
        for number in found.iter().flat_map(|found| &found.rules) {
            assert!(usize::from(*number) < cards.len(), "rule {number} of {}", cards.len());
        }
    }
    if let Some(mut correlations) = loaded.rules.correlations() {
        for (record, event) in RECORDS.iter().zip(EVENTS.iter()) {
            let event = Event { matches: loaded.rules.look(record, event), ..event.clone() };
            for number in correlations.see(&event) {
                assert!(usize::from(number) < cards.len(), "rule {number} of {}", cards.len());
            }
        }
    }
}

fn file(at: usize, text: &str) -> RuleFile {
    RuleFile { path: format!("rules/{at:03}.yml"), text: text.to_owned(), licence: String::new() }
}

fn said(loaded: &Loaded) -> String {
    let Loaded { rules, left_out, doubts, foreign } = loaded;
    format!("{:?} {left_out:?} {doubts:?} {foreign}", rules.cards())
}
