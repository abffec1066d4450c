//! From the output of `GetAccountAuthorizationDetails` to what an identity may reach.

use iam::{Authorization, Reach, reach};
use serde_json::{Value, json};

const BOB: &str = "arn:aws:iam::111122223333:user/ops/bob";

fn document(statement: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statement })
}

fn allow(actions: &Value, resources: &Value) -> Value {
    document(&json!({ "Effect": "Allow", "Action": actions, "Resource": resources }))
}

/// An account: bob has a policy of his own, one of a group and a boundary; two roles let people in.
fn account() -> Value {
    json!({
        "UserDetailList": [{
            "UserName": "bob", "Arn": BOB, "Path": "/ops/",
            "UserPolicyList": [{
                "PolicyName": "own",
                "PolicyDocument": allow(&json!(["s3:GetObject", "sts:AssumeRole"]), &json!("*")),
            }],
            "GroupList": ["readers"],
            "AttachedManagedPolicies": [],
            "Tags": [{ "Key": "team", "Value": "red" }],
        }],
        "GroupDetailList": [{
            "GroupName": "readers", "Arn": "arn:aws:iam::111122223333:group/readers",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [{ "PolicyArn": "arn:aws:iam::aws:policy/Queues" }],
        }],
        "RoleDetailList": [
            {
                "RoleName": "deploy", "Arn": "arn:aws:iam::111122223333:role/ci/deploy",
                "AssumeRolePolicyDocument": document(&json!({
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
                })),
                "RolePolicyList": [{
                    "PolicyName": "all", "PolicyDocument": allow(&json!("*"), &json!("*")),
                }],
            },
            {
                "RoleName": "machine", "Arn": "arn:aws:iam::111122223333:role/machine",
                "AssumeRolePolicyDocument": document(&json!({
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": { "Service": "ec2.amazonaws.com" },
                })),
                "RolePolicyList": [],
            },
        ],
        "Policies": [{
            "Arn": "arn:aws:iam::aws:policy/Queues", "PolicyName": "Queues",
            "PolicyVersionList": [
                { "VersionId": "v1", "IsDefaultVersion": false,
                  "Document": allow(&json!("*"), &json!("*")) },
                { "VersionId": "v2", "IsDefaultVersion": true,
                  "Document": allow(&json!("sqs:*"), &json!("arn:aws:sqs:*:111122223333:jobs-*")) },
            ],
        }],
    })
}

fn reached(documents: &[Value], arn: &str) -> Reach {
    let mut authorization = Authorization::default();
    for document in documents {
        authorization.read(&document.to_string());
    }
    assert!(authorization.problems.is_empty(), "{:?}", authorization.problems);
    let identity = authorization.identity(arn).expect("an identity");
    reach(&authorization, identity)
}

/// Services with the actions that are allowed on everything, and on some things.
fn services(reach: &Reach) -> Vec<(&str, u32, u32)> {
    let row = |service: &iam::ServiceReach| {
        let sum = |of: fn(&iam::Level) -> u32| service.levels.iter().map(of).sum();
        (service.service, sum(|level| level.allowed), sum(|level| level.limited))
    };
    let known = reach.services.iter().map(row);
    known.collect()
}

#[test]
fn policies_of_a_user_and_of_its_groups_add_up() {
    let bob = reached(&[account()], BOB);
    assert!(!bob.everything);
    let services = services(&bob);
    assert_eq!(services.len(), 3, "{services:?}");
    assert_eq!(services[0], ("s3", 1, 0));
    assert!(services[1].0 == "sqs" && services[1].1 == 0 && services[1].2 > 10, "{services:?}");
    assert_eq!(services[2], ("sts", 1, 0));
    assert_eq!(bob.roles, ["arn:aws:iam::111122223333:role/ci/deploy"]);
    assert!(bob.notes.is_empty() && bob.escalations.is_empty(), "{bob:?}");
}

#[test]
fn sessions_have_the_rights_of_their_role() {
    let session = "arn:aws:sts::111122223333:assumed-role/deploy/job-7";
    let deploy = reached(&[account()], session);
    assert!(deploy.everything && deploy.escalations.len() > 15, "{:?}", deploy.escalations);
    let machine = reached(&[account()], "arn:aws:sts::111122223333:assumed-role/machine/i-1");
    assert!(machine.services.is_empty() && !machine.everything);
}

#[test]
fn boundaries_and_control_policies_take_away() {
    let mut bounded = account();
    bounded["UserDetailList"][0]["PermissionsBoundary"] = json!({
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/Queues",
    });
    assert_eq!(services(&reached(&[bounded.clone()], BOB)).len(), 1);
    // A boundary that is not there is told; it cannot be known what it leaves.
    bounded["UserDetailList"][0]["PermissionsBoundary"]["PermissionsBoundaryArn"] =
        json!("arn:aws:iam::111122223333:policy/gone");
    assert_eq!(reached(&[bounded], BOB).notes.len(), 1);

    let control = json!({ "Policy": {
        "PolicySummary": { "Name": "no-s3", "Type": "SERVICE_CONTROL_POLICY" },
        "Content": document(&json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "*" })).to_string(),
    } });
    let left = reached(&[account(), control], BOB);
    assert!(services(&left).iter().all(|(service, ..)| *service != "s3"), "{left:?}");
    let levels = json!({ "ServiceControlPolicies": [
        [allow(&json!("*"), &json!("*"))],
        [{ "Name": "only-queues", "Content": allow(&json!("sqs:*"), &json!("*")) }],
    ] });
    assert_eq!(services(&reached(&[account(), levels], BOB)).len(), 1);
}

#[test]
fn conditions_and_denials_limit() {
    let mut limited = account();
    limited["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = document(&json!([
        { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*" },
        { "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::secret/*" },
        { "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*",
          "Condition": { "StringNotEquals": { "aws:PrincipalTag/team": "red" } } },
        { "Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*",
          "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } },
    ]));
    let bob = reached(&[limited], BOB);
    let s3 = services(&bob).into_iter().find(|(service, ..)| *service == "s3");
    // Of what is denied in part something is left; the tag is known, so its denial is void.
    assert_eq!(s3, Some(("s3", 1, 1)));
    assert_eq!(bob.escalations, ["a key for another user (iam:CreateAccessKey, on some things)"]);
}

#[test]
fn what_cannot_be_read_is_told() {
    for (text, told) in [
        ("", "no JSON"),
        ("{}", "none of the lists"),
        (r#"{"UserDetailList":[{"UserName":"x"}]}"#, "without a name or ARN"),
        (
            r#"{"UserDetailList":[{"UserName":"x","Arn":"arn:aws:iam::1:user/x","UserPolicyList":[{"PolicyName":"p","PolicyDocument":"{"}]}]}"#,
            "no JSON",
        ),
    ] {
        let mut authorization = Authorization::default();
        authorization.read(text);
        let problems = &authorization.problems;
        assert!(problems.iter().any(|problem| problem.contains(told)), "{text}: {problems:?}");
    }
}
