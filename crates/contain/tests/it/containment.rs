//! Whole containments against an emulator that decides as IAM does: planned, applied, shown to work,
//! taken back; killed after each call and gone on with; two responders at once; every refusal.

use std::collections::BTreeMap;
use std::process::Command;

use contain::account::{Account as _, FaultKind};
use contain::apply::{Stand, Told};
use contain::aws::Aws;
use contain::document;
use contain::journal::{Entry, Journal};
use contain::plan::Plan;
use contain::undo::Outcome;
use detect::Subject;
use incident::Incident;
use incident::investigation::How;

use crate::account::{Account, session, taken};
use crate::incident::Theft;
use crate::responder::{Deadly, Responder};
use emulators::Keys;
use emulators::{Deed, reads};

const USERS: [&str; 3] = ["sam", "backdoor", "eve"];

pub(crate) const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A robbed account: the user `sam` whose key was stolen, sessions of it, the user `backdoor` whom the
/// thief made, the user `eve` whom the thief gave rights, and the role `deploy` that the thief took.
struct Robbed {
    account: Account,
    stolen: Keys,
    federated: Keys,
    role: Keys,
    backdoor: Keys,
    incident: Incident,
}

pub(crate) fn user(account: &Account, name: &str) -> Keys {
    let iam =
        |action: &str, fields: &[(&str, &str)]| account.root.query("iam", action, fields).good();
    iam("CreateUser", &[("UserName", name)]);
    let policy = [("UserName", name), ("PolicyName", "own"), ("PolicyDocument", EVERYTHING)];
    iam("PutUserPolicy", &policy);
    let key = iam("CreateAccessKey", &[("UserName", name)]);
    Keys {
        port: account.root.port,
        id: key.element("AccessKeyId"),
        secret: key.element("SecretAccessKey"),
        token: None,
    }
}

fn robbed() -> Robbed {
    let account = Account::of_ministack();
    let iam =
        |action: &str, fields: &[(&str, &str)]| account.root.query("iam", action, fields).good();
    let stolen = user(&account, "sam");
    let backdoor = user(&account, "backdoor");
    iam("CreateLoginProfile", &[("UserName", "backdoor"), ("Password", "Not-a-secret-1")]);
    iam("CreateUser", &[("UserName", "eve")]);
    iam("CreatePolicy", &[("PolicyName", "admin"), ("PolicyDocument", EVERYTHING)]);
    let admin = account.arn("policy/admin");
    iam("AttachUserPolicy", &[("UserName", "eve"), ("PolicyArn", &admin)]);
    let trust = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"AWS": ["{}", "arn:aws:iam::999988887777:root"]}}, "Action": "sts:AssumeRole"}}]}}"#,
        account.arn("user/sam")
    );
    iam("CreateRole", &[("RoleName", "deploy"), ("AssumeRolePolicyDocument", &trust)]);
    let policy = [("RoleName", "deploy"), ("PolicyName", "own"), ("PolicyDocument", EVERYTHING)];
    iam("PutRolePolicy", &policy);
    let role = taken(&stolen, &account.arn("role/deploy"));
    let federation = [("Name", "thief"), ("Policy", EVERYTHING)];
    let federated =
        session(&stolen, &stolen.query("sts", "GetFederationToken", &federation).good());
    let incident = story(&account, &stolen, &federated, &role, &backdoor);
    Robbed { account, stolen, federated, role, backdoor, incident }
}

fn story(account: &Account, stolen: &Keys, federated: &Keys, role: &Keys, made: &Keys) -> Incident {
    let (sam, key) = (account.arn("user/sam"), stolen.id.as_str());
    let sts = |rest: &str| format!("arn:aws:sts::{}:{rest}", account.id);
    let policy = account.arn("policy/admin");
    Theft::of(&account.id)
        .call(&sam, key, "sts:GetFederationToken", "", &[])
        .session("federation-token", &federated.id, &sts("federated-user/thief"))
        .call(&sam, key, "sts:AssumeRole", &account.arn("role/deploy"), &[])
        .session("role-session", &role.id, &sts("assumed-role/deploy/session"))
        .call(&sam, key, "iam:CreateUser", "backdoor", &[])
        .changed("user", &account.arn("user/backdoor"), How::Made)
        .call(&sam, key, "iam:CreateAccessKey", "backdoor", &[])
        .changed("access-key", &made.id, How::Made)
        .call(&sam, key, "iam:CreateLoginProfile", "backdoor", &[])
        .changed("login-profile", "backdoor", How::Made)
        .call(&sam, key, "iam:AttachUserPolicy", "eve", &[(Subject::Policy, &policy)])
        .changed("policy", "eve", How::Empowered)
        .call(
            &sam,
            key,
            "iam:UpdateAssumeRolePolicy",
            "deploy",
            &[(Subject::LetsIn, "arn:aws:iam::999988887777:root"), (Subject::LetsIn, &sam)],
        )
        .changed("trust-policy", "deploy", How::Changed)
        .call(&sts("assumed-role/deploy/session"), &role.id, "s3:ListBuckets", "", &[])
        .incident()
}

/// Whether these credentials still do something.
pub(crate) fn works(keys: &Keys) -> bool {
    let reply = keys.query("ec2", "DescribeVolumes", &[]);
    assert!(matches!(reply.status, 200 | 401 | 403), "{reply:?}");
    reply.status == 200
}

/// The whole configuration of identities, as text: what undo must give back byte by byte.
pub(crate) fn dump(aws: &Aws, users: &[&str]) -> BTreeMap<String, String> {
    let details = aws.authorization_details().unwrap();
    let whole: serde_json::Value = serde_json::from_str(&details).unwrap();
    let mut dump: BTreeMap<String, String> = BTreeMap::new();
    for (list, entries) in whole.as_object().unwrap() {
        for entry in entries.as_array().into_iter().flatten() {
            let name = entry.get("Arn").and_then(|arn| arn.as_str()).unwrap_or_default();
            dump.insert(format!("{list} {name}"), entry.to_string());
        }
    }
    for name in users {
        let user = aws.user(name).unwrap().unwrap();
        let keys: Vec<(String, bool)> =
            user.keys.into_iter().map(|key| (key.id, key.active)).collect();
        dump.insert(format!("credentials {name}"), format!("{keys:?} {}", user.password));
    }
    dump
}

pub(crate) fn all_taken(told: &[Told]) {
    for one in told {
        let fine =
            matches!(one.stand, Stand::Done | Stand::LeftOut | Stand::ByHand | Stand::Already);
        assert!(fine, "{one:?}");
    }
    assert!(told.iter().any(|one| one.stand == Stand::Done), "{told:?}");
}

#[test]
fn a_thief_is_shut_out_and_everything_is_put_back() {
    let robbed = robbed();
    let Robbed { account, stolen, federated, role, backdoor, incident } = &robbed;
    let aws = account.aws();
    let before = dump(&aws, &USERS);
    for keys in [stolen, federated, role, backdoor] {
        assert!(works(keys), "{}", keys.id);
    }
    let responder = Responder::new(&aws, &account.id);
    let plan = responder.plan(incident);
    let names: Vec<&str> = plan.steps.iter().map(|step| step.name.as_str()).collect();
    insta::assert_debug_snapshot!(
        names
            .iter()
            .map(|name| {
                name.replace(&stolen.id, "STOLEN")
                    .replace(&backdoor.id, "BACKDOOR")
                    .replace(&account.id, "ACCOUNT")
            })
            .collect::<Vec<_>>()
    );

    all_taken(&responder.apply(&plan, &[]));
    for keys in [stolen, federated, role, backdoor] {
        assert!(!works(keys), "{} still works", keys.id);
    }
    assert_eq!(aws.user("eve").unwrap().unwrap().arn, account.arn("user/eve"));
    // Once more changes nothing.
    account.proxy.take();
    all_taken(&responder.apply(&plan, &[]));
    let again = account.proxy.operations();
    assert!(again.iter().all(|operation| reads(operation)), "{again:?}");

    let undone = responder.undo(&plan, true);
    let fine = |outcome: &Outcome| matches!(outcome, Outcome::Restored | Outcome::Already);
    assert!(undone.iter().all(|one| fine(&one.outcome)), "{undone:?}");
    assert_eq!(dump(&aws, &USERS), before);
    assert!(works(stolen) && works(backdoor));
}

#[test]
fn keys_stay_off_unless_somebody_asks() {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let responder = Responder::new(&aws, &robbed.account.id);
    let plan = responder.plan_for(&robbed.account.arn("user/sam"), Some(&robbed.stolen.id));
    all_taken(&responder.apply(&plan, &[]));
    let undone = responder.undo(&plan, false);
    assert!(undone.iter().any(|one| one.outcome == Outcome::StaysOff), "{undone:?}");
    assert!(!works(&robbed.stolen));
    assert_eq!(aws.user("sam").unwrap().unwrap().keys.iter().filter(|key| key.active).count(), 0);
    let undone = responder.undo(&plan, true);
    assert!(undone.iter().any(|one| one.outcome == Outcome::Restored), "{undone:?}");
    assert!(works(&robbed.stolen));
}

#[test]
fn looking_changes_nothing() {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let responder = Responder::new(&aws, &robbed.account.id);
    robbed.account.proxy.take();
    let plan = responder.plan(&robbed.incident);
    let rehearsed = responder.rehearse(&plan);
    let asked = robbed.account.proxy.operations();
    assert!(!asked.is_empty() && asked.iter().all(|operation| reads(operation)), "{asked:?}");
    let calls: Vec<&contain::Call> = rehearsed.iter().flat_map(|one| &one.calls).collect();
    // What is shown is what is then done.
    responder.apply(&plan, &[]);
    let made = robbed.account.proxy.operations();
    let made: Vec<String> = made.into_iter().filter(|operation| !reads(operation)).collect();
    assert_eq!(calls.iter().map(|call| call.operation()).collect::<Vec<_>>(), made);
}

#[test]
fn the_federation_session_that_outlives_the_key_is_found_and_stopped() {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let responder = Responder::new(&aws, &robbed.account.id);
    let plan = responder.plan(&robbed.incident);
    // As the tools do that stop there: the key alone is switched off.
    let off = contain::Call::UpdateAccessKey {
        user_name: "sam".into(),
        access_key_id: robbed.stolen.id.clone(),
        status: contain::call::KeyStatus::Inactive,
    };
    aws.perform(&off).unwrap();
    assert!(!works(&robbed.stolen) && works(&robbed.federated));
    let contained = crate::incident::begun().plus_hours(1);
    let event = |minutes: i64, key: &str, arn: &str, error: &str| {
        let time = contained.plus_seconds(60 * minutes);
        let record = format!(
            r#"{{"Records":[{{"eventVersion":"1.09","eventTime":"{time}","eventID":"e-{minutes}","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli","errorCode":"{error}","recipientAccountId":"{}","userIdentity":{{"type":"FederatedUser","arn":"{arn}","accountId":"{}","accessKeyId":"{key}"}}}}]}}"#,
            robbed.account.id, robbed.account.id
        );
        let mut events = Vec::new();
        cloudtrail::decode::decode(record.as_bytes(), &mut |event| events.push(event));
        events.pop().unwrap()
    };
    let thief = format!("arn:aws:sts::{}:federated-user/thief", robbed.account.id);
    let somebody = format!("arn:aws:iam::{}:user/colleague", robbed.account.id);
    let mut listener = contain::verify::Listener::new(&plan, contained, 1_800);
    listener.hear(&event(5, &robbed.federated.id, &thief, ""));
    listener.hear(&event(50, "AKIACOLLEAGUE0000000", &somebody, ""));
    let proof = listener.proof(Vec::new());
    assert!(!proof.proven);
    assert_eq!(proof.survivors.len(), 1, "{proof:?}");
    assert_eq!(proof.survivors[0].steps[0], "deny-user:sam", "{proof:?}");

    all_taken(&responder.apply(&plan, &[]));
    assert!(!works(&robbed.federated), "the step that was named stops it");
    let mut listener = contain::verify::Listener::new(&plan, contained, 1_800);
    listener.hear(&event(5, &robbed.federated.id, &thief, "AccessDenied"));
    let early = listener.proof(Vec::new());
    assert!(!early.proven && early.text.starts_with("not proven yet"), "{early:?}");
    let mut listener = contain::verify::Listener::new(&plan, contained, 1_800);
    listener.hear(&event(5, &robbed.federated.id, &thief, "AccessDenied"));
    listener.hear(&event(50, "AKIACOLLEAGUE0000000", &somebody, ""));
    let lines = Journal::lines_of(&responder.journal).unwrap();
    let accounts = [(robbed.account.id.parse().unwrap(), &aws as &dyn contain::account::Account)];
    let accounts = accounts.into();
    let holds = contain::verify::broken(&plan, &lines, &accounts, None);
    let proof = listener.proof(holds);
    assert!(proof.proven && proof.refused == 1, "{proof:?}");

    // A thief who takes the denial away is told of, although nothing was called yet.
    let away = contain::Call::DeleteUserPolicy {
        user_name: "sam".into(),
        policy_name: document::DENY_ALL.into(),
    };
    aws.perform(&away).unwrap();
    let broken = contain::verify::broken(&plan, &lines, &accounts, None);
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].step, "deny-user:sam");
}

/// The process that dies: started by the test below, once for each call.
#[test]
#[ignore = "it is the other half of the test of kills, and ends its process"]
fn a_responder_who_dies() {
    let of = |name: &str| std::env::var(name).expect("the other half says so");
    let file = of("CONTAIN_CREDENTIALS");
    let endpoint = of("CONTAIN_ENDPOINT");
    let access = contain::aws::Access {
        region: Some(emulators::REGION.to_owned()),
        endpoint: Some(endpoint),
        credentials: Some(file.into()),
        ..contain::aws::Access::of(contain::aws::Who::Profile("responder".to_owned()))
    };
    let deadly = Deadly {
        aws: Aws::open(&access).unwrap(),
        call: of("CONTAIN_CALL").parse().unwrap(),
        after: of("CONTAIN_AFTER") == "true",
        made: std::cell::Cell::new(0),
    };
    let id = of("CONTAIN_ACCOUNT");
    let folder = std::path::PathBuf::from(of("CONTAIN_FOLDER"));
    let text = std::fs::read_to_string(folder.join("plan.json")).unwrap();
    Responder::at(&deadly, &id, &folder).apply(&Plan::read(&text).unwrap(), &[]);
}

#[test]
fn killed_after_each_call_and_gone_on_with_it_ends_the_same() {
    let whole = robbed();
    let aws = whole.account.aws();
    let responder = Responder::new(&aws, &whole.account.id);
    let plan = responder.plan(&whole.incident);
    whole.account.proxy.take();
    responder.apply(&plan, &[]);
    let made = whole.account.proxy.operations();
    let calls = made.iter().filter(|operation| !reads(operation)).count();
    assert!(calls > 7, "{made:?}");
    let expected = comparable(&whole, &aws);
    for call in 0..calls {
        for after in [false, true] {
            let robbed = robbed_and_killed(call, after);
            let aws = robbed.0.account.aws();
            let responder = Responder::at(&aws, &robbed.0.account.id, robbed.2.path());
            all_taken(&responder.apply(&robbed.1, &[]));
            assert_eq!(comparable(&robbed.0, &aws), expected, "killed at call {call}, {after}");
            for keys in [&robbed.0.stolen, &robbed.0.federated, &robbed.0.role, &robbed.0.backdoor]
            {
                assert!(!works(keys), "killed at call {call}: {} works", keys.id);
            }
            responder.undo(&robbed.1, true);
            assert!(works(&robbed.0.stolen), "undone after a kill at call {call}");
        }
    }
}

/// A robbed account whose responder died at this call.
fn robbed_and_killed(call: usize, after: bool) -> (Robbed, Plan, tempfile::TempDir) {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let plan = Responder::new(&aws, &robbed.account.id).plan(&robbed.incident);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plan.json"), plan.to_json().unwrap()).unwrap();
    let access = robbed.account.access(&robbed.account.root);
    let died = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "containment::a_responder_who_dies", "--ignored", "--nocapture"])
        .env("CONTAIN_CREDENTIALS", access.credentials.as_ref().unwrap())
        .env("CONTAIN_ENDPOINT", access.endpoint.as_ref().unwrap())
        .env("CONTAIN_CALL", call.to_string())
        .env("CONTAIN_AFTER", after.to_string())
        .env("CONTAIN_ACCOUNT", &robbed.account.id)
        .env("CONTAIN_FOLDER", folder.path())
        .output()
        .unwrap();
    assert!(!died.status.success(), "it lives: {}", String::from_utf8_lossy(&died.stdout));
    let lines = Journal::lines_of(&folder.path().join("journal")).unwrap();
    let begun = lines.iter().filter(|line| matches!(line.entry, Entry::Begin(_))).count();
    assert_eq!(begun, call + 1, "{}", String::from_utf8_lossy(&died.stderr));
    (robbed, plan, folder)
}

/// What is left after a containment, without what differs from account to account and from moment to
/// moment.
fn comparable(robbed: &Robbed, aws: &Aws) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (name, text) in dump(aws, &USERS) {
        let text: serde_json::Value = serde_json::from_str(&text).unwrap_or(text.into());
        let mut text = text;
        if let Some(fields) = text.as_object_mut() {
            fields.retain(|key, _| !key.ends_with("Id") && !key.ends_with("Date"));
        }
        let text = format!("{name} {text}");
        let text = text
            .replace(&robbed.account.id, "ACCOUNT")
            .replace(&robbed.stolen.id, "STOLEN")
            .replace(&robbed.backdoor.id, "BACKDOOR");
        all.push(without_times(&text));
    }
    all
}

/// A text without the moments in it.
fn without_times(text: &str) -> String {
    text.split('"')
        .map(|part| if part.parse::<cloudtrail::Time>().is_ok() { "TIME" } else { part })
        .collect::<Vec<_>>()
        .join("\"")
}

#[test]
fn two_responders_at_once_do_no_harm() {
    let robbed = robbed();
    let (one, two) = (robbed.account.aws(), robbed.account.aws());
    let before = dump(&one, &USERS);
    let id = robbed.account.id.as_str();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let plan = Responder::at(&one, id, folders[0].path()).plan(&robbed.incident);
    let apply =
        |aws: &Aws, folder: &std::path::Path| Responder::at(aws, id, folder).apply(&plan, &[]);
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| apply(&one, folders[0].path()));
        let second = scope.spawn(|| apply(&two, folders[1].path()));
        (first.join().unwrap(), second.join().unwrap())
    });
    for told in [&first, &second] {
        for one in told {
            // Who comes second to a password that is gone, or to a changed trust, is told so.
            let beaten = matches!(&one.stand, Stand::Failed { kind, .. } if matches!(kind, FaultKind::Gone | FaultKind::Conflict));
            let fine = !matches!(one.stand, Stand::Failed { .. }) || beaten;
            assert!(fine, "{one:?}");
        }
    }
    // Whoever was beaten applies again and finds everything as wanted.
    apply(&one, folders[0].path());
    apply(&two, folders[1].path());
    for keys in [&robbed.stolen, &robbed.federated, &robbed.role, &robbed.backdoor] {
        assert!(!works(keys), "{}", keys.id);
    }
    // Both take back what is theirs; together they give back what there was.
    let undo =
        |aws: &Aws, folder: &std::path::Path| Responder::at(aws, id, folder).undo(&plan, true);
    undo(&two, folders[1].path());
    undo(&one, folders[0].path());
    undo(&two, folders[1].path());
    assert_eq!(dump(&one, &USERS), before);
}

#[test]
fn every_refusal_is_told_written_down_and_gone_on_from() {
    let table: [(&str, Deed, FaultKind); 6] = [
        ("PutUserPolicy", Deed::Refuse(403, "AccessDenied"), FaultKind::Denied),
        ("PutUserPolicy", Deed::Refuse(409, "LimitExceeded"), FaultKind::Limit),
        ("UpdateAccessKey", Deed::Refuse(404, "NoSuchEntity"), FaultKind::Gone),
        ("PutRolePolicy", Deed::Refuse(409, "ConcurrentModification"), FaultKind::Conflict),
        ("PutRolePolicy", Deed::CutBefore, FaultKind::Unanswered),
        ("PutUserPolicy", Deed::CutAfter, FaultKind::Unanswered),
    ];
    for (operation, deed, kind) in table {
        let robbed = robbed();
        let aws = robbed.account.aws();
        let responder = Responder::new(&aws, &robbed.account.id);
        let plan = responder.plan(&robbed.incident);
        robbed.account.proxy.on(operation, [deed.clone()]);
        let told = responder.apply(&plan, &[]);
        let failed: Vec<&Told> =
            told.iter().filter(|one| matches!(one.stand, Stand::Failed { .. })).collect();
        assert_eq!(failed.len(), 1, "{operation} {deed:?}: {told:?}");
        assert!(
            matches!(&failed[0].stand, Stand::Failed { kind: found, why } if *found == kind && !why.is_empty()),
            "{operation} {deed:?}: {failed:?}"
        );
        assert!(told.iter().any(|one| one.stand == Stand::NotTried), "{told:?}");
        let lines = Journal::lines_of(&responder.journal).unwrap();
        let written = lines
            .iter()
            .any(|line| matches!(&line.entry, Entry::Failed { kind: found, .. } if *found == kind));
        assert!(written, "{operation} {deed:?}");
        all_taken(&responder.apply(&plan, &[]));
        for keys in [&robbed.stolen, &robbed.federated, &robbed.role, &robbed.backdoor] {
            assert!(!works(keys), "{operation} {deed:?}: {}", keys.id);
        }
    }
}

#[test]
fn a_principal_that_was_deleted_meanwhile_is_told_and_left_out() {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let responder = Responder::new(&aws, &robbed.account.id);
    let plan = responder.plan(&robbed.incident);
    let iam = |action: &str, fields: &[(&str, &str)]| {
        robbed.account.root.query("iam", action, fields).good()
    };
    iam("DeleteUserPolicy", &[("UserName", "backdoor"), ("PolicyName", "own")]);
    iam("DeleteLoginProfile", &[("UserName", "backdoor")]);
    iam("DeleteAccessKey", &[("UserName", "backdoor"), ("AccessKeyId", &robbed.backdoor.id)]);
    iam("DeleteUser", &[("UserName", "backdoor")]);
    let told = responder.apply(&plan, &[]);
    let failed = told.iter().find_map(|one| match &one.stand {
        Stand::Failed { kind, why } => Some((one.step.as_str(), *kind, why.as_str())),
        _ => None,
    });
    let (step, kind, why) = failed.expect("a failure");
    assert_eq!((step, kind), ("deny-user:backdoor", FaultKind::Gone), "{why}");
    assert!(why.contains("backdoor"), "{why}");
}

#[test]
fn a_new_key_whose_secret_was_lost_is_replaced() {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let responder = Responder::new(&aws, &robbed.account.id);
    let plan = responder.plan_for(&robbed.account.arn("user/sam"), Some(&robbed.stolen.id));
    let with = ["restore-access:sam"];
    // The call is made, and its answer never comes.
    robbed.account.proxy.on("CreateAccessKey", [Deed::CutAfter]);
    let told = responder.apply(&plan, &with);
    assert!(told.iter().any(|one| matches!(one.stand, Stand::Failed { .. })), "{told:?}");
    let lost = aws.user("sam").unwrap().unwrap().keys;
    assert_eq!(lost.len(), 2);
    all_taken(&responder.apply(&plan, &with));
    let keys = aws.user("sam").unwrap().unwrap().keys;
    assert_eq!(keys.len(), 2, "not three");
    let secret = std::fs::read_to_string(responder.journal.with_extension("secrets")).unwrap();
    let new = keys.iter().find(|key| key.id != robbed.stolen.id).unwrap();
    assert!(secret.contains(&new.id), "the secret is of the key that is there");
    let journal = std::fs::read_to_string(&responder.journal).unwrap();
    let lines = secret.lines().filter_map(|line| line.split_once('='));
    for (_, value) in lines.filter(|(name, _)| name.contains("secret")) {
        assert!(!journal.contains(value.trim()), "a secret is in the journal");
    }
    responder.undo(&plan, true);
    assert_eq!(aws.user("sam").unwrap().unwrap().keys.len(), 1);
}

#[test]
fn who_would_shut_themselves_out_is_refused() {
    let robbed = robbed();
    let aws = robbed.account.aws();
    let plan = Responder::new(&aws, &robbed.account.id).plan(&robbed.incident);
    let account = robbed.account.id.parse().unwrap();
    let sts = |rest: &str| format!("arn:aws:sts::{}:{rest}", robbed.account.id);
    let oneself = |arn: &str| contain::apply::not_oneself(&plan, arn, account).is_err();
    assert!(oneself(&robbed.account.arn("user/sam")));
    assert!(oneself(&sts("assumed-role/deploy/me")));
    assert!(!oneself(&robbed.account.arn("user/responder")));
    assert!(!oneself(&sts("assumed-role/sam/me")), "a role with the name of a user");
}
