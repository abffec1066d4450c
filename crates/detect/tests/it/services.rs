//! What AWS does for itself is no evidence; what a person does in the console is.

use detect::What;
use serde_json::{Value, json};

use crate::callers::{alice, carol, session, user};
use crate::court::{Court, reports, signals};
use crate::script::{ACCOUNT, Script};

fn for_bob() -> Value {
    json!({ "userName": "bob" })
}

/// The same suspicious call under many guises: by AWS it says nothing, by a person it does.
#[test]
fn services_are_not_judged() {
    let service = json!({ "type": "AWSService", "invokedBy": "support.amazonaws.com" });
    let mut behalf = user("alice");
    behalf["invokedBy"] = json!("cloudformation.amazonaws.com");
    let mut internal = user("alice");
    internal["invokedBy"] = json!("AWS Internal");
    let mut pathed = session("AWSControlTower", "AWSControlTower");
    pathed["sessionContext"]["sessionIssuer"]["arn"] = json!(format!(
        "arn:aws:iam::{ACCOUNT}:role/aws-service-role/controltower.amazonaws.com/AWSControlTower"
    ));
    let by_name = "support.amazonaws.com";
    let cases: Vec<(&str, Script)> = vec![
        ("a service", alice().quiet(20).becomes(service).from(by_name).with(by_name)),
        (
            "a service-linked role by its name",
            Script::of(session("AWSServiceRoleForSupport", "support")).quiet(20),
        ),
        ("a service-linked role by its path", Script::of(pathed).quiet(20)),
        ("on behalf of a user", alice().quiet(20).becomes(behalf).from("1.2.3.4")),
        ("on behalf of a user, unnamed", alice().quiet(20).becomes(internal)),
        ("internal", alice().quiet(20).from("AWS Internal").with("AWS Internal")),
        ("a service's address and client", alice().quiet(20).from(by_name).with(by_name)),
    ];
    for (name, script) in cases {
        let script = script.asks("iam:CreateAccessKey", for_bob());
        let (_, outputs) = Court::default().judge(&script.events());
        assert_eq!(signals(&outputs), Vec::<&str>::new(), "{name}");
        assert!(reports(&outputs).is_empty(), "{name}");
    }
}

#[test]
fn people_behind_a_service_are_judged() {
    const CLOUDSHELL: &str = "aws-cli/2.31.1 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.147 \
                              lang/python#3.13.7 exec-env/CloudShell md/command#iam.create-access-key";
    let cases: Vec<(&str, Script)> = vec![
        ("the console by name", carol().quiet(20).with("console.amazonaws.com")),
        ("the console at both ends", {
            let console = "console.amazonaws.com";
            carol().quiet(20).from(console).with(console)
        }),
        ("CloudShell", carol().quiet(20).from("3.5.140.2").with(CLOUDSHELL)),
        (
            "CloudShell under a name",
            carol().quiet(20).from("cloudshell.amazonaws.com").with(CLOUDSHELL),
        ),
        ("an address that only looks like a service", {
            alice().quiet(20).from("evil.amazonaws.com.example.org").with("support.amazonaws.com")
        }),
    ];
    for (name, script) in cases {
        let script = script.asks("iam:CreateAccessKey", for_bob());
        let (_, outputs) = Court::default().judge(&script.events());
        assert!(signals(&outputs).contains(&"key-for-another"), "{name}: {:?}", signals(&outputs));
    }
}

#[test]
fn sessions_that_aws_makes_have_no_maker_but_those_for_a_runtime_are_told() {
    let made = |script: Script| {
        let script = script
            .asks("sts:AssumeRole", json!({ "roleArn": "arn:aws:iam::111122223333:role/web" }))
            .answered(json!({ "credentials": { "accessKeyId": "ASIAMADEMADEMADEMADE" } }));
        let (_, outputs) = Court::default().judge(&script.events());
        let grants = outputs.told.iter().filter_map(|told| match &told.what {
            What::Grant(made) => Some((made.grant.key.clone().unwrap(), made.episode.is_some())),
            _ => None,
        });
        grants.map(|(key, by_episode)| (key.as_str().to_owned(), by_episode)).collect::<Vec<_>>()
    };
    let service = |name: &str| {
        let service = json!({ "type": "AWSService", "invokedBy": name });
        made(Script::of(service).from(name).with(name))
    };
    assert_eq!(service("config.amazonaws.com"), []);
    assert_eq!(service("ec2.amazonaws.com"), [("ASIAMADEMADEMADEMADE".to_owned(), false)]);
    assert_eq!(made(alice()), [("ASIAMADEMADEMADEMADE".to_owned(), true)]);
}

#[test]
fn a_thief_cannot_hide_behind_a_client_string() {
    for agent in ["AWS Internal", "support.amazonaws.com", "cloudformation.amazonaws.com"] {
        let script = alice().quiet(20).with(agent).asks("iam:CreateAccessKey", for_bob());
        let (_, outputs) = Court::default().judge(&script.events());
        assert_eq!(signals(&outputs), ["key-for-another"], "{agent}");
    }
}
