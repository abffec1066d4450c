//! What is told of inputs with holes.

use cloudtrail::{AccountId, Event, Time};

use super::Gaps;
use crate::config::Account;

const HOME: &str = "111122223333";
const OTHER: &str = "444455556666";

fn event(account: &str, caller: &str, region: &str, service: &str, name: &str, hour: i64) -> Event {
    let time = Time::from_seconds(1_760_000_400 + hour * 3_600);
    let record = format!(
        r#"{{"Records":[{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::{caller}:user/a","accountId":"{caller}","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}},"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"{region}","sourceIPAddress":"192.0.2.1","userAgent":"x","requestParameters":{{"name":"main"}},"eventID":"{account} {region} {name} {hour}","recipientAccountId":"{account}","eventCategory":"Management"}}]}}"#
    );
    let mut found = None;
    cloudtrail::decode::decode(record.as_bytes(), &mut |event| found = Some(event));
    found.expect("an event")
}

/// Every hour of some, but not of the others.
fn busy(gaps: &mut Gaps, account: &str, region: &str, hours: impl Iterator<Item = i64>) {
    for hour in hours {
        gaps.see(&event(account, account, region, "ec2", "DescribeInstances", hour));
    }
}

fn texts(gaps: &Gaps) -> Vec<String> {
    gaps.told(&[]).into_iter().map(|gap| gap.in_words(None)).collect()
}

fn tells(gaps: &Gaps, what: &str) -> bool {
    texts(gaps).iter().any(|text| text.contains(what))
}

#[test]
fn hours_are_missed_only_where_there_usually_are_events() {
    let mut gaps = Gaps::default();
    busy(&mut gaps, HOME, "eu-west-1", (0..400).filter(|hour| !(200..206).contains(hour)));
    assert!(tells(&gaps, "no event of any account"), "{:?}", texts(&gaps));
    assert!(tells(&gaps, "(6 h)"), "{:?}", texts(&gaps));
    // A night like every night is none, nor is a weekend.
    let mut office = Gaps::default();
    let at_work = |hour: &i64| {
        let time = Time::from_seconds(1_760_000_400 + hour * 3_600);
        let (of_day, weekend) = time.hour_of_day();
        !weekend && (8..18).contains(&of_day)
    };
    busy(&mut office, HOME, "eu-west-1", (0..800).filter(at_work));
    assert!(!tells(&office, "unlike the other days"), "{:?}", texts(&office));
    // A week of holidays is not told from missing records, and so it is told.
    let mut holidays = Gaps::default();
    busy(
        &mut holidays,
        HOME,
        "eu-west-1",
        (0..1_200).filter(at_work).filter(|hour| !(600..770).contains(hour)),
    );
    assert!(tells(&holidays, "unlike the other days"), "{:?}", texts(&holidays));
}

#[test]
fn a_gap_of_one_account_is_told_of_that_account() {
    let mut gaps = Gaps::default();
    busy(&mut gaps, HOME, "eu-west-1", 0..400);
    busy(&mut gaps, OTHER, "eu-west-1", (0..400).filter(|hour| *hour < 300));
    assert!(!tells(&gaps, "of any account"), "{:?}", texts(&gaps));
    assert!(tells(&gaps, &format!("of account {OTHER} from")), "{:?}", texts(&gaps));
    assert!(!tells(&gaps, "in eu-west-1 from"), "told twice: {:?}", texts(&gaps));
}

#[test]
fn a_stopped_trail_and_the_silence_after_it() {
    let mut gaps = Gaps::default();
    busy(&mut gaps, HOME, "eu-west-1", 0..100);
    busy(&mut gaps, OTHER, "eu-west-1", 0..200);
    gaps.see(&event(HOME, HOME, "eu-west-1", "cloudtrail", "StopLogging", 100));
    assert!(
        tells(&gaps, "cloudtrail:StopLogging of main in account 111122223333"),
        "{:?}",
        texts(&gaps)
    );
    assert!(tells(&gaps, "nothing of it is recorded in the hours after"), "{:?}", texts(&gaps));
    busy(&mut gaps, HOME, "eu-west-1", 101..200);
    assert!(tells(&gaps, "its records go on"), "{:?}", texts(&gaps));
}

#[test]
fn accounts_and_regions_without_a_trail() {
    let mut gaps = Gaps::default();
    for day in 0..3 {
        gaps.see(&event(HOME, OTHER, "us-east-1", "iam", "ListUsers", 24 * day));
    }
    assert!(tells(&gaps, "only as callers into others"), "{:?}", texts(&gaps));
    assert!(tells(&gaps, "nothing but events of global services"), "{:?}", texts(&gaps));
    assert!(!tells(&gaps, "no event of a global service"), "{:?}", texts(&gaps));
    for day in 0..3 {
        gaps.see(&event(OTHER, OTHER, "eu-west-1", "ec2", "DescribeInstances", 24 * day + 1));
    }
    assert!(!tells(&gaps, "only as callers"), "{:?}", texts(&gaps));
    assert!(tells(&gaps, &format!("leaves them out: account {OTHER}")), "{:?}", texts(&gaps));
    let third: AccountId = "777788889999".parse().unwrap();
    let configured = [Account { id: third, name: "backup".to_owned(), production: false }];
    let told = gaps.told(&configured);
    assert!(
        told.iter()
            .any(|gap| gap.in_words(None).ends_with("configured accounts: 777788889999 (backup)"))
    );
}

#[test]
fn the_order_and_the_threads_do_not_matter() {
    let events: Vec<Event> = (0..300)
        .filter(|hour| hour % 37 != 5)
        .flat_map(|hour| {
            [(HOME, "eu-west-1"), (OTHER, "us-east-1")].map(|(account, region)| {
                event(account, account, region, "ec2", "RunInstances", hour)
            })
        })
        .collect();
    let mut forwards = Gaps::default();
    for event in &events {
        forwards.see(event);
    }
    let mut parts = [Gaps::default(), Gaps::default(), Gaps::default()];
    for (index, event) in events.iter().rev().enumerate() {
        parts[index % 3].see(event);
    }
    let mut joined = Gaps::default();
    for part in parts {
        joined.merge(part);
    }
    assert_eq!(texts(&joined), texts(&forwards));
    assert!(!texts(&joined).is_empty());
}

#[test]
fn past_the_limit_nothing_is_claimed_of_places() {
    let mut gaps = Gaps::default();
    for number in 0..9_000 {
        let region = format!("r-{number}");
        let mut part = Gaps::default();
        part.see(&event(HOME, HOME, &region, "ec2", "RunInstances", 0));
        gaps.merge(part);
    }
    assert_eq!(texts(&gaps).len(), 1, "{:?}", texts(&gaps));
    assert!(tells(&gaps, "was not checked"));
}
