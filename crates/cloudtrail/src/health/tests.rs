use serde_json::{Value, json};

use crate::decode::{Report, decode};
use crate::{Event, IdentityKind};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const OTHER_KEY: &str = "AKIAI44QH8DHBEXAMPLE";
const EVENT: &str = "arn:aws:health:us-east-1::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/AWS_RISK_CREDENTIALS_EXPOSED-1";

fn read(text: &Value) -> (Vec<Event>, Report) {
    let mut events = Vec::new();
    let report = decode(text.to_string().as_bytes(), &mut |event| events.push(event));
    assert_eq!(report.read, report.accepted + report.skipped + report.malformed);
    assert_eq!(report.accepted, events.len() as u64);
    (events, report)
}

fn notification() -> Value {
    json!({
        "version": "0", "id": "n-1", "detail-type": "AWS Health Event", "source": "aws.health",
        "account": "111122223333", "time": "2026-02-12T00:38:36Z", "region": "us-east-1",
        "resources": [KEY],
        "detail": {
            "eventArn": EVENT, "service": "RISK",
            "eventTypeCode": "AWS_RISK_CREDENTIALS_EXPOSED", "eventTypeCategory": "issue",
            "startTime": "Thu, 12 Feb 2026 00:37:54 GMT",
            "eventMetadata": { "publicKey": KEY, "userName": "alice", "exposedUrl": "https://example.com/x" },
            "affectedEntities": [{ "entityValue": KEY }],
            "affectedAccount": "999988887777",
        },
    })
}

/// Key, user, account, time of the only event.
fn told(text: &Value) -> (String, String, String, String) {
    let (events, report) = read(text);
    assert_eq!((events.len(), report.skipped, report.malformed), (1, 0, 0), "{text}");
    let event = &events[0];
    assert_eq!(event.action(), "health:AWS_RISK_CREDENTIALS_EXPOSED");
    assert_eq!(event.identity.kind, IdentityKind::AwsService);
    assert!(event.source.is_aws());
    let asked = |key: &str| event.request_text(key).unwrap_or_default().to_string();
    let account = event.account.map(|account| account.to_string()).unwrap_or_default();
    (asked("accessKeyId"), asked("userName"), account, event.time.to_string())
}

fn expected(user: &str, account: &str, time: &str) -> (String, String, String, String) {
    (KEY.to_owned(), user.to_owned(), account.to_owned(), time.to_owned())
}

#[test]
fn a_notification_names_key_user_and_account() {
    let alice = expected("alice", "999988887777", "2026-02-12T00:38:36Z");
    assert_eq!(told(&notification()), alice);
    // The same in a queue's message.
    assert_eq!(told(&json!({ "Message": notification().to_string() })), alice);
    let mut poor = notification();
    poor["time"] = json!(null);
    poor["detail"]["affectedAccount"] = json!(null);
    poor["detail"]["eventMetadata"] = json!(null);
    poor["detail"]["affectedEntities"] = json!(7);
    assert_eq!(told(&poor), expected("", "111122223333", "2026-02-12T00:37:54Z"));
}

#[test]
fn a_notification_may_name_a_user_or_several_keys() {
    let mut user = notification();
    user["resources"] = json!([]);
    user["detail"]["eventMetadata"] = json!({});
    let bob = json!([{ "entityValue": "arn:aws:iam::999988887777:user/team/bob" }]);
    user["detail"]["affectedEntities"] = bob;
    let (key, user, ..) = told(&user);
    assert_eq!((key.as_str(), user.as_str()), ("", "bob"));
    let mut several = notification();
    several["resources"] = json!([KEY, OTHER_KEY, KEY]);
    let (events, report) = read(&several);
    assert_eq!((events.len(), report.read), (2, 2));
    assert_ne!(events[0].id, events[1].id);
    assert!(events.iter().all(|event| event.request_text("userName").is_none()));
}

#[test]
fn answers_of_the_api_are_read() {
    let entities = json!({ "entities": [{
        "entityArn": "arn:aws:health:us-east-1:111122223333:entity/e", "eventArn": EVENT,
        "entityValue": KEY, "awsAccountId": "111122223333",
        "lastUpdatedTime": "2026-02-12T01:37:55+01:00",
    }]});
    assert_eq!(told(&entities), expected("", "111122223333", "2026-02-12T00:37:55Z"));
    let details = json!({ "successfulSet": [{
        "event": {
            "arn": EVENT, "eventTypeCode": "AWS_RISK_CREDENTIALS_EXPOSED", "region": "us-east-1",
            "startTime": 1_770_856_674.0, "lastUpdatedTime": 1_770_856_675.25,
        },
        "eventDescription": { "latestDescription": format!("Your access key {KEY}, was found.") },
        "eventMetadata": { "accountId": "111122223333" },
    }], "failedSet": [] });
    assert_eq!(told(&details), expected("", "111122223333", "2026-02-12T00:37:55Z"));
}

#[test]
fn other_news_is_skipped_and_others_entities_are_no_news() {
    let mut maintenance = notification();
    maintenance["detail"]["eventTypeCode"] = json!("AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED");
    let mut nameless = notification();
    nameless["resources"] = json!([]);
    nameless["detail"]["affectedEntities"] = json!([{ "entityValue": "i-0123456789abcdef0" }]);
    nameless["detail"]["eventMetadata"] = json!({});
    for text in [maintenance, nameless] {
        let (events, report) = read(&text);
        assert_eq!((events.len(), report.read, report.skipped), (0, 1, 1), "{text}");
        assert!(report.recognised && report.problems.is_empty());
    }
    let mut forged = notification();
    forged["source"] = json!("my.application");
    let foreign = json!({ "entities": [{ "entityValue": KEY }] });
    for text in [forged, foreign] {
        assert_eq!(read(&text).0, [], "{text}");
    }
    // Without a time it is a record that cannot be read, and said to be one.
    let mut timeless = notification();
    timeless["time"] = json!("soon");
    timeless["detail"]["startTime"] = json!("1e300");
    let (_, report) = read(&timeless);
    assert_eq!((report.read, report.malformed), (1, 1));
}

#[test]
fn one_event_with_many_keys_does_not_tell_its_texts_again_with_each() {
    let keys: Vec<String> =
        (0..2_000).map(|index| format!(r#"{{"entityValue":"AKIA{index:016}"}}"#)).collect();
    let long = "x".repeat(20_000);
    let text = format!(
        r#"{{"id":"{long}","source":"aws.health","region":"{long}","time":"2026-11-20T02:14:00Z","detail":{{"eventTypeCode":"AWS_RISK_CREDENTIALS_EXPOSED","affectedEntities":[{}],"eventMetadata":{{"exposedUrl":"{long}"}}}}}}"#,
        keys.join(",")
    );
    let (mut events, mut bytes) = (0, 0);
    let report = crate::decode::decode(text.as_bytes(), &mut |event| {
        events += 1;
        bytes += event.id.to_string().len() + event.region.len();
        bytes += event.request.map_or(0, |request| request.len());
    });
    assert_eq!((report.accepted, events), (2_000, 2_000));
    assert!(bytes < 2_000 * 700, "{bytes} bytes");
}
