use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::super::cursor::Cursor;
use crate::Identity;
use crate::identities::Identities;
use crate::record::{Record, Shared};

/// Records with a value of every kind in every kind of field.
const RECORDS: [&str; 3] = [
    r#"{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","principalId":"AROAX:lena","arn":"arn:aws:sts::123456789012:assumed-role/App/lena","accountId":"123456789012","accessKeyId":"ASIAX","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAX","arn":"arn:aws:iam::123456789012:role/App","accountId":"123456789012","userName":"App"},"webIdFederationData":{},"attributes":{"creationDate":"2026-01-01T00:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-01-02T03:04:05Z","eventSource":"s3.amazonaws.com","eventName":"CopyObject","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2.15.0 \"x\" \u00e9é]","requestParameters":{"a":[1,-2.5e+3,{"b":"}\\"}],"c":{}},"responseElements":null,"additionalEventData":{"bytesTransferredOut":85577,"bytesTransferredIn":0.5,"MFAUsed":"No"},"requestID":"A1","eventID":"7d91ac29-614a-4af9-af5c-c5a80e63a0bb","readOnly":false,"resources":[{"accountId":"123456789013","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::other"},{"ARN":"arn:aws:s3:::own/key"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"123456789012","sharedEventID":"7d91ac29-614a-4af9-af5c-c5a80e63a0bc","vpcEndpointId":"vpce-1","eventCategory":"Data","tlsDetails":{"tlsVersion":"TLSv1.3"}}"#,
    r#"{"userIdentity":{"type":"IAMUser","userName":"lena"},"eventTime":"2026-01-02T03:04:05Z","eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","errorCode":null,"requestParameters":{"userName":"eve"},"responseElements":{"accessKey":{"accessKeyId":"AKIAX","status":"Active","userName":"eve"}},"readOnly":"false","sessionCredentialFromConsole":"true"}"#,
    r#"{ "userIdentity" : {"type":"AWSService","invokedBy":"ec2.amazonaws.com"},
      "eventTime": "2026-01-02T03:04:05Z", "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
      "requestParameters": {"roleArn":"arn:aws:iam::123456789012:role/App"}, "resources": [ {"ARN":"arn:aws:iam::123456789012:role/App"} , {} ],
      "responseElements": {"credentials":{"accessKeyId":"ASIAY"},"assumedRoleUser":{"arn":"arn:aws:sts::123456789012:assumed-role/App/i"}} }"#,
];

/// What is put into a text to damage it.
const PIECES: [&str; 24] = [
    "",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    " ",
    "\n",
    "\u{1}",
    "é",
    "0",
    "-",
    ".",
    "e5",
    "null",
    "true",
    "\\u00e9",
    "\\ud800",
    "\"eventName\":\"A\",",
    "{\"a\":1}",
    "[[]]",
];

/// A text in which some pieces stand in the place of others.
fn damaged() -> impl Strategy<Value = String> {
    let edits = proptest::collection::vec((0_usize..2_000, 0_usize..4, 0..PIECES.len()), 0..3);
    (0..RECORDS.len(), edits).prop_map(|(record, edits)| {
        let mut text = RECORDS[record].to_owned();
        for (begin, length, piece) in edits {
            let begin = text.floor_char_boundary(begin % text.len());
            let end = text.ceil_char_boundary(begin + length);
            text.replace_range(begin..end, PIECES[piece]);
        }
        text
    })
}

/// A record read here, if it is usual, and what becomes of it.
fn read(text: &str, shared: &mut Shared) -> Option<String> {
    let mut cursor = Cursor::new(text);
    let record = Record::read(&mut cursor, &shared.identities)?;
    cursor.is_at_end().then(|| format!("{:?}", record.outgoing(shared)))
}

fn read_by_serde(text: &str) -> Option<String> {
    let record: Record<'_> = serde_json::from_str(text).ok()?;
    Some(format!("{:?}", record.outgoing(&mut Shared::default())))
}

#[test]
fn usual_records_are_read_here() {
    for text in RECORDS {
        assert!(read(text, &mut Shared::default()).is_some(), "{text}");
        assert_eq!(read(text, &mut Shared::default()), read_by_serde(text));
    }
}

#[test]
fn what_is_unusual_is_left_to_the_general_parser() {
    for text in [
        r#"{"eventTime":1}"#,
        r#"{"eventTime":"a","eventTime":"a"}"#,
        r#"{"event\u0054ime":"a"}"#,
        r#"{"eventTime":["a"]}"#,
    ] {
        assert!(Record::read(&mut Cursor::new(text), &Identities::default()).is_none(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_read_here_is_what_serde_json_reads(text in damaged()) {
        // A table that has seen the healthy records, as it is in the middle of a file.
        let mut shared = Shared::default();
        for record in RECORDS {
            read(record, &mut shared);
        }
        if let Some(read) = read(&text, &mut shared) {
            prop_assert_eq!(Some(read), read_by_serde(&text));
        }
    }

    #[test]
    fn what_is_passed_over_is_what_serde_json_passes_over(text in damaged()) {
        let mut cursor = Cursor::new(&text);
        let passed = cursor.value().is_some() && cursor.is_at_end();
        prop_assert_eq!(passed, serde_json::from_str::<IgnoredAny>(&text).is_ok());
    }

    #[test]
    fn damaged_callers_are_read_alike(text in damaged()) {
        // Wherever an object begins, and however it goes on.
        for (begin, _) in text.match_indices('{') {
            let inner = &text[begin..];
            let mut cursor = Cursor::new(inner);
            if cursor.value().is_some() {
                let object = cursor.since(0);
                prop_assert_eq!(Identity::parse(object), Identity::parse_by_serde(object));
            }
        }
    }
}
