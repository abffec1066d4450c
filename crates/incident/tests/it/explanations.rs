//! Innocent explanations: what the innocent have on their side, and thieves have not.

use incident::{Incident, Status, Verdict};
use serde_json::{Value, json};

use crate::callers::{alice, app, function, machine, session, user};
use crate::incidents::incidents_of;
use crate::script::{
    ACCOUNT, AWS, BOTO, ELSEWHERE_IN_AWS, HOSTER, KALI, LAMBDA, STRANGER_ACCOUNT, Script,
};

fn verdict(incidents: &[Incident], name: &str) -> Vec<Verdict> {
    let hypotheses = incidents.iter().flat_map(|incident| &incident.hypotheses);
    hypotheses.filter(|one| one.name == name).map(|one| one.verdict).collect()
}

fn bits(incidents: &[Incident], signal: &str) -> f64 {
    let lines = incidents.iter().flat_map(|incident| &incident.ledger);
    lines.filter(|line| line.signal == signal).map(|line| line.bits).sum()
}

/// The steps of a rotation by hand of the program itself; then the new key goes on.
fn rotates(script: Script, new: &str) -> Script {
    let answer = json!({ "accessKey": { "accessKeyId": new, "userName": "app" } });
    let old =
        json!({ "userName": "app", "accessKeyId": "AKIAAAAAAAAAAAAAAAPP", "status": "Inactive" });
    script
        .asks("iam:CreateAccessKey", json!({ "userName": "app" }))
        .answered(answer)
        .key(new)
        .calls("s3:ListObjects")
        .asks("iam:UpdateAccessKey", old.clone())
        .asks("iam:DeleteAccessKey", old)
        .calls("sqs:ReceiveMessage")
}

const NEW_KEY: &str = "AKIANEWNEWNEWNEWNEWN";

#[test]
fn a_program_that_replaces_its_own_key_at_home_is_no_alert() {
    let incidents = incidents_of(&rotates(app().quiet(20), NEW_KEY));
    assert!(incidents.iter().all(|one| one.status != Status::Alert), "{incidents:#?}");
    // The same from elsewhere is.
    let elsewhere = incidents_of(&rotates(app().quiet(20).from(HOSTER).with(KALI), NEW_KEY));
    assert!(elsewhere.iter().any(|one| one.status == Status::Alert));
    assert_eq!(verdict(&elsewhere, "key-rotation"), [Verdict::Contradicted]);
}

#[test]
fn keys_for_others_are_no_part_of_an_own_rotation() {
    let others = ["bob", "carol"].iter().fold(rotates(app().quiet(20), NEW_KEY), |script, name| {
        let key = format!("AKIA{:X>16}", name.to_ascii_uppercase());
        let answer = json!({ "accessKey": { "accessKeyId": key, "userName": name } });
        script.asks("iam:CreateAccessKey", json!({ "userName": name })).answered(answer)
    });
    let incidents = incidents_of(&others);
    assert!(bits(&incidents, "key-rotation") > -3.01, "no more than for the one key");
    assert!(incidents.iter().any(|one| one.status == Status::Alert), "{incidents:#?}");
}

/// A stranger's instance and the own one in turns.
fn in_turns(script: Script) -> Script {
    ["s3:ListObjects", "s3:ListAllMyBuckets", "secretsmanager:ListSecrets"].iter().fold(
        script,
        |script, action| {
            script.from(ELSEWHERE_IN_AWS).calls(action).from(AWS).calls(action).wait_minutes(65)
        },
    )
}

#[test]
fn a_machine_that_was_given_another_address_has_only_moved() {
    let gives = |instance: &str| {
        let request = json!({ "instanceId": instance, "publicIp": ELSEWHERE_IN_AWS });
        alice().quiet(20).asks("ec2:AssociateAddress", request)
    };
    let twice = in_turns(machine().quiet(20).wait_minutes(10));
    let signal = "machine-in-two-places";
    let unexplained = incidents_of(&twice);
    assert!(bits(&unexplained, signal) > 0.0, "{unexplained:#?}");
    assert_eq!(verdict(&unexplained, "address-change"), [Verdict::Unknown]);
    let explained = incidents_of(&twice.clone().and(&gives("i-0123456789abcdef0")));
    let left = |incidents: &[Incident]| bits(incidents, signal) + bits(incidents, "address-change");
    assert!(left(&explained) <= 0.0, "{explained:#?}");
}

#[test]
fn no_new_address_explains_a_machine_outside_of_aws_or_a_change_that_comes_after() {
    let instance = "i-0123456789abcdef0";
    let gives = || {
        let request = json!({ "instanceId": instance, "publicIp": HOSTER });
        alice().quiet(20).asks("ec2:AssociateAddress", request)
    };
    let stolen = machine().quiet(20).wait_minutes(10).from(HOSTER).calls_all(LOOKS);
    let incidents = incidents_of(&stolen.and(&gives()));
    assert!(bits(&incidents, "off-runtime") > 9.0, "{incidents:#?}");
    assert!(bits(&incidents, "address-change") > -0.01);
    let after = alice().quiet(20).wait_minutes(300);
    let after = after.asks("ec2:AssociateAddress", json!({ "instanceId": instance }));
    let twice = incidents_of(&in_turns(machine().quiet(20)).and(&after));
    assert!(!verdict(&twice, "address-change").contains(&Verdict::Supported));
    // The id of the machine in a name of something else is no change of its address.
    let named = json!({ "instanceId": "i-00000000000000000", "tag": instance });
    let named = alice().quiet(20).asks("ec2:AssociateAddress", named);
    let twice = incidents_of(&in_turns(machine().quiet(20).wait_minutes(10)).and(&named));
    assert!(!verdict(&twice, "address-change").contains(&Verdict::Supported));
}

#[test]
fn nothing_is_explained_away_twice() {
    let work = ["ec2:RunInstances", "ec2:CreateVpc", "iam:CreateUser", "iam:CreateAccessKey"];
    let begins =
        |name: &str| Script::of(user(name)).quiet(20).in_region("ap-south-2").calls_all(work);
    let launch = rotates(begins("alice"), NEW_KEY).and(&begins("bob")).and(&begins("carol"));
    for incident in incidents_of(&launch) {
        let spoke: f64 = incident.ledger.iter().map(|line| line.bits.max(0.0)).sum();
        let excused: f64 = incident.hypotheses.iter().map(|one| one.bits).sum();
        assert!(spoke + excused >= 0.0, "{incident:#?}");
    }
}

/// A function that AWS starts: the service hands the role to it.
fn started_by_aws(script: Script, role: &str, key: &str) -> Script {
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{role}");
    let answer =
        json!({ "credentials": { "accessKeyId": key }, "assumedRoleUser": { "arn": arn } });
    script
        .asks("sts:AssumeRole", json!({ "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/{role}") }))
        .edit("userIdentity", json!({ "type": "AWSService", "invokedBy": "lambda.amazonaws.com" }))
        .edit("sourceIPAddress", json!("lambda.amazonaws.com"))
        .answered(answer)
}

const LOOKS: [&str; 6] = [
    "servicequotas:GetServiceQuota",
    "ses:GetSendQuota",
    "bedrock:ListFoundationModels",
    "secretsmanager:ListSecrets",
    "iam:ListUsers",
    "organizations:ListAccounts",
];

#[test]
fn a_function_that_aws_starts_is_a_new_program_and_its_credential_elsewhere_is_not() {
    const KEY: &str = "ASIAQUOTAQUOTAQUOTA1";
    let mut identity = session("quota", "quota");
    identity["accessKeyId"] = json!(KEY);
    let work = |address: &str, agent: &str| {
        started_by_aws(function().quiet(20), "quota", KEY)
            .becomes(identity.clone())
            .from(address)
            .with(agent)
            .calls_all(LOOKS)
    };
    let verdicts = verdict(&incidents_of(&work(AWS, LAMBDA)), "new-principal");
    assert!(verdicts.iter().all(|one| *one == Verdict::Supported), "{verdicts:?}");
    let stolen = incidents_of(&work(HOSTER, KALI));
    assert!(stolen.iter().any(|one| one.status == Status::Alert), "{stolen:#?}");
    assert!(!verdict(&stolen, "new-principal").contains(&Verdict::Supported));
}

/// A role of one name in several accounts, as a vendor has them.
fn vendor(account: &str) -> Value {
    let text = session("posture", "assessment").to_string().replace(ACCOUNT, account);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_vendor_in_many_accounts_is_an_auditor_and_one_in_a_single_account_is_not() {
    let looks = |accounts: &[&str]| {
        let own = [alice().quiet(20), app().quiet(20)];
        let own = own[0].clone().and(&own[1]);
        accounts.iter().fold(own, |script, account| {
            let begins = Script::of(vendor(account)).wait_days(20).from(AWS).with(BOTO);
            let refused = LOOKS.iter().fold(begins, |script, action| script.refused(action));
            script.and(&refused.calls_all(LOOKS))
        })
    };
    let many = incidents_of(&looks(&[ACCOUNT, "222233334444", STRANGER_ACCOUNT]));
    let verdicts = verdict(&many, "scanner-or-auditor");
    assert!(verdicts.iter().all(|one| *one == Verdict::Supported), "{verdicts:?}");
    let one = verdict(&incidents_of(&looks(&[ACCOUNT])), "scanner-or-auditor");
    assert!(!one.is_empty() && !one.contains(&Verdict::Supported), "{one:?}");
}

#[test]
fn a_region_is_a_launch_where_three_begin_there_from_home() {
    let work = ["ec2:RunInstances", "ec2:CreateVpc", "ec2:DescribeInstances"];
    let begins =
        |name: &str| Script::of(user(name)).quiet(20).in_region("ap-south-2").calls_all(work);
    let launch = begins("alice").and(&begins("bob")).and(&begins("carol"));
    let verdicts = verdict(&incidents_of(&launch), "peers-do-it");
    assert!(verdicts.iter().all(|one| *one == Verdict::Supported), "{verdicts:?}");
    let thief = alice().quiet(20).from(HOSTER).with(KALI).in_region("ap-south-2").calls_all(work);
    let others = begins("bob").and(&begins("carol"));
    let alert = incidents_of(&thief.and(&others));
    let alert = alert.iter().find(|one| one.status == Status::Alert).unwrap();
    let peers = alert.hypotheses.iter().find(|one| one.name == "peers-do-it").unwrap();
    assert_ne!(peers.verdict, Verdict::Supported);
}
