//! The channels through AWS, against an emulator that checks signatures and permissions, and
//! against answers that an emulator does not give.

use std::fs;

use notify::{Channels, Fault, Message, News, Notice, Proxies, Receipt, Status};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixture::{notice, now, open_with, passing, run, tell};
use crate::hostile::{SPELLED_OUT, hostile, huge};
use crate::receiver::{Receiver, Reply, answer};
use crate::script::Script;
use crate::webhook::digest;

const EVENTBRIDGE: &str = "kind = 'eventbridge'\nbus = 'security'";
const SECURITY_HUB: &str = "kind = 'security-hub'\naccount = '123456789012'";
const S3: &str = "kind = 's3'\nbucket = 'findings'\nprefix = 'keyhound/ocsf/'";

/// A channel at an address, with the credentials of a profile.
fn open(settings: &str, port: u16, id: &str, secret: &str) -> (Channels, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    let profile =
        format!("[profile ops]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    fs::write(&file, profile).unwrap();
    let aws = format!(
        "aws = {{ region = 'eu-west-1', endpoint = 'http://127.0.0.1:{port}', profile = 'ops', profile_file = '{}' }}",
        file.display()
    );
    let settings = format!("{settings}\n{aws}");
    (open_with(&settings, &[], &Proxies::default()).unwrap(), folder)
}

struct Emulator(Script);

impl Emulator {
    fn start() -> Self {
        Self(Script::start("aws.py", &[]))
    }

    fn word(&self, name: &str) -> &str {
        self.0.first[name].as_str().unwrap()
    }

    fn topic(&self) -> String {
        format!("kind = 'sns'\ntopic_arn = '{}'", self.word("topic"))
    }

    fn tell(&self, settings: &str, notice: &Notice, news: News) -> Result<Receipt, Fault> {
        let (channels, _folder) = open(settings, self.0.port, self.word("id"), self.word("secret"));
        tell(&channels, notice, news)
    }

    fn read(&mut self) -> Value {
        self.0.ask("read")
    }
}

#[test]
fn each_service_is_told_and_may_be_told_twice() {
    let mut emulator = Emulator::start();
    for settings in [&emulator.topic(), EVENTBRIDGE, SECURITY_HUB, S3] {
        for _ in 0..2 {
            let told = emulator.tell(settings, &with_resources(notice()), News::Opened);
            assert_eq!(told, Ok(Receipt::default()), "{settings}");
        }
    }
    let arrived = emulator.read();
    let topic = &arrived["topic"][0];
    assert!(topic["Subject"].as_str().unwrap().starts_with("High alert: Key AKIA"));
    insta::assert_snapshot!("sns_message", topic["Message"].as_str().unwrap());
    insta::assert_json_snapshot!("sns_attributes", topic["MessageAttributes"]);
    let event = &arrived["bus"][0];
    assert_eq!(
        (&event["source"], &event["detail-type"]),
        (&json!("keyhound"), &json!("Keyhound Incident"))
    );
    insta::assert_json_snapshot!("eventbridge_detail", event["detail"]);
    insta::assert_json_snapshot!("security_hub_findings", arrived["findings"]);
    insta::assert_json_snapshot!("s3_objects", arrived["objects"]);
}

/// A finding that Security Hub takes names a resource.
fn with_resources(notice: Notice) -> Notice {
    let finding = json!({
        "SchemaVersion": "2018-10-08",
        "Id": "keyhound/111122223333/inc-0123456789ab",
        "AwsAccountId": "111122223333",
        "Region": "us-east-1",
        "Title": "A key",
        "Resources": [{ "Type": "AwsIamAccessKey", "Id": "AKIAIOSFODNN7EXAMPLE" }],
    });
    Notice { asff: Some(finding.to_string()), ..notice }
}

#[test]
fn hostile_and_huge_texts_arrive_whole_and_harmless() {
    let mut emulator = Emulator::start();
    emulator.0.ask("trust");
    for notice in [hostile(), huge()] {
        for settings in [&emulator.topic(), EVENTBRIDGE] {
            assert_eq!(emulator.tell(settings, &notice, News::Opened), Ok(Receipt::default()));
        }
    }
    let arrived = emulator.read();
    let (topic, bus) = (arrived["topic"].as_array().unwrap(), arrived["bus"].as_array().unwrap());
    assert_eq!((topic.len(), bus.len()), (2, 2));
    for message in topic {
        let subject = message["Subject"].as_str().unwrap();
        assert!(
            subject.len() <= 100 && subject.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "{subject}"
        );
    }
    let plain = |text: &Value| text["Message"].as_str().unwrap().contains(SPELLED_OUT);
    assert!(topic.iter().any(plain));
    assert!(bus.iter().all(|event| event["detail"].to_string().len() < 256 * 1_024));
}

#[test]
fn a_wrong_signature_and_a_missing_right_are_final() {
    let mut emulator = Emulator::start();
    for settings in [&emulator.topic(), EVENTBRIDGE, SECURITY_HUB, S3] {
        let (channels, _folder) = open(settings, emulator.0.port, emulator.word("id"), "wrong");
        let notice = with_resources(notice());
        let told = passing(&tell(&channels, &notice, News::Opened).unwrap_err()).unwrap_err();
        assert!(
            told.contains("SignatureDoesNotMatch") || told.contains("InvalidSignature"),
            "{told}"
        );
    }
    emulator.0.ask("deny");
    let cases = [
        (emulator.topic(), "give the identity sns:Publish on the topic"),
        (EVENTBRIDGE.to_owned(), "give the identity events:PutEvents on the bus"),
        (SECURITY_HUB.to_owned(), "give the identity securityhub:BatchImportFindings"),
        (S3.to_owned(), "give the identity s3:PutObject below the prefix"),
    ];
    for (settings, expected) in cases {
        let told = emulator.tell(&settings, &with_resources(notice()), News::Opened).unwrap_err();
        let told = passing(&told).unwrap_err();
        assert!(told.ends_with(expected), "{told}");
    }
}

/// Tells a service that answers so.
fn answered(settings: &str, reply: Reply, notice: &Notice) -> (Result<Receipt, Fault>, Receiver) {
    let receiver = Receiver::of(vec![reply]);
    let (channels, _folder) = open(settings, receiver.port(), "AKIAIOSFODNN7EXAMPLE", "secret");
    (tell(&channels, notice, News::Opened), receiver)
}

#[test]
fn what_aws_answers_decides() {
    let topic = "kind = 'sns'\ntopic_arn = 'arn:aws:sns:eu-west-1:111122223333:incidents'";
    let xml = |code: &str| {
        format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
        )
    };
    let refused = r#"{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"slow"}]}"#;
    let cases = [
        (topic, answer(400, xml("Throttling")), Ok(None)),
        (topic, answer(403, xml("ExpiredToken")), Ok(None)),
        (topic, Reply::Answer(503, "retry-after: 4\r\n", String::new()), Ok(Some(4))),
        (topic, answer(404, xml("NotFound")), Err("AWS answered with status 404: NotFound: m")),
        (EVENTBRIDGE, answer(200, refused), Ok(None)),
        (
            EVENTBRIDGE,
            answer(
                200,
                r#"{"FailedEntryCount":1,"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"no"}]}"#,
            ),
            Err("EventBridge did not take the event: MalformedDetail: no"),
        ),
        (
            SECURITY_HUB,
            answer(
                200,
                r#"{"FailedCount":1,"FailedFindings":[{"ErrorCode":"InvalidInput","ErrorMessage":"no"}]}"#,
            ),
            Err("Security Hub did not take the finding: InvalidInput: no"),
        ),
    ];
    for (settings, reply, expected) in cases {
        let fault = answered(settings, reply, &notice()).0.unwrap_err();
        let expected =
            expected.map_err(|reason| format!("channel ops could not be told: {reason}"));
        assert_eq!(passing(&fault), expected);
    }
}

#[test]
fn a_topic_in_order_gets_groups_and_keys() {
    let fifo = "kind = 'sns'\ntopic_arn = 'arn:aws:sns:eu-west-1:111122223333:incidents.fifo'";
    let (told, receiver) = answered(fifo, answer(200, "<PublishResponse/>"), &notice());
    told.unwrap();
    let body = receiver.only().body;
    assert!(body.contains("&MessageGroupId=inc-0123456789ab&MessageDeduplicationId="), "{body}");
}

#[test]
fn a_finding_follows_what_people_do() {
    for (status, expected) in
        [(Status::Open, "NEW"), (Status::InProgress, "NOTIFIED"), (Status::Closed, "RESOLVED")]
    {
        let taken = answer(200, r#"{"FailedCount":0,"SuccessCount":1}"#);
        let (told, receiver) = answered(SECURITY_HUB, taken, &Notice { status, ..notice() });
        told.unwrap();
        assert_eq!(receiver.only().json()["Findings"][0]["Workflow"]["Status"], expected);
    }
}

#[test]
fn what_has_no_finding_is_not_sent() {
    let receiver = Receiver::of(vec![answer(200, "{}")]);
    for settings in [SECURITY_HUB, S3] {
        let (channels, _folder) = open(settings, receiver.port(), "AKIAIOSFODNN7EXAMPLE", "secret");
        let digest = digest("x");
        let receipt = run(channels.tell(&Message::Digest(&digest), now())).unwrap();
        assert!(receipt.remark.is_some());
        let without = Notice { asff: None, ocsf: None, ..notice() };
        passing(&tell(&channels, &without, News::Opened).unwrap_err()).unwrap_err();
    }
    assert_eq!(receiver.requests().len(), 0);
}

#[test]
fn what_is_wrong_is_told_with_the_way_on() {
    let cases = [
        ("kind = 'sns'\ntopic_arn = 'incidents'", "\"incidents\" is no ARN of a topic"),
        ("kind = 'security-hub'\naccount = 'prod'", "\"prod\" is no account"),
        ("kind = 's3'\nbucket = 'No_Bucket'", "\"No_Bucket\" is no name of a bucket"),
        ("kind = 's3'\nbucket = 'bucket'\nprefix = '../x'", "the prefix \"../x\" is none"),
        ("kind = 'eventbridge'\naws = { region = 'x y' }", "\"x y\" is no region"),
        (
            "kind = 'eventbridge'\naws = { endpoint = 'ftp://x' }",
            "its address does not begin with https://",
        ),
    ];
    for (settings, expected) in cases {
        let told = crate::fixture::open(settings).map(drop).unwrap_err();
        assert!(told.contains(expected), "{told}");
    }
}
