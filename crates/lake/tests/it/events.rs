//! Events of a small organisation, as a scan would hand them over.

use std::fmt::Write;

use cloudtrail::decode::Decoder;
use cloudtrail::{Event, Time};

/// A call: day of November 2026, hour, number within the hour, user, service, name.
pub(crate) fn record(
    (day, hour, number, user): (u32, u32, u32, u32),
    service: &str,
    name: &str,
) -> String {
    let address = format!("203.0.113.{}", user + 1);
    let mut record = format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDA{user}","arn":"arn:aws:iam::193672423079:user/user{user}","accountId":"193672423079","accessKeyId":"AKIAUSERUSERUSERUSE{user}","userName":"user{user}"}},"eventTime":"2026-11-{day:02}T{hour:02}:{number:02}:00Z","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"{address}","userAgent":"aws-cli/2.15.0","#
    );
    let (request, response) = match name {
        "CreateAccessKey" => (
            format!(r#"{{"userName":"made{user}"}}"#),
            format!(
                r#"{{"accessKey":{{"userName":"made{user}","status":"Active","accessKeyId":"AKIAMADEMADEMADEMAD{user}"}}}}"#
            ),
        ),
        "GetObject" => {
            (format!(r#"{{"bucketName":"bucket{user}","key":"a\u0041 b"}}"#), "null".into())
        }
        _ => ("null".to_owned(), "null".to_owned()),
    };
    write!(
        record,
        r#""requestParameters":{request},"responseElements":{response},"eventID":"{day:08x}-{hour:04x}-{number:04x}-{user:04x}-{:012x}","eventType":"AwsApiCall","recipientAccountId":"193672423079"}}"#,
        name.len()
    )
    .unwrap();
    record
}

/// Records of some days: every user makes a few calls an hour.
pub(crate) fn records(days: std::ops::RangeInclusive<u32>, users: u32) -> Vec<String> {
    let mut records = Vec::new();
    for day in days {
        for hour in [8, 12, 20] {
            for user in 0..users {
                for (number, (service, name)) in [
                    ("s3", "ListBuckets"),
                    ("s3", "GetObject"),
                    ("ec2", "DescribeInstances"),
                    ("iam", "CreateAccessKey"),
                ]
                .into_iter()
                .enumerate()
                {
                    records.push(record((day, hour, number as u32, user), service, name));
                }
            }
        }
    }
    records
}

/// Records decoded, each with its text.
pub(crate) fn decoded(records: &[String]) -> Vec<Event> {
    let text = format!("{{\"Records\":[{}]}}", records.join(","));
    let mut events = Vec::new();
    let report = Decoder::default()
        .keep_records(true)
        .decode(text.as_bytes(), &mut |event| events.push(event));
    assert_eq!(report.accepted, records.len() as u64, "{:?}", report.problems);
    events
}

/// Events by their shards, as a writer takes them.
pub(crate) fn sharded(events: Vec<Event>) -> Vec<(u8, Vec<Box<Event>>)> {
    let mut shards: Vec<(u8, Vec<Box<Event>>)> =
        (0..=255).map(|shard| (shard, Vec::new())).collect();
    for event in events {
        let shard = detect::Shard::of(&event);
        shards[usize::from(shard)].1.push(Box::new(event));
    }
    shards
}

/// Writes records in one go, with the watermark that a scan would end with.
pub(crate) fn write(writer: &mut lake::Writer, records: &[String]) -> Result<(), lake::Error> {
    writer.add(sharded(decoded(records)), Time::MAX)
}
