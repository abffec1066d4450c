use super::*;

/// A call of a user, as CloudTrail records it.
fn record(day: u32, second: u32, address: &str, agent: &str, action: (&str, &str)) -> Record {
    let time = format!("2025-03-{:02}T10:{:02}:{:02}Z", day + 1, second / 60, second % 60);
    let (service, name) = action;
    let id = format!("{day:08}-{second:04}-4000-8000-000000000000");
    let json = format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/build","accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"build"}},"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"{address}","userAgent":"{agent}","requestParameters":null,"responseElements":null,"eventID":"{id}","readOnly":true,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#
    );
    Record::parse(&json).unwrap()
}

/// Ten quiet days at a hoster, then whatever comes on the eleventh.
fn found_after(quiet: &[(&str, &str)], last: &[Record]) -> BTreeMap<&'static str, Vec<Found>> {
    let mut simple = Simple::new();
    for day in 0..10 {
        for second in 0..20 {
            let action = quiet[second as usize % quiet.len()];
            simple.see(&record(day, second, "88.198.1.2", "Boto3/1.34.0", action));
        }
    }
    for record in last {
        simple.see(record);
    }
    simple.finish("2025-03-11T00:00:00Z".parse().unwrap(), 1).unwrap()
}

const QUIET: &[(&str, &str)] = &[("s3", "ListBuckets"), ("sqs", "ListQueues")];

#[test]
fn a_new_network_alone_and_with_a_new_client() {
    let elsewhere = "203.0.113.7";
    let known_client = record(10, 5, "1.1.1.1", "Boto3/1.34.0", ("s3", "ListBuckets"));
    let found = found_after(QUIET, &[known_client]);
    assert_eq!(found["new AS"].len(), 1);
    assert_eq!(found["new AS"][0].detected_at.to_string(), "2025-03-11T10:00:05Z");
    let other = record(10, 5, "1.1.1.1", "curl/8.0", ("s3", "ListBuckets"));
    let found = found_after(QUIET, &[other]);
    assert!(found["two new dimensions"][0].score >= 2.0, "{found:?}");
    // The same from an address without a known network is new as well.
    let nowhere = record(10, 5, elsewhere, "Boto3/1.34.0", ("s3", "ListBuckets"));
    assert_eq!(found_after(QUIET, &[nowhere])["new AS"].len(), 1);
    assert!(
        found_after(QUIET, &[])
            .iter()
            .all(|(name, found)| *name == FOREST || *name == POINTS || found.is_empty())
    );
}

#[test]
fn a_session_is_pinned_to_its_first_address() {
    let of_role = |day, address, session: &str| {
        let record = record(day, 1, address, "Boto3/1.34.0", ("s3", "ListBuckets"));
        let arn = format!("arn:aws:sts::111122223333:assumed-role/web/{session}");
        let json = record
            .json
            .replace("\"IAMUser\"", "\"AssumedRole\"")
            .replace("arn:aws:iam::111122223333:user/build", &arn);
        Record::parse(&json).unwrap()
    };
    let found = found_after(
        QUIET,
        &[
            of_role(10, "88.198.1.2", "i-0123456789abcdef0"),
            of_role(11, "1.1.1.1", "i-0123456789abcdef0"),
            of_role(12, "88.198.1.2", "lena@example.com"),
            of_role(13, "1.1.1.1", "lena@example.com"),
        ],
    );
    assert_eq!(found[PIN].len(), 1);
    assert_eq!(found[PIN][0].detected_at.to_string(), "2025-03-12T10:00:01Z");
}

#[test]
fn points_add_up_over_the_day_and_begin_anew() {
    let hot = |day, second| {
        record(day, second, "88.198.1.2", "Boto3/1.34.0", ("secretsmanager", "GetSecretValue"))
    };
    let found = found_after(QUIET, &[hot(10, 1), hot(10, 2), hot(11, 1)]);
    let days: Vec<f64> = found[POINTS].iter().rev().take(2).map(|found| found.score).collect();
    assert_eq!(days.len(), 2);
    assert!(days[0] > 2.0 && (days[0] - days[1]).abs() < 1e-9, "{days:?}");
}

#[test]
fn the_forest_finds_the_odd_day() {
    let names = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let odd: Vec<Record> = (0..200)
        .map(|second| {
            let action = ("iam", names[second as usize % names.len()]);
            record(10, second, &format!("5.{}.1.1", second % 40), "Boto3/1.34.0", action)
        })
        .collect();
    let found = found_after(QUIET, &odd);
    let worst = found[FOREST].iter().max_by(|a, b| a.score.total_cmp(&b.score)).unwrap();
    assert_eq!(worst.detected_at.to_string(), "2025-03-11T10:03:19Z");
    assert_eq!(worst.event_ids.len(), 200);
}
