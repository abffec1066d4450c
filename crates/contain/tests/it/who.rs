//! In whose name AWS is asked.

use std::process::Command;

use contain::account::{Account as _, FaultKind};
use contain::aws::{Access, Aws, SESSION, Who};

use crate::account::Account;
use emulators::REGION;

/// Lets a role be taken by whoever says this.
fn guarded(account: &Account, external_id: &str) -> String {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#
    );
    let role = [("RoleName", "responder"), ("AssumeRolePolicyDocument", trust.as_str())];
    account.root.query("iam", "CreateRole", &role).good();
    account.arn("role/responder")
}

#[test]
fn a_role_is_taken_once_and_named() {
    let account = Account::of_ministack();
    let arn = guarded(&account, "word");
    let mut access = account.access(&account.root);
    let from = Some("responder".to_owned());
    let role =
        |id: &str| Who::Role { arn: arn.clone(), external_id: Some(id.into()), from: from.clone() };
    access.who = role("word");
    let aws = Aws::open(&access).unwrap();
    let caller = aws.caller().unwrap().unwrap();
    assert_eq!(caller.account.to_string(), account.id);
    assert!(caller.arn.ends_with(&format!(":assumed-role/responder/{SESSION}")), "{caller:?}");
    aws.caller().unwrap();
    let operations = account.proxy.operations();
    assert_eq!(operations, ["AssumeRole", "GetCallerIdentity", "GetCallerIdentity"]);

    access.who = role("another");
    let fault = Aws::open(&access).unwrap().caller().unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
}

#[test]
fn a_profile_that_is_not_there_is_told() {
    let account = Account::of_ministack();
    let mut access = account.access(&account.root);
    access.who = Who::Profile("mistyped".to_owned());
    let fault = Aws::open(&access).unwrap().caller().unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
    assert!(fault.why.contains("mistyped"), "{fault}");
    assert!(account.proxy.operations().is_empty());
}

/// Set when this binary runs itself: the way to the account, and who is expected to be seen.
const INNER: &str = "KEYHOUND_TEST_WHO";

/// Runs a test of this binary by itself with other credentials in the environment.
fn in_environment(test: &str, account: &Account, access: &Access) {
    let file = access.credentials.as_ref().expect("a file");
    let way = format!("{} {}", file.display(), access.endpoint.as_ref().expect("an endpoint"));
    let out = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(INNER, way)
        .env("AWS_ACCESS_KEY_ID", &account.root.id)
        .env("AWS_SECRET_ACCESS_KEY", &account.root.secret)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("run this program");
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && said.contains("1 passed"), "{said}");
}

/// The way that was handed over, if this is the inner run.
fn handed_over() -> Option<Access> {
    let inner = std::env::var(INNER).ok()?;
    let (file, endpoint) = inner.split_once(' ')?;
    Some(Access {
        region: Some(REGION.to_owned()),
        endpoint: Some(endpoint.to_owned()),
        credentials: Some(file.into()),
        ..Access::of(Who::Profile("responder".to_owned()))
    })
}

#[test]
fn a_profile_is_taken_whatever_the_environment_says() {
    if let Some(mut access) = handed_over() {
        let caller = |access: &Access| Aws::open(access).unwrap().caller().unwrap().unwrap().arn;
        assert!(caller(&access).ends_with(":user/sam"), "{}", caller(&access));
        access.who = Who::Environment;
        assert!(caller(&access).ends_with(":root"), "{}", caller(&access));
        return;
    }
    let account = Account::of_ministack();
    let name = [("UserName", "sam")];
    account.root.query("iam", "CreateUser", &name).good();
    let key = account.root.query("iam", "CreateAccessKey", &name).good();
    let mut sam = account.root.clone();
    sam.id = key.element("AccessKeyId");
    sam.secret = key.element("SecretAccessKey");
    let access = account.access(&sam);
    in_environment("who::a_profile_is_taken_whatever_the_environment_says", &account, &access);
}
