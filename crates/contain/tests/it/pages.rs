//! Long answers come in pages, and all of them are read.

use std::ops::ControlFlow;

use cloudtrail::Time;
use contain::account::{Account as _, FaultKind};
use contain::aws::Aws;
use contain::thing::{Identity, Thing};

use crate::account::Account;
use crate::setup::{READ, fill};
use emulators::Deed;
use emulators::REGION;

#[test]
fn a_policy_on_the_second_page_is_found() {
    let account = Account::of_moto();
    let iam = |action: &str, fields: &[(&str, &str)]| {
        account.root.query("iam", action, fields).good();
    };
    iam("CreateUser", &[("UserName", "sam")]);
    let names: Vec<String> = (0..105).map(|number| format!("p{number:03}")).collect();
    for name in &names {
        iam("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", READ)]);
        let arn = account.arn(&format!("policy/{name}"));
        iam("AttachUserPolicy", &[("UserName", "sam"), ("PolicyArn", &arn)]);
    }
    let aws = account.aws();
    let attached = |name: &str| {
        let to = Identity::User("sam".into());
        let policy = account.arn(&format!("policy/{name}"));
        aws.read(&Thing::AttachedPolicy { to, policy }).unwrap()
    };
    assert!(attached("p000").is_some() && attached("p104").is_some());
    assert_eq!(attached("p999"), None);
    assert_eq!(account.proxy.operations(), ["ListAttachedUserPolicies"; 6], "two pages each time");
}

/// Pages of each protocol, what is found on the second, and how it is asked for.
#[test]
fn pages_of_every_protocol_are_followed() {
    let key = |id: &str| {
        format!("<member><AccessKeyId>{id}</AccessKeyId><Status>Active</Status></member>")
    };
    let keys = |keys: &str, more: &str| -> &'static str {
        let text = format!(
            "<R><ListAccessKeysResult><AccessKeyMetadata>{keys}</AccessKeyMetadata>{more}</ListAccessKeysResult></R>"
        );
        text.leak()
    };
    let many: String = (0..100).map(|number| key(&format!("AKIA{number}"))).collect();
    let table = [
        (
            Thing::AccessKey { user: "sam".into(), key: "AKIALAST".into() },
            "ListAccessKeys",
            keys(&many, "<IsTruncated>true</IsTruncated><Marker>m/1</Marker>"),
            keys(&key("AKIALAST"), "<IsTruncated>false</IsTruncated>"),
            "Marker=m%2F1",
        ),
        (
            Thing::ControlPolicyTarget { name: "n".into(), account: "111122223333".into() },
            "ListPoliciesForTarget",
            r#"{"Policies":[{"Name":"a","Id":"p-1"}],"NextToken":"t/1"}"#,
            r#"{"Policies":[{"Name":"n","Id":"p-2"}]}"#,
            r#""NextToken":"t/1""#,
        ),
        (
            Thing::InstanceProfile { region: REGION.into(), instance: "i-1".into() },
            "DescribeIamInstanceProfileAssociations",
            "<R><iamInstanceProfileAssociationSet/><nextToken>t/1</nextToken></R>",
            "<R><iamInstanceProfileAssociationSet><item><instanceId>i-1</instanceId><iamInstanceProfile><arn>a</arn></iamInstanceProfile></item></iamInstanceProfileAssociationSet></R>",
            "NextToken=t%2F1",
        ),
    ];
    let account = Account::of_ministack();
    let aws = account.aws();
    for (thing, operation, first, second, asked) in table {
        account.proxy.on(operation, [Deed::Answer(first), Deed::Answer(second)]);
        assert!(aws.read(&thing).unwrap().is_some(), "{thing:?}");
        let seen = account.proxy.take();
        assert_eq!(seen.len(), 2);
        assert!(!seen[0].body.contains(asked) && seen[1].body.contains(asked), "{seen:?}");
        account.proxy.on(operation, [Deed::Answer(first), Deed::Answer(first)]);
        assert_eq!(aws.read(&thing).unwrap_err().kind, FaultKind::Other, "the same page for ever");
        account.proxy.take();
    }
}

/// Names of the events that `LookupEvents` gives, at most so many.
fn looked_up(aws: &Aws, regions: &[&str], most: usize) -> Vec<String> {
    let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
    let (since, until) = (Time::from_seconds(0), Time::from_seconds(4_000_000_000));
    let mut names = Vec::new();
    aws.lookup_events(&regions, since, until, &mut |record| {
        let record: serde_json::Value = serde_json::from_str(record).expect("a record");
        names.push(record["eventName"].as_str().expect("a name").to_owned());
        if names.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .unwrap();
    names
}

#[test]
fn the_trail_gives_what_was_called() {
    let account = Account::of_ministack();
    for _ in 0..3 {
        account.root.json("organizations", "AWSOrganizationsV20161128.ListRoots", "{}").good();
    }
    let aws = account.aws();
    assert_eq!(looked_up(&aws, &[REGION], usize::MAX), ["ListRoots"; 3]);
    assert_eq!(looked_up(&aws, &["us-east-1"], usize::MAX), Vec::<String>::new());
    assert_eq!(account.proxy.operations(), ["LookupEvents"; 2]);
}

/// MiniStack gives one page only.
#[test]
fn the_trail_is_read_page_by_page() {
    const FIRST: &str = r#"{"Events":[{"CloudTrailEvent":"{\"eventName\":\"A\"}"},{"CloudTrailEvent":"{\"eventName\":\"B\"}"}],"NextToken":"t"}"#;
    const LAST: &str = r#"{"Events":[{"CloudTrailEvent":"{\"eventName\":\"C\"}"}]}"#;
    let account = Account::of_ministack();
    let aws = account.aws();
    account.proxy.on("LookupEvents", [FIRST, LAST, LAST, FIRST].map(Deed::Answer));
    assert_eq!(looked_up(&aws, &[REGION, "us-east-1"], usize::MAX), ["A", "B", "C", "C"]);
    let bodies: Vec<String> = account.proxy.take().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies.len(), 3);
    let period = r#""EndTime":4000000000,"MaxResults":50"#;
    assert!(bodies.iter().all(|body| body.contains(period)), "{bodies:?}");
    assert!(bodies[1].contains(r#""NextToken":"t""#), "{bodies:?}");
    assert_eq!(looked_up(&aws, &[REGION], 1), ["A"]);
    assert_eq!(account.proxy.operations(), ["LookupEvents"], "no page more than is needed");
}

#[test]
fn what_an_account_allows_is_read_whole() {
    for account in [Account::of_ministack(), Account::of_moto()] {
        fill(&account);
        let policy = [("UserName", "sam"), ("PolicyName", "own"), ("PolicyDocument", READ)];
        account.root.query("iam", "PutUserPolicy", &policy).good();
        let text = account.aws().authorization_details().unwrap();
        let mut authorization = iam::Authorization::default();
        authorization.read(&text);
        assert_eq!(authorization.problems, Vec::<String>::new(), "{text}");
        assert!(authorization.len() >= 2, "{text}");
        let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
        let own = &whole["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"];
        assert_eq!(own, &serde_json::from_str::<serde_json::Value>(READ).unwrap());
    }
}
