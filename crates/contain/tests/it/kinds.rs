//! Every kind of credential: planned, applied, looked at, taken back, and everything is as it was.

use std::collections::BTreeMap;

use contain::account::{Account as _, FaultKind};
use contain::apply::{Stand, Told};
use contain::aws::Aws;
use contain::document;
use contain::plan::{Place, Plan, Step};
use contain::thing::{Identity, State, Thing};
use contain::undo::Outcome;
use contain::{Call, call::KeyStatus, policy};
use detect::{Kind, Subject};
use incident::Incident;
use incident::investigation::{Case, How};

use crate::account::{Account, session};
use crate::containment::{EVERYTHING, all_taken, dump, user, works};
use crate::incident::Theft;
use crate::responder::Responder;
use crate::setup::{Stage, TRUST, fill, organise};
use emulators::{Deed, Keys, REGION};

/// A filled account whose role `deploy` may do everything.
pub(crate) fn filled() -> (Account, Stage) {
    let account = Account::of_ministack();
    let stage = fill(&account);
    let all = [("RoleName", "deploy"), ("PolicyName", "own"), ("PolicyDocument", EVERYTHING)];
    account.root.query("iam", "PutRolePolicy", &all).good();
    (account, stage)
}

pub(crate) fn sts(account: &Account, rest: &str) -> String {
    format!("arn:aws:sts::{}:{rest}", account.id)
}

/// A session of the role `deploy`, named as those who take it are named.
pub(crate) fn session_of(by: &Keys, account: &Account, name: &str) -> Keys {
    let role = account.arn("role/deploy");
    let fields = [("RoleArn", role.as_str()), ("RoleSessionName", name)];
    session(by, &by.query("sts", "AssumeRole", &fields).good())
}

/// An incident in which a session of the role was stolen.
pub(crate) fn stolen_session(account: &Account, keys: &Keys, name: &str, kind: Kind) -> Incident {
    let who = sts(account, &format!("assumed-role/deploy/{name}"));
    let mut theft = Theft::of(&account.id);
    theft.kind = kind;
    theft.call(&who, &keys.id, "s3:ListBuckets", "", &[]).incident()
}

pub(crate) fn names(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.name.as_str()).collect()
}

pub(crate) fn step<'a>(plan: &'a Plan, name: &str) -> &'a Step {
    plan.step(name).unwrap_or_else(|| panic!("no {name} among {:?}", names(plan)))
}

/// How everything is that a plan changes in the account, and all identities: what undo gives back.
pub(crate) fn whole(aws: &Aws, plan: &Plan) -> BTreeMap<String, String> {
    let users: Vec<&str> = plan
        .targets
        .iter()
        .filter(|target| matches!(target.kind, contain::target::TargetKind::User))
        .map(|target| target.name.as_str())
        .filter(|name| aws.user(name).unwrap().is_some())
        .collect();
    let mut all = dump(aws, &users);
    for (name, state) in settings(aws, plan) {
        all.insert(name, format!("{state:?}"));
    }
    all
}

fn settings(aws: &Aws, plan: &Plan) -> BTreeMap<String, State> {
    let inside = plan.steps.iter().filter(|step| step.place == Place::Account);
    let changes = inside.flat_map(|step| &step.changes);
    changes.map(|change| (change.thing.in_words(), aws.read(&change.thing).unwrap())).collect()
}

/// Applies, looks, takes back: everything must be as it was.
fn there_and_back(
    account: &Account,
    incident: &Incident,
    with: &[&str],
    look: impl FnOnce(&Plan, &Aws),
) {
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(incident);
    let before = whole(&aws, &plan);
    all_taken(&responder.apply(&plan, with));
    look(&plan, &aws);
    let undone = responder.undo(&plan, true);
    let fine = |outcome: &Outcome| matches!(outcome, Outcome::Restored | Outcome::Already);
    assert!(!undone.is_empty() && undone.iter().all(|one| fine(&one.outcome)), "{undone:?}");
    assert_eq!(whole(&aws, &plan), before);
}

#[test]
fn a_machine_loses_its_sessions_and_on_request_its_profile() {
    let (account, stage) = filled();
    let keys = session_of(&account.root, &account, &stage.instance);
    assert!(works(&keys));
    let incident = stolen_session(&account, &keys, &stage.instance, Kind::Instance);
    let thing = Thing::InstanceProfile { region: REGION.into(), instance: stage.instance.clone() };
    there_and_back(&account, &incident, &["detach-profile:deploy"], |plan, aws| {
        assert!(!works(&keys));
        assert_eq!(aws.read(&thing), Ok(None));
        assert!(step(plan, "renew-profile:deploy").is_by_hand());
    });
    // Not asked for, the profile stays.
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(&incident);
    all_taken(&responder.apply(&plan, &[]));
    assert!(aws.read(&thing).unwrap().is_some());
}

#[test]
fn a_function_loses_its_sessions_and_on_request_runs_no_more() {
    let (account, _) = filled();
    let keys = session_of(&account.root, &account, "f");
    let incident = stolen_session(&account, &keys, "f", Kind::Function);
    there_and_back(&account, &incident, &["stop-function:deploy"], |_, aws| {
        assert!(!works(&keys));
        let thing = Thing::Concurrency { region: REGION.into(), function: "f".into() };
        assert_eq!(aws.read(&thing), Ok(Some("0".to_owned())));
    });
}

#[test]
fn a_role_loses_its_older_sessions_whatever_denial_was_there_before() {
    let (account, _) = filled();
    // Somebody revoked sessions long ago.
    let old = document::deny_older("2020-01-01T00:00:00Z".parse().unwrap());
    let policy = [
        ("RoleName", "deploy"),
        ("PolicyName", document::OLDER_SESSIONS),
        ("PolicyDocument", old.as_str()),
    ];
    account.root.query("iam", "PutRolePolicy", &policy).good();
    let keys = session_of(&account.root, &account, "build");
    assert!(works(&keys));
    let incident = stolen_session(&account, &keys, "build", Kind::Ci);
    there_and_back(&account, &incident, &[], |_, _| assert!(!works(&keys)));
}

/// A thief who calls a session like a machine does not become one.
#[test]
fn who_came_from_another_account_is_kept_out_of_the_role() {
    for name in ["raid", "i-0123456789abcdef0"] {
        let (account, _) = filled();
        let other = Account::of_ministack();
        // Of a session, MiniStack takes its own ARN for aws:PrincipalArn instead of the role's.
        let raider = user(&other, "mallory");
        let keys = session_of(&raider, &account, name);
        assert!(works(&keys));
        let from = other.arn("user/mallory");
        let deploy = account.arn("role/deploy");
        let acts_as = sts(&account, &format!("assumed-role/deploy/{name}"));
        let incident = Theft::of(&account.id)
            .call(&from, &raider.id, "sts:AssumeRole", &deploy, &[])
            .session("role-session", &keys.id, &acts_as)
            .call(&acts_as, &keys.id, "s3:ListBuckets", "", &[])
            .incident();
        let aws = account.aws();
        let responder = Responder::new(&aws, &account.id);
        let plan = responder.plan(&incident);
        let before = dump(&aws, &[]);
        let told = responder.apply(&plan, &[]);
        let elsewhere =
            |one: &&Told| matches!(&one.stand, Stand::NoAccess { account } if *account == other.id);
        assert_eq!(told.iter().filter(elsewhere).count(), 2, "mallory and the key: {told:?}");
        assert!(!works(&keys));
        let again = [("RoleArn", deploy.as_str()), ("RoleSessionName", "again")];
        assert_eq!(raider.query("sts", "AssumeRole", &again).status, 403);
        a_moment_passes();
        assert!(works(&session_of(&account.root, &account, "owner")), "the owner goes on");
        responder.undo(&plan, true);
        assert_eq!(dump(&aws, &[]), before);
        assert_eq!(raider.query("sts", "AssumeRole", &again).status, 200);
    }
}

#[test]
fn a_session_token_ends_with_its_user() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let token = session(&stolen, &stolen.query("sts", "GetSessionToken", &[]).good());
    assert!(works(&token));
    let sam = account.arn("user/sam");
    let incident = Theft::of(&account.id)
        .call(&sam, &stolen.id, "sts:GetSessionToken", "", &[])
        .session("session-token", &token.id, &sam)
        .call(&sam, &token.id, "s3:ListBuckets", "", &[])
        .incident();
    there_and_back(&account, &incident, &[], |_, _| assert!(!works(&token) && !works(&stolen)));
    assert!(works(&token), "what undoing gives back");
}

/// The thief set the password of `xsam`; `sam`'s own is another, though the names end alike.
#[test]
fn the_thiefs_password_goes_at_once_and_the_owners_on_request() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let iam =
        |action: &str, fields: &[(&str, &str)]| account.root.query("iam", action, fields).good();
    iam("CreateUser", &[("UserName", "xsam")]);
    for name in ["sam", "xsam"] {
        iam("CreateLoginProfile", &[("UserName", name), ("Password", "Not-a-secret-1")]);
    }
    let sam = account.arn("user/sam");
    let incident = Theft::of(&account.id)
        .call(&sam, &stolen.id, "iam:UpdateLoginProfile", "xsam", &[])
        .changed("login-profile", "xsam", How::Changed)
        .incident();
    there_and_back(&account, &incident, &[], |_, aws| {
        assert!(aws.user("sam").unwrap().unwrap().password, "the owner's stays");
        assert!(!aws.user("xsam").unwrap().unwrap().password, "the thief's goes");
    });
    there_and_back(&account, &incident, &["delete-login-profile:sam"], |_, aws| {
        assert!(!aws.user("sam").unwrap().unwrap().password);
    });
}

/// Everything that a thief leaves, each by a call of theirs.
#[test]
fn what_the_thief_left_is_taken_away_and_given_back() {
    let (account, stage) = filled();
    let iam =
        |action: &str, fields: &[(&str, &str)]| account.root.query("iam", action, fields).good();
    let stolen = user(&account, "rob");
    let made = user(&account, "helper");
    // A user of the thief's has the name of a role that was given rights: they are not the same.
    user(&account, "deploy");
    for role in ["door", "trusted"] {
        iam("CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", TRUST)]);
    }
    let policy = stage.policy.as_str();
    iam("AttachRolePolicy", &[("RoleName", "deploy"), ("PolicyArn", policy)]);
    iam("AttachGroupPolicy", &[("GroupName", "admins"), ("PolicyArn", policy)]);
    let inline = [("PolicyName", "more"), ("PolicyDocument", EVERYTHING)];
    iam("PutGroupPolicy", &[&[("GroupName", "admins")], &inline[..]].concat());
    iam("PutUserPolicy", &[&[("UserName", "sam")], &inline[..]].concat());
    iam("AddUserToGroup", &[("GroupName", "admins"), ("UserName", "sam")]);
    let aws = account.aws();
    let region = || REGION.to_owned();
    let shares = [
        (stage.snapshot.clone(), vec!["222233334444".to_owned(), "333344445555".to_owned()]),
        (stage.image.clone(), vec!["222233334444".to_owned()]),
    ];
    for (what, add) in &shares {
        let call = if what.starts_with("ami-") {
            Call::ModifyImageAttribute {
                region: region(),
                image_id: what.clone(),
                add: add.clone(),
                remove: Vec::new(),
            }
        } else {
            Call::ModifySnapshotAttribute {
                region: region(),
                snapshot_id: what.clone(),
                add: [add.clone(), vec!["444455556666".to_owned()]].concat(),
                remove: Vec::new(),
            }
        };
        aws.perform(&call).unwrap();
    }
    let (function_name, auth_type) = ("f".to_owned(), "NONE".to_owned());
    aws.perform(&Call::CreateFunctionUrlConfig { region: region(), function_name, auth_type })
        .unwrap();

    let (rob, key) = (account.arn("user/rob"), stolen.id.as_str());
    let of = |what| [(Subject::Policy, what)];
    let share = "ec2:ModifySnapshotAttribute";
    let incident = Theft::of(&account.id)
        .call(&rob, key, "iam:CreateUser", "deploy", &[])
        .changed("user", &account.arn("user/deploy"), How::Made)
        .call(&rob, key, "iam:CreateRole", "door", &[])
        .changed("role", &account.arn("role/door"), How::Made)
        .call(&rob, key, "iam:CreateAccessKey", "helper", &[])
        .changed("access-key", &made.id, How::Made)
        .call(&rob, key, "iam:AttachRolePolicy", "deploy", &of(policy))
        .changed("policy", "deploy", How::Empowered)
        .call(&rob, key, "iam:AttachGroupPolicy", "admins", &of(policy))
        .changed("policy", "admins", How::Empowered)
        .call(&rob, key, "iam:PutGroupPolicy", "admins", &of("more"))
        .changed("policy", "admins", How::Empowered)
        .call(&rob, key, "iam:PutUserPolicy", "sam", &of("more"))
        .changed("policy", "sam", How::Empowered)
        .call(&rob, key, "iam:AddUserToGroup", "sam", &[(Subject::Group, "admins")])
        .changed("group", "sam", How::Empowered)
        .call(&rob, key, share, &stage.snapshot, &[(Subject::GivenTo, "222233334444")])
        .changed("snapshot", &stage.snapshot, How::Shared)
        .call(&rob, key, share, &stage.snapshot, &[(Subject::GivenTo, "333344445555")])
        .changed("snapshot", &stage.snapshot, How::Shared)
        .call(
            &rob,
            key,
            "ec2:ModifyImageAttribute",
            &stage.image,
            &[(Subject::GivenTo, "222233334444")],
        )
        .changed("image", &stage.image, How::Shared)
        .call(&rob, key, "lambda:CreateFunctionUrlConfig", "f", &[])
        .changed("function-url", "f", How::Made)
        .incident();
    there_and_back(&account, &incident, &[], |plan, aws| {
        assert!(!works(&made) && !works(&stolen));
        let none = [
            Thing::AttachedPolicy { to: Identity::Role("deploy".into()), policy: policy.into() },
            Thing::AttachedPolicy { to: Identity::Group("admins".into()), policy: policy.into() },
            Thing::InlinePolicy { of: Identity::Group("admins".into()), policy: "more".into() },
            Thing::InlinePolicy { of: Identity::User("sam".into()), policy: "more".into() },
            Thing::GroupMember { user: "sam".into(), group: "admins".into() },
            Thing::FunctionUrl { region: region(), function: "f".into() },
        ];
        for thing in none {
            assert_eq!(aws.read(&thing), Ok(None), "{thing:?} of {:?}", names(plan));
        }
        let given = |what: &str| aws.read(&Thing::Share { region: region(), what: what.into() });
        assert_eq!(given(&stage.snapshot), Ok(Some("444455556666".into())), "not the thief's");
        assert_eq!(given(&stage.image), Ok(Some(String::new())));
        let door = Thing::InlinePolicy {
            of: Identity::Role("door".into()),
            policy: document::DENY_ALL.into(),
        };
        assert_eq!(aws.read(&door), Ok(Some(document::deny_all())));
    });
}

#[test]
fn people_and_root_are_for_people() {
    let account = Account::of_ministack();
    let person =
        sts(&account, "assumed-role/AWSReservedSSO_Admin_0123456789abcdef/anna@example.com");
    let root = format!("arn:aws:iam::{}:root", account.id);
    let incident = Theft::of(&account.id)
        .call(&person, "ASIAPERSON0000000000", "s3:ListBuckets", "", &[])
        .call(&root, "AKIAROOT000000000000", "s3:ListBuckets", "", &[])
        .incident();
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(&incident);
    account.proxy.take();
    let told = responder.apply(&plan, &[]);
    assert!(!told.is_empty() && told.iter().all(|one| one.stand == Stand::ByHand), "{told:?}");
    assert_eq!(account.proxy.operations(), [""; 0], "no call");
    let disable = step(&plan, "identity-center:AWSReservedSSO_Admin_0123456789abcdef");
    assert!(
        disable
            .commands
            .iter()
            .any(|one| one.contains("get-user-id") && one.contains("anna@example.com")),
        "{disable:?}"
    );
    let root = step(&plan, "root:root");
    assert!(root.commands.iter().any(|one| one.contains("AccountAccessKeysPresent")), "{root:?}");
}

#[test]
fn a_key_that_reads_what_is_public_is_renewed_first() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let mut theft = Theft::of(&account.id);
    theft.case = Case::PublicRead;
    let incident =
        theft.call(&account.arn("user/sam"), &stolen.id, "s3:GetObject", "b", &[]).incident();
    there_and_back(&account, &incident, &[], |plan, aws| {
        assert!(plan.step("deny-user:sam").is_none(), "{:?}", names(plan));
        assert!(works(&stolen), "nothing breaks");
        assert_eq!(aws.user("sam").unwrap().unwrap().keys.len(), 2);
    });
    let off = format!("deactivate-key:{}", stolen.id);
    there_and_back(&account, &incident, &[&off], |_, _| assert!(!works(&stolen)));
}

/// A member of an organisation whose head is the account.
fn member(account: &Account) -> (String, Keys) {
    organise(account);
    let target = |operation: &str| format!("AWSOrganizationsV20161128.{operation}");
    let body = r#"{"Email":"member@example.com","AccountName":"member"}"#;
    let made = account.root.json("organizations", &target("CreateAccount"), body).good();
    let id = made.field("/CreateAccountStatus/AccountId");
    let keys = crate::account::taken(&account.root, &format!("arn:aws:iam::{id}:role/everything"));
    (id, keys)
}

#[test]
fn the_organisation_quarantines_a_member_and_lets_it_go() {
    let account = Account::of_moto();
    let (id, keys) = member(&account);
    keys.query("iam", "CreateUser", &[("UserName", "sam")]).good();
    let key = keys.query("iam", "CreateAccessKey", &[("UserName", "sam")]).good();
    let key = key.element("AccessKeyId");
    let sam = format!("arn:aws:iam::{id}:user/sam");
    let anna = format!("arn:aws:sts::{id}:assumed-role/AWSReservedSSO_Admin_01/anna@example.com");
    let incident = Theft::of(&id)
        .call(&sam, &key, "s3:ListBuckets", "", &[])
        .call(&anna, "ASIAPERSON0000000000", "s3:ListBuckets", "", &[])
        .incident();
    let (aws, management) = (account.aws_as(&keys), account.aws());
    let mut responder = Responder::new(&aws, &id);
    let name = format!("keyhound-4f1c09ab77e2-{id}");
    let policy = Thing::ControlPolicy { name: name.clone() };
    let attached = Thing::ControlPolicyTarget { name, account: id.clone() };
    let plan = responder.plan(&incident);
    assert_eq!(plan.steps[0].name, format!("quarantine:{id}"), "first what no thief can undo");
    responder.management = Some(&management);
    // Five policies are at the account: AWS says so, and the run stops before anything else.
    let full = Deed::Refuse(400, "ConstraintViolationException");
    account.proxy.on("AttachPolicy", [full]);
    let told = responder.apply(&plan, &[]);
    let limit = matches!(&told[0].stand, Stand::Failed { kind: FaultKind::Limit, .. });
    assert!(limit && told[1].stand == Stand::NotTried, "{told:?}");
    all_taken(&responder.apply(&plan, &[]));
    let content = management.read(&policy).unwrap().expect("a policy");
    assert!(content.contains(&sam) && content.contains("*:anna@example.com"), "{content}");
    assert_eq!(management.read(&attached), Ok(Some("attached".into())));
    responder.undo(&plan, true);
    assert_eq!((management.read(&policy), management.read(&attached)), (Ok(None), Ok(None)));
    // Its head is beyond its own policies.
    let head = Theft::of(&account.id)
        .call(&account.arn("user/boss"), "AKIABOSS000000000000", "s3:ListBuckets", "", &[])
        .incident();
    let plan = Responder::new(&management, &account.id).plan(&head);
    assert!(!names(&plan).iter().any(|name| name.starts_with("quarantine")), "{plan:?}");
    assert!(plan.notes.iter().any(|note| note.contains("management account")), "{:?}", plan.notes);
}

/// Sessions are issued in whole seconds, and a denial reaches to the end of its own.
pub(crate) fn a_moment_passes() {
    std::thread::sleep(std::time::Duration::from_millis(2_100));
}

/// Who has exactly what `keyhound contain policy` prints can apply and take back the whole plan, and
/// nothing beside it.
#[test]
fn the_responders_policy_is_enough_and_no_more() {
    let (account, stage) = filled();
    let stolen = user(&account, "rob");
    let other = user(&account, "xrob");
    let keys = session_of(&stolen, &account, &stage.instance);
    let policy = stage.policy.as_str();
    let attach = [("UserName", "sam"), ("PolicyArn", policy)];
    account.root.query("iam", "AttachUserPolicy", &attach).good();
    let (rob, acts_as) = (
        account.arn("user/rob"),
        sts(&account, &format!("assumed-role/deploy/{}", stage.instance)),
    );
    let incident = Theft::of(&account.id)
        .call(&rob, &stolen.id, "iam:AttachUserPolicy", "sam", &[(Subject::Policy, policy)])
        .changed("policy", "sam", How::Empowered)
        .call(&rob, &stolen.id, "sts:AssumeRole", &account.arn("role/deploy"), &[])
        .session("role-session", &keys.id, &acts_as)
        .call(&acts_as, &keys.id, "s3:ListBuckets", "", &[])
        .incident();
    // MiniStack has no AWSDenyAll for a boundary, and knows no machine for the action that takes a
    // profile off, which it allows on `*` alone.
    let with = ["restore-access:rob"];
    let root = account.aws();
    let plan = Responder::new(&root, &account.id).plan(&incident);
    let policies = policy::responder(&plan);
    assert_eq!(policies.len(), 1, "{policies:?}");
    let responder = user(&account, "responder");
    let exactly = policies[0].1.to_string();
    let own =
        [("UserName", "responder"), ("PolicyName", "own"), ("PolicyDocument", exactly.as_str())];
    account.root.query("iam", "PutUserPolicy", &own).good();

    let aws = account.aws_as(&responder);
    let responder = Responder::new(&aws, &account.id);
    assert_eq!(names(&responder.plan(&incident)), names(&plan), "it can plan");
    let before = whole(&root, &plan);
    all_taken(&responder.apply(&plan, &with));
    assert!(!works(&stolen) && !works(&keys));
    let undone = responder.undo(&plan, true);
    let fine = |outcome: &Outcome| matches!(outcome, Outcome::Restored | Outcome::Already);
    assert!(undone.iter().all(|one| fine(&one.outcome)), "{undone:?}");
    assert_eq!(whole(&root, &plan), before);

    let (user_name, access_key_id) = ("xrob".to_owned(), other.id.clone());
    let status = KeyStatus::Inactive;
    let fault =
        aws.perform(&Call::UpdateAccessKey { user_name, access_key_id, status }).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied, "a name that ends alike: {fault}");
    assert!(works(&other));
}

#[test]
fn who_was_not_robbed_goes_on_working() {
    let account = Account::of_ministack();
    let (stolen, colleague) = (user(&account, "sam"), user(&account, "eve"));
    let made = account.root.query("iam", "CreateAccessKey", &[("UserName", "eve")]).good();
    let made = Keys {
        id: made.element("AccessKeyId"),
        secret: made.element("SecretAccessKey"),
        ..colleague.clone()
    };
    let mut theft = Theft::of(&account.id);
    theft.call(&account.arn("user/sam"), &stolen.id, "iam:CreateAccessKey", "eve", &[]).changed(
        "access-key",
        &made.id,
        How::Made,
    );
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(&theft.incident());
    all_taken(&responder.apply(&plan, &[]));
    assert!(!works(&stolen) && !works(&made), "what the thief has");
    assert!(works(&colleague), "what the thief has not");
    // When the made key was used, the user is as robbed as the first.
    let plan = responder.plan(
        &theft.call(&account.arn("user/eve"), &made.id, "s3:ListBuckets", "", &[]).incident(),
    );
    let folder = tempfile::tempdir().unwrap();
    all_taken(&Responder::at(&aws, &account.id, folder.path()).apply(&plan, &[]));
    assert!(!works(&colleague));
}
