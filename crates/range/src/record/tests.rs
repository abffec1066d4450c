use serde_json::Value;

use super::*;
use crate::catalogue::Catalogue;
use crate::seed::Seed;

fn estate() -> Estate {
    Estate::new("acme", "111122223333", Seed::new(1)).unwrap()
}

fn call<'a>(
    action: &'a str,
    caller: &'a Caller,
    estate: &'a Estate,
    fields: &'a Fields,
) -> Call<'a> {
    Call {
        action: Catalogue::shipped().unwrap().action(action).unwrap(),
        caller,
        time: "2025-03-04T09:22:06Z".parse().unwrap(),
        region: "eu-west-1",
        address: "88.198.7.9",
        agent: "aws-cli/2.22.7",
        outcome: Outcome::Done,
        estate,
        fields,
        endpoint: None,
        shared: None,
    }
}

#[test]
fn every_call_of_the_catalogue_is_json_without_gaps_whatever_its_outcome() {
    let (estate, fields) = (estate(), Fields::default());
    let caller = Caller::user("111122223333", "u", "AIDAX", "AKIAX");
    let mut dice = Seed::new(4).dice();
    for action in Catalogue::shipped().unwrap().actions() {
        for outcome in
            [Outcome::Done, Outcome::Refused, Outcome::Denied, Outcome::Fails, Outcome::Exists]
        {
            let call = Call {
                action,
                outcome,
                ..call("sts:GetCallerIdentity", &caller, &estate, &fields)
            };
            let record = call.record(&mut Focus::default(), &mut dice);
            let value: Value = serde_json::from_str(&record.json)
                .unwrap_or_else(|error| panic!("{}: {error}: {}", action.name, record.json));
            assert_eq!(value["errorCode"].is_null(), outcome == Outcome::Done, "{}", action.name);
            assert!(
                !record.json.contains(['<', '>'].map(|c| c))
                    || record.json.contains("<sensitiveDataRemoved>"),
                "{}",
                record.json
            );
        }
    }
}

#[test]
fn the_fields_stand_in_the_order_of_cloudtrail() {
    let (estate, fields) = (estate(), Fields::default().with("bucket", "logs"));
    let caller = Caller::user("111122223333", "u", "AIDAX", "AKIAX");
    let mut dice = Seed::new(4).dice();
    let record =
        call("s3:GetObject", &caller, &estate, &fields).record(&mut Focus::default(), &mut dice);
    let places: Vec<_> = [
        "eventVersion",
        "userIdentity",
        "eventTime",
        "eventSource",
        "eventName",
        "awsRegion",
        "sourceIPAddress",
        "userAgent",
        "requestParameters",
        "responseElements",
        "additionalEventData",
        "requestID",
        "eventID",
        "readOnly",
        "resources",
        "eventType",
        "managementEvent",
        "recipientAccountId",
        "eventCategory",
        "tlsDetails",
    ]
    .iter()
    .map(|field| record.json.find(&format!("\"{field}\":")).unwrap())
    .collect();
    assert!(places.is_sorted(), "{}", record.json);
    assert!(record.json.contains(r#""ARN":"arn:aws:s3:::logs""#));
    assert_eq!(Record::parse(&record.json).unwrap(), record);
}

#[test]
fn a_refusal_says_who_may_not_do_what() {
    let (estate, fields) = (estate(), Fields::default().with("new-user", "eve"));
    let caller = Caller::user("111122223333", "u", "AIDAX", "AKIAX");
    let call =
        Call { outcome: Outcome::Refused, ..call("iam:CreateUser", &caller, &estate, &fields) };
    let record = call.record(&mut Focus::default(), &mut Seed::new(4).dice());
    let value: Value = serde_json::from_str(&record.json).unwrap();
    assert_eq!(value["errorCode"], "AccessDenied");
    assert_eq!(
        value["errorMessage"],
        "User: arn:aws:iam::111122223333:user/u is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::111122223333:user/eve because no identity-based policy allows the iam:CreateUser action"
    );
    assert!(value["requestParameters"].is_null());
    assert_eq!(value["awsRegion"], "us-east-1");
}

#[test]
fn a_value_cannot_break_out_of_the_json() {
    let (estate, fields) = (estate(), Fields::default().with("bucket", "x\",\"y\":\"\\\n"));
    let caller = Caller::user("111122223333", "u", "AIDAX", "AKIAX");
    let record = call("s3:GetObject", &caller, &estate, &fields)
        .record(&mut Focus::default(), &mut Seed::new(4).dice());
    let value: Value = serde_json::from_str(&record.json).unwrap();
    assert_eq!(value["requestParameters"]["bucketName"], "x\",\"y\":\"\\\n");
}

#[test]
fn names_and_agents_of_real_records_cannot_break_out_either() {
    let (estate, fields) = (estate(), Fields::default());
    let mut caller = Caller::user("111122223333", "u", "AIDAX", "AKIAX");
    caller.arn = "arn\"\\".to_owned();
    let agent = "curl \"x\" \\ \u{7}";
    let call = Call {
        agent,
        outcome: Outcome::Refused,
        ..call("iam:SimulatePrincipalPolicy", &caller, &estate, &fields)
    };
    let record = call.record(&mut Focus::default(), &mut Seed::new(4).dice());
    let value: Value = serde_json::from_str(&record.json).unwrap();
    assert_eq!(value["userAgent"], agent);
    assert!(value["errorMessage"].as_str().unwrap().contains("arn\"\\"));
}
