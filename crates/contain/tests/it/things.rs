//! Every setting is read, set and put back, byte by byte.

use contain::Call;
use contain::account::Account as _;
use contain::aws::Aws;
use contain::thing::{Identity, State, Thing};

use crate::account::Account;
use crate::models;
use crate::setup::{READ, Stage, TRUST, fill, organise};
use emulators::REGION;
use emulators::{Seen, reads};

#[expect(clippy::unnecessary_wraps, reason = "a state may be nothing")]
fn some(text: impl Into<String>) -> State {
    Some(text.into())
}

/// Settings of a filled account, as they are and as they shall be.
pub(crate) fn things(account: &Account, stage: &Stage) -> Vec<(Thing, State, State)> {
    let region = || REGION.to_owned();
    let (user, role) = (Identity::User("sam".into()), Identity::Role("deploy".into()));
    let group = Identity::Group("admins".into());
    let denial = contain::document::deny_all();
    let policy = stage.policy.clone();
    let mut all = vec![
        (
            Thing::AccessKey { user: "sam".into(), key: stage.key.clone() },
            some("Active"),
            some("Inactive"),
        ),
        (Thing::LoginProfile { user: "sam".into() }, some("set"), None),
        (Thing::GroupMember { user: "sam".into(), group: "admins".into() }, None, some("member")),
        (Thing::Trust { role: "deploy".into() }, some(TRUST), {
            let thief = ["arn:aws:iam::999988887777:root".to_owned()];
            contain::document::trust_without(TRUST, &thief)
        }),
        (Thing::PolicyVersion { policy: policy.clone() }, some("v2"), some("v1")),
        (
            Thing::InstanceProfile { region: region(), instance: stage.instance.clone() },
            Some(account.arn("instance-profile/machines")),
            None,
        ),
        (
            Thing::Share { region: region(), what: stage.snapshot.clone() },
            some(""),
            some("111122223333 999988887777"),
        ),
        (
            Thing::Share { region: region(), what: stage.image.clone() },
            some(""),
            some("111122223333 all"),
        ),
        (Thing::Concurrency { region: region(), function: "f".into() }, None, some("0")),
        (Thing::FunctionUrl { region: region(), function: "f".into() }, None, some("AWS_IAM")),
        (Thing::Boundary { of: role.clone() }, None, Some(policy.clone())),
    ];
    for of in [user, role, group] {
        let inline = Thing::InlinePolicy { of: of.clone(), policy: "KeyhoundDenyAll".into() };
        all.push((inline, None, Some(denial.clone())));
        let attached = Thing::AttachedPolicy { to: of, policy: policy.clone() };
        all.push((attached, None, some("attached")));
    }
    all
}

/// moto fails at the boundary of a user.
fn boundary(stage: &Stage) -> (Thing, State, State) {
    let of = Identity::User("sam".into());
    (Thing::Boundary { of }, None, Some(stage.policy.clone()))
}

/// A service control policy and where it is attached: attached only while it is there.
fn quarantine(account: &Account) -> (Thing, Thing) {
    let name = || "keyhound-quarantine".to_owned();
    let target = Thing::ControlPolicyTarget { name: name(), account: account.id.clone() };
    (Thing::ControlPolicy { name: name() }, target)
}

/// Leads a setting from one state to another, which must then be read.
pub(crate) fn lead(aws: &Aws, thing: &Thing, from: &State, to: &State) {
    for call in thing.calls(from, to).expect("a way") {
        aws.perform(&call).unwrap_or_else(|fault| panic!("{fault}"));
    }
    assert_eq!(aws.read(thing), Ok(to.clone()), "{thing:?}");
}

fn there_and_back(aws: &Aws, thing: &Thing, from: &State, to: &State) {
    assert_eq!(aws.read(thing), Ok(from.clone()), "{thing:?}");
    lead(aws, thing, from, to);
    lead(aws, thing, to, from);
}

fn quarantined_and_freed(account: &Account, aws: &Aws) {
    let (policy, target) = quarantine(account);
    let first = Some(contain::document::deny_all());
    let second = Some(contain::document::deny_all().replace(",\"Resource", ", \"Resource"));
    assert_eq!(aws.read(&policy), Ok(None));
    assert_eq!(aws.read(&target), Ok(None));
    lead(aws, &policy, &None, &first);
    lead(aws, &target, &None, &some("attached"));
    lead(aws, &policy, &first, &second);
    lead(aws, &target, &some("attached"), &None);
    lead(aws, &policy, &second, &None);
}

#[test]
fn ministack_gives_back_what_was_set() {
    let account = Account::of_ministack();
    let stage = fill(&account);
    let aws = account.aws();
    let mut things = things(&account, &stage);
    things.push(boundary(&stage));
    things.retain(|(thing, ..)| !matches!(thing, Thing::PolicyVersion { .. }));
    for (thing, from, to) in things {
        there_and_back(&aws, &thing, &from, &to);
    }
    quarantined_and_freed(&account, &aws);
    made_and_taken_back(&aws, stage.key);
    let seen = account.proxy.take();
    assert_eq!(untried(&seen), ["SetDefaultPolicyVersion"]);
    models::assert_known(&seen);
}

/// A key beside another, which goes again.
fn made_and_taken_back(aws: &Aws, other: String) {
    let user_name = "sam".to_owned();
    let key = aws.perform(&Call::CreateAccessKey { user_name }).unwrap().unwrap();
    let new = Thing::NewKey { user: "sam".into(), beside: vec![other] };
    lead(aws, &new, &Some(key.of), &None);
}

/// The calls that nobody made.
fn untried(seen: &[Seen]) -> Vec<String> {
    let made = |operation: &String| seen.iter().any(|seen| seen.operation == *operation);
    operations().into_iter().filter(|operation| !made(operation)).collect()
}

/// The names of all calls there are.
fn operations() -> Vec<String> {
    // Who reads a call that does not exist is told which do.
    let told = serde_json::from_str::<Call>(r#"{"Operation":"?"}"#).unwrap_err().to_string();
    let names: Vec<String> = told.split('`').skip(3).step_by(2).map(ToOwned::to_owned).collect();
    assert!(names.len() > 30 && names.contains(&"PutUserPolicy".to_owned()), "{told}");
    names
}

#[test]
fn moto_gives_back_what_was_set() {
    let account = Account::of_moto();
    let stage = fill(&account);
    let aws = account.aws();
    for (thing, from, to) in things(&account, &stage) {
        there_and_back(&aws, &thing, &from, &to);
    }
    assert_eq!(aws.organisation(), Ok(None), "none before it is made");
    assert_eq!(aws.read(&quarantine(&account).0), Ok(None), "nor a policy in it");
    organise(&account);
    let management = aws.organisation().unwrap().unwrap().management;
    assert_eq!(management.to_string(), account.id);
    quarantined_and_freed(&account, &aws);
    made_and_taken_back(&aws, stage.key);
    let missing = ["PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"];
    let seen = account.proxy.take();
    assert_eq!(untried(&seen), missing);
    models::assert_known(&seen);
}

#[test]
fn policies_survive_byte_by_byte() {
    for account in [Account::of_ministack(), Account::of_moto()] {
        let user = [("UserName", "sam")];
        account.root.query("iam", "CreateUser", &user).good();
        let aws = account.aws();
        let of = Identity::User("sam".into());
        let thing = Thing::InlinePolicy { of, policy: "own".into() };
        let own = some(READ);
        let pretty = Some(contain::document::deny_all().replace(',', ",\n\t"));
        lead(&aws, &thing, &None, &own);
        lead(&aws, &thing, &own, &pretty);
        lead(&aws, &thing, &pretty, &own);
    }
}

#[test]
fn a_new_key_is_made_beside_the_others_and_taken_back() {
    for account in [Account::of_ministack(), Account::of_moto()] {
        account.root.query("iam", "CreateUser", &[("UserName", "sam")]).good();
        let first = account.root.query("iam", "CreateAccessKey", &[("UserName", "sam")]).good();
        let beside = vec![first.element("AccessKeyId")];
        let aws = account.aws();
        let thing = Thing::NewKey { user: "sam".into(), beside };
        assert_eq!(aws.read(&thing), Ok(None));
        let calls = thing.calls(&None, &some("any")).unwrap();
        let secret = aws.perform(&calls[0]).unwrap().expect("a secret");
        let made = aws.read(&thing).unwrap().expect("a key");
        assert_eq!(secret.of, made);
        assert!(
            secret
                .text
                .starts_with(&format!("aws_access_key_id = {made}\naws_secret_access_key = "))
        );
        assert!(!format!("{secret:?}").contains("aws_secret"), "{secret:?}");
        let keys = aws.user("sam").unwrap().unwrap().keys;
        assert_eq!(keys.iter().filter(|key| key.active).count(), 2);
        assert!(keys.iter().all(|key| key.made.is_some()), "{keys:?}");
        lead(&aws, &thing, &Some(made), &None);
        assert_eq!(aws.user("sam").unwrap().unwrap().keys.len(), 1);
    }
}

#[test]
fn what_is_not_there_is_nothing() {
    let account = Account::of_moto();
    let aws = account.aws();
    organise(&account);
    let nobody = || Identity::User("nobody".into());
    let region = || REGION.to_owned();
    let things = [
        Thing::AccessKey { user: "nobody".into(), key: "AKIANOBODY".into() },
        Thing::LoginProfile { user: "nobody".into() },
        Thing::InlinePolicy { of: nobody(), policy: "p".into() },
        Thing::AttachedPolicy { to: nobody(), policy: account.arn("policy/p") },
        Thing::Boundary { of: nobody() },
        Thing::GroupMember { user: "nobody".into(), group: "g".into() },
        Thing::Trust { role: "nobody".into() },
        Thing::PolicyVersion { policy: account.arn("policy/p") },
        Thing::ControlPolicy { name: "p".into() },
        Thing::InstanceProfile { region: region(), instance: "i-0123456789abcdef0".into() },
        Thing::Share { region: region(), what: "snap-0123456789abcdef0".into() },
        Thing::Concurrency { region: region(), function: "nobody".into() },
        Thing::FunctionUrl { region: region(), function: "nobody".into() },
    ];
    for thing in things {
        assert_eq!(aws.read(&thing), Ok(None), "{thing:?}");
    }
    // moto breaks at an image that is not there.
    let image = Thing::Share { region: region(), what: "ami-0123456789abcdef0".into() };
    assert_eq!(Account::of_ministack().aws().read(&image), Ok(None));
    assert_eq!(aws.user("nobody"), Ok(None));
    assert_eq!(aws.role("nobody"), Ok(None));
}

#[test]
fn reading_makes_no_call_that_changes() {
    let account = Account::of_ministack();
    let stage = fill(&account);
    let aws = account.aws();
    for (thing, from, _) in things(&account, &stage) {
        assert_eq!(aws.read(&thing), Ok(from));
    }
    let user = aws.user("sam").unwrap().unwrap();
    assert!(user.password && user.arn == account.arn("user/sam"));
    assert_eq!(aws.role("deploy").unwrap().unwrap().trust, TRUST);
    assert_eq!(aws.caller().unwrap().unwrap().account.to_string(), account.id);
    aws.organisation().unwrap();
    aws.authorization_details().unwrap();
    let seen = account.proxy.take();
    assert!(seen.len() > 20, "{seen:?}");
    let changes: Vec<&Seen> = seen.iter().filter(|seen| !reads(&seen.operation)).collect();
    assert!(changes.is_empty(), "{changes:?}");
    models::assert_known(&seen);
}
