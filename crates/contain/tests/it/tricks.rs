//! Thieves who know how containment works, and try to be missed or to have others hit.

use cloudtrail::Event;
use contain::Call;
use contain::account::{Account as _, FaultKind};
use contain::apply::{ApplyError, Stand};
use contain::call::KeyStatus;
use contain::document;
use contain::journal::{Changing, Entry, Journal};
use contain::thing::{Identity, Thing};
use contain::verify::{self, Listener};
use detect::{Kind, Subject};
use incident::investigation::How;

use crate::account::Account;
use crate::containment::{EVERYTHING, all_taken, user, works};
use crate::incident::{ADDRESS, Theft, begun};
use crate::kinds::{a_moment_passes, filled, names, session_of, step, stolen_session, sts, whole};
use crate::responder::Responder;
use crate::setup::TRUST;
use emulators::{Deed, reads};

/// A thief who writes our names on their policies gets no denial taken away, and one who opens a role
/// again and again, and comes through it, is kept out of it by one step.
#[test]
fn names_of_ours_help_no_thief() {
    let (account, _) = filled();
    let stolen = user(&account, "rob");
    let role = session_of(&stolen, &account, "raid");
    let theirs = [
        ("RoleName", "deploy"),
        ("PolicyName", document::OLDER_SESSIONS),
        ("PolicyDocument", EVERYTHING),
    ];
    account.root.query("iam", "PutRolePolicy", &theirs).good();
    let (rob, key) = (account.arn("user/rob"), stolen.id.as_str());
    let mallory = "arn:aws:iam::999988887777:user/mallory";
    // The number of the robbed account in a name of the thief's makes it no inside.
    let hidden = format!("arn:aws:iam::999988887777:role/{}", account.id);
    let acts_as = sts(&account, "assumed-role/deploy/raid");
    let update = "iam:UpdateAssumeRolePolicy";
    let lets_in = |who| [(Subject::LetsIn, who)];
    let incident = Theft::of(&account.id)
        .call(
            &rob,
            key,
            "iam:PutRolePolicy",
            "deploy",
            &[(Subject::Policy, document::OLDER_SESSIONS)],
        )
        .changed("policy", "deploy", How::Empowered)
        .call(&rob, key, update, "deploy", &lets_in("111122223333"))
        .changed("trust-policy", "deploy", How::Changed)
        .call(&rob, key, update, "deploy", &lets_in(&hidden))
        .changed("trust-policy", "deploy", How::Changed)
        .call(&rob, key, update, "deploy", &lets_in("*"))
        .changed("trust-policy", "deploy", How::Changed)
        .call(mallory, "AKIAMALLORY000000000", "sts:AssumeRole", &account.arn("role/deploy"), &[])
        .session("role-session", &role.id, &acts_as)
        .call(&acts_as, &role.id, "s3:ListBuckets", "", &[])
        .incident();
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(&incident);
    let before = whole(&aws, &plan);
    responder.apply(&plan, &[]);
    assert!(!works(&role));
    let denial = Thing::InlinePolicy {
        of: Identity::Role("deploy".into()),
        policy: document::OLDER_SESSIONS.into(),
    };
    let denial = aws.read(&denial).unwrap().expect("our denial");
    assert!(document::denied_until(&denial).is_some(), "{denial}");
    let trust = aws.role("deploy").unwrap().unwrap().trust;
    for who in [mallory, &hidden, "arn:*:*::111122223333:*"] {
        assert!(trust.contains(&format!("\"{who}\"")), "{who} in {trust}");
    }
    let look = step(&plan, "look-at-trust:deploy");
    assert!(look.is_by_hand() && look.text.contains('*'), "{look:?}");
    responder.undo(&plan, true);
    assert_eq!(whole(&aws, &plan), before);
}

#[test]
fn break_glass_is_never_touched() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let iam =
        |action: &str, fields: &[(&str, &str)]| account.root.query("iam", action, fields).good();
    // Its sessions do not tell its path.
    let role =
        [("RoleName", "glass"), ("Path", "/emergency/"), ("AssumeRolePolicyDocument", TRUST)];
    iam("CreateRole", &role);
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    iam("AttachRolePolicy", &[("RoleName", "glass"), ("PolicyArn", admin)]);
    let sam = account.arn("user/sam");
    let incident = Theft::of(&account.id)
        // It was attached already: AWS calls that a success.
        .call(&sam, &stolen.id, "iam:AttachRolePolicy", "glass", &[(Subject::Policy, admin)])
        .changed("policy", "glass", How::Empowered)
        .call(
            &sts(&account, "assumed-role/glass/x"),
            "ASIAGLASS00000000000",
            "s3:ListBuckets",
            "",
            &[],
        )
        .incident();
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan_sparing(&incident, &account.arn("role/emergency/glass"));
    let touches = plan.steps.iter().any(|step| step.name.contains("glass"));
    assert!(!touches && plan.notes.len() >= 2, "{:?} {:?}", names(&plan), plan.notes);
    all_taken(&responder.apply(&plan, &[]));
    let made = account.proxy.take();
    assert!(
        !made.iter().any(|seen| !reads(&seen.operation) && format!("{seen:?}").contains("glass"))
    );
}

/// What a thief takes away after it was done is done again by the next apply.
#[test]
fn what_was_undone_by_the_thief_is_done_again() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan_for(&account.arn("user/sam"), Some(&stolen.id));
    let before = whole(&aws, &plan);
    all_taken(&responder.apply(&plan, &[]));
    let (user_name, policy_name) = ("sam".to_owned(), document::DENY_ALL.to_owned());
    aws.perform(&Call::DeleteUserPolicy { user_name, policy_name }).unwrap();
    let (user_name, access_key_id) = ("sam".to_owned(), stolen.id.clone());
    let status = KeyStatus::Active;
    aws.perform(&Call::UpdateAccessKey { user_name, access_key_id, status }).unwrap();
    assert!(works(&stolen));
    all_taken(&responder.apply(&plan, &[]));
    assert!(!works(&stolen));
    responder.undo(&plan, true);
    assert_eq!(whole(&aws, &plan), before);
    // Taken back, nothing is proven any more; applied again, it is as after the first time.
    let lines = contain::journal::Journal::lines_of(&responder.journal).unwrap();
    assert_eq!(contain::verify::contained_at(&plan, &lines), None);
    assert!(!contain::verify::unfinished(&plan, &lines).is_empty());
    all_taken(&responder.apply(&plan, &[]));
    assert!(!works(&stolen));
}

/// A run that failed and is gone on with later denies what was issued in between.
#[test]
fn the_moment_is_that_of_the_run_that_works() {
    let (account, _) = filled();
    let keys = session_of(&account.root, &account, "raid");
    let incident = stolen_session(&account, &keys, "raid", Kind::Role);
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(&incident);
    account.proxy.on("PutRolePolicy", [Deed::Refuse(403, "AccessDenied")]);
    let told = responder.apply(&plan, &[]);
    assert!(matches!(told[0].stand, Stand::Failed { kind: FaultKind::Denied, .. }), "{told:?}");
    a_moment_passes();
    let later = session_of(&account.root, &account, "raid");
    all_taken(&responder.apply(&plan, &[]));
    assert!(!works(&keys) && !works(&later));
}

/// A key that somebody made since the plan was made is not the new one.
#[test]
fn a_key_that_is_not_ours_is_not_taken_for_ours() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan_for(&account.arn("user/sam"), Some(&stolen.id));
    account.root.query("iam", "CreateAccessKey", &[("UserName", "sam")]).good();
    let told = responder.apply(&plan, &["restore-access:sam"]);
    let last = &told.last().expect("a step").stand;
    assert!(matches!(last, Stand::Failed { kind: FaultKind::Conflict, .. }), "{told:?}");
    assert_eq!(aws.user("sam").unwrap().unwrap().keys.len(), 2);
}

/// Whoever can write the journal can make its hashes fit, and still has nobody given rights by undo.
#[test]
fn a_journal_of_other_settings_is_not_believed() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    let aws = account.aws();
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan_for(&account.arn("user/sam"), Some(&stolen.id));
    let forged = Changing {
        step: "deny-user:sam".into(),
        change: 0,
        thing: Thing::AttachedPolicy {
            to: Identity::User("mallory".into()),
            policy: "arn:aws:iam::aws:policy/AdministratorAccess".into(),
        },
        before: Some("attached".into()),
        to: Some(None),
        calls: Vec::new(),
    };
    responder.open(&plan).add(Entry::Begin(forged), "mallory", begun()).unwrap();
    let lines = Journal::lines_of(&responder.journal).unwrap();
    assert_eq!(contain::undo::takings(&plan, &lines), []);
    let error = responder.try_undo(&plan, false).unwrap_err();
    assert!(matches!(&error, ApplyError::Foreign { step } if step == "deny-user:sam"), "{error}");
    assert!(account.proxy.operations().iter().all(|operation| reads(operation)));
}

/// An event so many minutes after the containment.
fn event(minutes: i64, who: &str, key: &str, action: (&str, &str), error: &str) -> Event {
    let time = begun().plus_hours(1).plus_seconds(60 * minutes);
    let account = who.split(':').nth(4).unwrap();
    let (service, name) = action;
    let record = format!(
        r#"{{"Records":[{{"eventVersion":"1.09","eventTime":"{time}","eventID":"e-{minutes}-{name}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"{ADDRESS}","userAgent":"aws-cli","errorCode":"{error}","recipientAccountId":"{account}","userIdentity":{{"type":"IAMUser","arn":"{who}","accountId":"{account}","accessKeyId":"{key}"}}}}]}}"#
    );
    let mut events = Vec::new();
    cloudtrail::decode::decode(record.as_bytes(), &mut |event| events.push(event));
    events.pop().unwrap()
}

/// Silence is proven by nothing less than the logs of every account, and by no call that only failed.
#[test]
fn what_is_no_proof_of_silence() {
    let account = Account::of_ministack();
    let stolen = user(&account, "sam");
    account
        .root
        .query("iam", "CreateLoginProfile", &[("UserName", "sam"), ("Password", "Not-a-secret-1")])
        .good();
    let (sam, other) = (account.arn("user/sam"), "arn:aws:iam::999988887777:user/mia");
    let incident = Theft::of(&account.id)
        .call(&sam, &stolen.id, "s3:ListBuckets", "", &[])
        .call(other, "AKIAMIA0000000000000", "s3:ListBuckets", "", &[])
        .incident();
    let aws = account.aws();
    let plan = Responder::new(&aws, &account.id).plan(&incident);
    let here = account.arn("user/colleague");
    let there = "arn:aws:iam::999988887777:user/colleague";
    let list = ("s3", "ListBuckets");
    let proof = |events: &[Event]| {
        let mut listener = Listener::new(&plan, begun().plus_hours(1), verify::WINDOW);
        for event in events {
            listener.hear(event);
        }
        listener.proof(Vec::new())
    };
    let key = "AKIACOLLEAGUE0000000";
    let reached = [event(50, &here, key, list, ""), event(50, there, key, list, "")];
    let with = |one: Event| proof(&[&reached[..], &[one]].concat());
    assert!(proof(&reached).proven);
    assert!(!proof(&reached[..1]).proven, "of the other account nothing was heard");
    assert!(with(event(5, &sam, &stolen.id, list, "AccessDenied")).proven);
    assert!(with(event(5, &sam, &stolen.id, list, "ThrottlingException")).proven);
    let failed = with(event(5, &sam, &stolen.id, ("s3", "GetObject"), "NoSuchKey"));
    assert!(!failed.proven && failed.doubtful == 1, "{failed:?}");
    let signed_in = with(event(5, &sam, "", ("signin", "ConsoleLogin"), ""));
    let steps = signed_in.survivors.first().map(|one| one.steps.join(" "));
    assert_eq!(steps.as_deref(), Some("delete-login-profile:sam"), "{signed_in:?}");
}
