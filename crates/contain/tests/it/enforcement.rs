//! What each step stops and what lives on, decided by an emulator of IAM: the containment matrix of
//! AWS's playbook, shown.

use std::thread::sleep;
use std::time::Duration;

use cloudtrail::Time;
use contain::account::Account as _;
use contain::aws::Aws;
use contain::call::KeyStatus;
use contain::{Call, document};

use crate::account::{Account, session, taken};
use emulators::Keys;

const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A user `sam` who may do everything, and its key.
fn sam(account: &Account) -> Keys {
    let iam =
        |action: &str, fields: &[(&str, &str)]| account.root.query("iam", action, fields).good();
    iam("CreateUser", &[("UserName", "sam")]);
    let policy =
        [("UserName", "sam"), ("PolicyName", "everything"), ("PolicyDocument", EVERYTHING)];
    iam("PutUserPolicy", &policy);
    let key = iam("CreateAccessKey", &[("UserName", "sam")]);
    Keys {
        port: account.root.port,
        id: key.element("AccessKeyId"),
        secret: key.element("SecretAccessKey"),
        token: None,
    }
}

/// A role `deploy` that may do everything and that `sam` may take.
fn deploy(account: &Account) -> String {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"sts:AssumeRole"}}]}}"#,
        account.arn("user/sam")
    );
    let role = [("RoleName", "deploy"), ("AssumeRolePolicyDocument", trust.as_str())];
    account.root.query("iam", "CreateRole", &role).good();
    let policy =
        [("RoleName", "deploy"), ("PolicyName", "everything"), ("PolicyDocument", EVERYTHING)];
    account.root.query("iam", "PutRolePolicy", &policy).good();
    account.arn("role/deploy")
}

/// Whether these credentials still do something.
fn works(keys: &Keys) -> bool {
    let reply = keys.query("ec2", "DescribeVolumes", &[]);
    assert!(matches!(reply.status, 200 | 401 | 403), "{reply:?}");
    reply.status == 200
}

fn set(aws: &Aws, key: &Keys, status: KeyStatus) {
    let (user_name, access_key_id) = ("sam".into(), key.id.clone());
    aws.perform(&Call::UpdateAccessKey { user_name, access_key_id, status }).unwrap();
}

#[test]
fn a_deactivated_key_is_refused() {
    let account = Account::of_ministack();
    let (key, aws) = (sam(&account), account.aws());
    assert!(works(&key));
    set(&aws, &key, KeyStatus::Inactive);
    assert!(!works(&key));
    set(&aws, &key, KeyStatus::Active);
    assert!(works(&key));
}

#[test]
fn sessions_outlive_the_key_and_end_with_deny_all() {
    let account = Account::of_ministack();
    let (key, aws) = (sam(&account), account.aws());
    let own = session(&key, &key.query("sts", "GetSessionToken", &[]).good());
    let federation = [("Name", "thief"), ("Policy", EVERYTHING)];
    let federated = session(&key, &key.query("sts", "GetFederationToken", &federation).good());
    assert!(works(&own) && works(&federated));

    set(&aws, &key, KeyStatus::Inactive);
    assert!(!works(&key));
    assert!(works(&own), "a session token outlives its key");
    assert!(works(&federated), "a federation session outlives its key");

    let (user_name, policy_name) = ("sam".to_owned(), document::DENY_ALL.to_owned());
    aws.perform(&Call::PutUserPolicy {
        user_name: user_name.clone(),
        policy_name: policy_name.clone(),
        policy_document: document::deny_all(),
    })
    .unwrap();
    assert!(!works(&own) && !works(&federated), "deny-all ends both");

    aws.perform(&Call::DeleteUserPolicy { user_name, policy_name }).unwrap();
    assert!(works(&own) && works(&federated) && !works(&key), "what undoing gives back");
}

#[test]
fn older_sessions_of_a_role_are_refused_and_new_ones_work() {
    let account = Account::of_ministack();
    let (key, role) = (sam(&account), deploy(&account));
    let older = taken(&key, &role);
    // IAM knows to the second when a session was issued.
    sleep(Duration::from_millis(1100));
    let fields =
        [("RoleArn", role.as_str()), ("RoleSessionName", "session"), ("DurationSeconds", "3600")];
    let reply = key.query("sts", "AssumeRole", &fields).good();
    let newer = session(&key, &reply);
    let issued: Time = reply.element("Expiration").parse::<Time>().unwrap().plus_seconds(-3600);
    assert!(works(&older) && works(&newer));

    let call = Call::PutRolePolicy {
        role_name: "deploy".into(),
        policy_name: document::OLDER_SESSIONS.into(),
        policy_document: document::deny_older(issued),
    };
    account.aws().perform(&call).unwrap();
    assert!(!works(&older), "what was issued before is refused");
    assert!(works(&newer) && works(&taken(&key, &role)), "what was issued since works");
}

#[test]
fn a_changed_trust_stops_new_sessions_and_not_those_there_are() {
    let account = Account::of_ministack();
    let (key, role) = (sam(&account), deploy(&account));
    let live = taken(&key, &role);
    let aws = account.aws();
    let trust = aws.role("deploy").unwrap().unwrap().trust;
    let denied = document::trust_without(&trust, &[account.arn("user/sam")]).unwrap();
    let (role_name, policy_document) = ("deploy".to_owned(), denied);
    aws.perform(&Call::UpdateAssumeRolePolicy { role_name, policy_document }).unwrap();
    let again = [("RoleArn", role.as_str()), ("RoleSessionName", "again")];
    assert_eq!(key.query("sts", "AssumeRole", &again).status, 403);
    assert!(works(&live), "the session lives on");
    let (role_name, policy_document) = ("deploy".to_owned(), trust);
    aws.perform(&Call::UpdateAssumeRolePolicy { role_name, policy_document }).unwrap();
    assert!(works(&taken(&key, &role)), "what undoing gives back");
}

#[test]
fn a_boundary_that_allows_nothing_stops_a_user_at_once() {
    let account = Account::of_ministack();
    let key = sam(&account);
    let nothing = document::deny_all();
    let policy = [("PolicyName", "nothing"), ("PolicyDocument", nothing.as_str())];
    account.root.query("iam", "CreatePolicy", &policy).good();
    let aws = account.aws();
    let user_name = || "sam".to_owned();
    let permissions_boundary = account.arn("policy/nothing");
    aws.perform(&Call::PutUserPermissionsBoundary { user_name: user_name(), permissions_boundary })
        .unwrap();
    assert!(!works(&key));
    aws.perform(&Call::DeleteUserPermissionsBoundary { user_name: user_name() }).unwrap();
    assert!(works(&key));
}

#[test]
fn a_responder_without_rights_is_told_so_and_changes_nothing() {
    let account = Account::of_ministack();
    let key = sam(&account);
    let reader = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}]}"#;
    let policy = [("UserName", "sam"), ("PolicyName", "everything"), ("PolicyDocument", reader)];
    account.root.query("iam", "PutUserPolicy", &policy).good();
    let aws = account.aws_as(&key);
    let (user_name, access_key_id) = ("sam".into(), key.id.clone());
    let status = KeyStatus::Inactive;
    let fault =
        aws.perform(&Call::UpdateAccessKey { user_name, access_key_id, status }).unwrap_err();
    assert_eq!(fault.kind, contain::account::FaultKind::Denied, "{fault}");
    assert!(!fault.to_string().contains(&key.secret), "{fault}");
    assert!(aws.user("sam").unwrap().unwrap().keys[0].active);
}
