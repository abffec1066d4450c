//! Faults that these tests found once; each test says what should be.

use serde_json::{Value, json};

use crate::callers::{alice, deployer, user};
use crate::court::{Court, signals};
use crate::script::Script;

fn seen(script: &Script) -> Vec<&'static str> {
    let (_, mut outputs) = Court::default().judge(&script.events());
    outputs.told.retain(|told| told.time >= script.begins());
    signals(&outputs)
}

fn inline(statement: &Value) -> Value {
    let document = json!({ "Statement": [statement] });
    json!({ "userName": "bob", "policyName": "p", "policyDocument": document.to_string() })
}

#[test]
fn three_steps_for_three_users_make_no_administrator() {
    let script = alice()
        .quiet(20)
        .asks("iam:CreateUser", json!({ "userName": "one" }))
        .asks(
            "iam:AttachUserPolicy",
            json!({
                "userName": "two", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
            }),
        )
        .asks("iam:CreateAccessKey", json!({ "userName": "three" }));
    assert_eq!(seen(&script), ["administrator-policy", "key-for-another"]);
}

#[test]
fn all_rights_over_one_bucket_are_not_all_rights() {
    let bucket = json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::logs/*" });
    let script = deployer().quiet(20).asks("iam:PutUserPolicy", inline(&bucket));
    assert_eq!(seen(&script), Vec::<&str>::new());
}

#[test]
fn all_rights_but_a_few_are_all_rights() {
    let but = json!({ "Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*" });
    let script = alice().quiet(20).asks("iam:PutUserPolicy", inline(&but));
    assert_eq!(seen(&script), ["administrator-policy"]);
}

#[test]
fn everybody_of_the_own_organisation_is_no_stranger() {
    let document = json!({ "Statement": [{
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-1234567890" } },
    }] });
    let request = json!({ "roleName": "audit", "policyDocument": document.to_string() });
    let script = deployer().quiet(20).asks("iam:UpdateAssumeRolePolicy", request);
    assert_eq!(seen(&script), Vec::<&str>::new());
}

#[test]
fn whoever_makes_functions_and_passes_roles_has_their_rights() {
    let passing = json!({
        "Effect": "Allow", "Action": ["lambda:*", "iam:PassRole"], "Resource": "*",
    });
    let script = alice().quiet(20).asks("iam:PutUserPolicy", inline(&passing));
    assert_eq!(seen(&script), ["administrator-policy"]);
    let functions = json!({ "Effect": "Allow", "Action": "lambda:*", "Resource": "*" });
    let script = alice().quiet(20).asks("iam:PutUserPolicy", inline(&functions));
    assert_eq!(seen(&script), Vec::<&str>::new());
}

#[test]
fn the_processors_of_a_task_may_stand_at_its_containers() {
    let container =
        |cpu: Value| json!({ "name": "c", "image": "docker.io/someone/xmr", "cpu": cpu });
    for cpus in [[json!(8192), json!(0)], [json!(4096), json!("4096")]] {
        let containers: Vec<Value> = cpus.into_iter().map(container).collect();
        let script = alice()
            .quiet(20)
            .asks("ecs:RegisterTaskDefinition", json!({ "containerDefinitions": containers }))
            .calls("ecs:RunTask");
        assert_eq!(seen(&script), ["container-miner"]);
    }
    let fargate = json!({ "cpu": "8 vCPU", "containerDefinitions": [container(json!(0))] });
    let script =
        alice().quiet(20).asks("ecs:RegisterTaskDefinition", fargate).calls("ecs:CreateService");
    assert_eq!(seen(&script), ["container-miner"]);
}

#[test]
fn an_old_filter_may_be_told_to_look_away() {
    let filter = |action: &str| json!({ "detectorId": "d", "filterName": "f", "action": action });
    let script = alice().quiet(20).asks("guardduty:UpdateFilter", filter("ARCHIVE"));
    assert_eq!(seen(&script), ["detector-blinded"]);
    let script = alice().quiet(20).asks("guardduty:UpdateFilter", filter("NOOP"));
    assert_eq!(seen(&script), Vec::<&str>::new());
}

#[test]
fn a_new_colleague_does_what_others_do() {
    let request = json!({ "documentName": "AWS-RunShellScript", "instanceIds": ["i-1"] });
    let newcomer = Script::of(user("dora")).wait_days(20).asks("ssm:SendCommand", request);
    // In the first days of the logs nobody knows what is new.
    assert_eq!(seen(&newcomer), Vec::<&str>::new());
    let others = alice().quiet(19);
    assert_eq!(seen(&newcomer.clone().and(&others)), ["commands-to-machines"]);
    let colleague = |name| Script::of(user(name)).habits(&["ssm:SendCommand"]).quiet(19);
    let among_them = newcomer.and(&colleague("bob")).and(&colleague("carl"));
    assert_eq!(seen(&among_them), Vec::<&str>::new());
}
