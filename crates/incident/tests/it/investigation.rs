//! The investigation: what the questions, the rings and the resolution say of a theft.

use cloudtrail::Time;
use iam::Authorization;
use incident::investigation::{Case, Changed, Found, How, Investigation, Standing};
use incident::{Incident, Input, Shown, Tracker};
use serde_json::json;

use crate::callers::alice;
use crate::court::Court;
use crate::script::{HOSTER, KALI, STRANGER_ACCOUNT, Script};

const SEEN: Shown = Shown { objects: true, other_data: true, sign_ins: true, health: true };

/// The only incident of a script, told at the end of its events.
fn incident_of(script: &Script, shown: Shown, authorization: Option<&Authorization>) -> Incident {
    let events = script.events();
    let last = events.last().map(|event| event.time);
    let court = Court::default();
    let (_, outputs) = court.judge(&events);
    let mut tracker = Tracker::new(court.settings);
    outputs.told.into_iter().for_each(|told| tracker.hear(told));
    let input = Input { last, shown, authorization, ..Input::default() };
    let mut incidents = tracker.incidents(&input);
    assert_eq!(incidents.len(), 1, "{incidents:?}");
    let incident = incidents.remove(0);
    for event in incident.investigation.event_ids() {
        assert!(events.iter().any(|known| known.id == *event), "{event} is not in the input");
    }
    incident
}

fn investigated(script: &Script) -> Investigation {
    incident_of(script, SEEN, None).investigation
}

fn answer<'i>(investigation: &'i Investigation, id: &str) -> (Found, &'i str) {
    let question = investigation.questions.iter().find(|question| question.id == id);
    let question = question.unwrap_or_else(|| panic!("no question {id}"));
    (question.found, &question.answer)
}

/// Alice's key in a stranger's hands.
fn stolen() -> Script {
    alice().quiet(20).from(HOSTER).with(KALI).calls_all(["iam:ListUsers", "iam:ListRoles"])
}

/// A user with a key and all rights.
fn with_back_door() -> Script {
    stolen()
        .asks("iam:CreateUser", json!({ "userName": "helper" }))
        .answered(json!({ "user": { "userName": "helper", "arn": "arn:aws:iam::111122223333:user/helper" } }))
        .asks("iam:CreateAccessKey", json!({ "userName": "helper" }))
        .answered(json!({ "accessKey": { "userName": "helper", "accessKeyId": "AKIAHELPERHELPERHELP" } }))
        .asks(
            "iam:AttachUserPolicy",
            json!({ "userName": "helper", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess" }),
        )
}

fn change<'i>(investigation: &'i Investigation, kind: &str) -> &'i Changed {
    let found = investigation.radius.changed.iter().find(|one| one.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind} in {:#?}", investigation.radius.changed))
}

#[test]
fn what_was_left_behind_is_found_and_stands() {
    let investigation = investigated(&with_back_door());
    for (kind, name, detail) in [
        ("user", "arn:aws:iam::111122223333:user/helper", ""),
        ("access-key", "AKIAHELPERHELPERHELP", "of helper"),
        ("policy", "helper", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ] {
        let one = change(&investigation, kind);
        assert_eq!((one.name.as_str(), one.detail.as_str()), (name, detail));
        assert!(one.way_in, "{one:?}");
        assert_eq!(one.account_id.map(|id| id.to_string()).as_deref(), Some("111122223333"));
    }
    assert_eq!(change(&investigation, "user").standing, Standing::Stands);
    assert_eq!(change(&investigation, "policy").how, How::Empowered);
    for id in ["persistence", "users-and-keys", "policies"] {
        assert_eq!(answer(&investigation, id).0, Found::Yes, "{id}");
    }
    assert_eq!(answer(&investigation, "given-away").0, Found::No);
    assert!(answer(&investigation, "priority").1.starts_with("P1"));
}

#[test]
fn what_its_owner_cleaned_up_is_gone() {
    let script = with_back_door();
    let owner = alice().wait_days(21);
    let owner = owner
        .asks(
            "iam:DeleteAccessKey",
            json!({ "accessKeyId": "AKIAHELPERHELPERHELP", "userName": "helper" }),
        )
        .asks("iam:DeleteUser", json!({ "userName": "helper" }))
        .asks(
            "iam:UpdateAccessKey",
            json!({ "accessKeyId": "AKIAAAAAAAAAAAAALICE", "status": "Inactive" }),
        );
    let investigation = investigated(&script.and(&owner));
    for kind in ["user", "access-key"] {
        let one = change(&investigation, kind);
        assert_eq!((one.standing, one.event_ids.len()), (Standing::Gone, 2), "{one:?}");
    }
    let (found, text) = answer(&investigation, "still-active");
    assert_eq!(found, Found::No, "{text}");
    assert!(text.contains("was switched off or deleted"), "{text}");
}

/// The last call was answered with a session that works until a moment.
fn session(script: Script, until: &str) -> Script {
    script.answered(json!({
        "credentials": { "accessKeyId": "ASIAFEDERATEDFEDERAT", "expiration": until },
        "federatedUser": { "arn": "arn:aws:sts::111122223333:federated-user/system" },
    }))
}

#[test]
fn federation_sessions_are_told_with_their_end() {
    let asks = || stolen().asks("sts:GetFederationToken", json!({ "name": "system" }));
    // The twenty quiet days end on 2026-03-22.
    let live = investigated(&session(asks(), "Mar 23, 2026, 10:00:00 PM"));
    let one = &live.radius.sessions[0];
    assert_eq!((one.kind.as_str(), one.end_is_told), ("federation-token", true));
    assert_eq!(one.ends, "2026-03-23T22:00:00Z".parse::<Time>().unwrap());
    assert_eq!(one.standing, Standing::Stands);
    assert!(one.stopped_by.contains("user"), "{}", one.stopped_by);
    let (found, text) = answer(&live, "live-sessions");
    assert!(found == Found::Yes && text.contains("2026-03-23T22:00:00Z"), "{text}");
    // Once it has run out, it is no way back in.
    let later = alice().wait_days(25).calls("s3:ListBuckets");
    let over = investigated(&session(asks(), "Mar 23, 2026, 10:00:00 PM").and(&later));
    assert_eq!(over.radius.sessions[0].standing, Standing::Gone);
    assert_eq!(answer(&over, "live-sessions").0, Found::No);
    // Without an end in the record it is the longest that AWS allows.
    let silent = investigated(&asks().answered(json!({
        "credentials": { "accessKeyId": "ASIAFEDERATEDFEDERAT" },
        "federatedUser": { "arn": "arn:aws:sts::111122223333:federated-user/system" },
    })));
    let one = &silent.radius.sessions[0];
    assert!(!one.end_is_told);
    assert_eq!(one.ends, one.begun.plus_hours(36));
}

#[test]
fn what_was_modified_is_told_with_its_versions() {
    let object = |script: Script, action, key| {
        script
            .asks(action, json!({ "bucketName": "data", "key": key }))
            .edit("eventCategory", json!("Data"))
            .edit("managementEvent", json!(false))
    };
    let script = object(stolen(), "s3:GetObject", "a");
    let script = object(script, "s3:PutObject", "b").answered(json!({ "x-amz-version-id": "v2" }));
    let script = object(script, "s3:DeleteObject", "c")
        .answered(json!({ "x-amz-version-id": "m1", "x-amz-delete-marker": "true" }));
    let script = script.asks("cloudtrail:StopLogging", json!({ "name": "main" }));
    let resolution = investigated(&script).resolution;
    assert_eq!(resolution.case, Case::ReadAndWrite);
    assert_eq!(resolution.from, "events");
    let told: Vec<_> = (resolution.modified.iter())
        .map(|one| (one.name.as_str(), one.how, one.version.as_deref(), one.delete_marker))
        .collect();
    assert_eq!(
        told,
        [
            ("s3://data/b", How::Changed, Some("v2"), false),
            ("s3://data/c", How::Deleted, Some("m1"), true),
            ("main", How::SwitchedOff, None, false),
        ]
    );
    assert!(resolution.modified[1].restore.contains("delete marker"));
}

#[test]
fn what_was_given_away_and_to_whom() {
    let script = stolen()
        .asks("ec2:CreateSnapshot", json!({ "volumeId": "vol-1" }))
        .answered(json!({ "snapshotId": "snap-1", "volumeId": "vol-1" }))
        .asks(
            "ec2:ModifySnapshotAttribute",
            json!({
                "snapshotId": "snap-1",
                "createVolumePermission": { "add": { "items": [{ "userId": STRANGER_ACCOUNT }] } },
            }),
        );
    let investigation = investigated(&script);
    let shared: Vec<_> =
        investigation.radius.changed.iter().filter(|one| one.how == How::Shared).collect();
    assert_eq!(shared.len(), 1);
    assert_eq!((shared[0].name.as_str(), shared[0].kind.as_str()), ("snap-1", "snapshot"));
    assert_eq!(shared[0].detail, format!("given to {STRANGER_ACCOUNT}"));
    assert_eq!(answer(&investigation, "given-away").0, Found::Yes);
    assert_eq!(answer(&investigation, "sensitive-data").0, Found::Yes);
    let touched: Vec<_> =
        investigation.radius.touched.iter().map(|one| one.name.as_str()).collect();
    // The disk was used, the snapshot made, and whoever was given it is named by the record, too.
    assert_eq!(touched, ["vol-1", STRANGER_ACCOUNT]);
}

#[test]
fn what_the_input_cannot_tell_is_unknown_because() {
    let investigation = incident_of(&stolen(), Shown::default(), None).investigation;
    for (id, because) in [
        ("permissions", "no policies were given"),
        ("sensitive-data", "no data events"),
        ("objects", "no S3 data events"),
        ("sign-ins", "no sign-in events"),
        ("how-it-got-out", "does not show how"),
    ] {
        let (found, text) = answer(&investigation, id);
        assert_eq!(found, Found::Unknown, "{id}: {text}");
        assert!(text.starts_with("unknown, because") && text.contains(because), "{id}: {text}");
    }
    assert_eq!(investigation.resolution.case, Case::Unknown);
}

#[test]
fn tried_against_succeeded() {
    let script = stolen().refused("iam:CreateUser").refused("iam:CreateUser");
    let investigation = investigated(&script.calls("iam:ListUsers"));
    let row = |action: &str| {
        let row = investigation.tried.iter().find(|row| row.action == action).unwrap();
        (row.tried, row.succeeded, row.denied, row.event_ids.len())
    };
    assert_eq!(row("iam:CreateUser"), (2, 0, 2, 2));
    assert_eq!(row("iam:ListUsers"), (2, 2, 0, 2));
    assert_eq!(answer(&investigation, "refused").0, Found::Told);
}

#[test]
fn what_is_reachable_follows_from_the_policies() {
    let account = json!({
        "UserDetailList": [{
            "UserName": "alice", "Arn": "arn:aws:iam::111122223333:user/alice",
            "UserPolicyList": [{ "PolicyName": "own", "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": { "Effect": "Allow", "Action": ["s3:Get*", "sqs:SendMessage"], "Resource": "*" },
            } }],
        }],
    });
    let mut authorization = Authorization::default();
    authorization.read(&account.to_string());
    let investigation = incident_of(&stolen(), SEEN, Some(&authorization)).investigation;
    let reachable = &investigation.radius.reachable;
    assert!(reachable.known, "{}", reachable.why);
    let one = &reachable.identities[0];
    assert_eq!(
        (one.principal.as_str(), one.everything),
        ("arn:aws:iam::111122223333:user/alice", false)
    );
    let services: Vec<&str> = one.services.iter().map(|service| service.service.as_str()).collect();
    assert_eq!(services, ["s3", "sqs"]);
    assert!(one.services[0].read.allowed > 20 && one.services[0].write.allowed == 0);
    let (found, text) = answer(&investigation, "permissions");
    assert!(found == Found::Told && text.contains("no administrator"), "{text}");
    assert_eq!(investigation.resolution.from, "policies");
    assert_eq!(investigation.resolution.case, Case::ReadAndWrite);

    let mut other = Authorization::default();
    other.read(&account.to_string().replace("alice", "bob"));
    let unknown = incident_of(&stolen(), SEEN, Some(&other)).investigation;
    assert!(!unknown.radius.reachable.known);
    assert_eq!(answer(&unknown, "permissions").0, Found::Unknown);
}

#[test]
fn whoever_makes_sessions_in_a_loop_does_not_hide_the_user_among_them() {
    let looped = (0..300).fold(stolen(), |script, number| {
        let script = script.asks("sts:AssumeRole", json!({ "roleArn": "arn:aws:iam::111122223333:role/r" }));
        script.answered(json!({
            "credentials": { "accessKeyId": format!("ASIA{number:016}") },
            "assumedRoleUser": { "arn": format!("arn:aws:sts::111122223333:assumed-role/r/{number}") },
        }))
    });
    let looped = (0..2_000).fold(looped, |script, _| script.calls("iam:ListUsers"));
    let script = looped.asks("iam:CreateUser", json!({ "userName": "helper" })).answered(
        json!({ "user": { "userName": "helper", "arn": "arn:aws:iam::111122223333:user/helper" } }),
    );
    let incident = incident_of(&script, SEEN, None);
    let user = change(&incident.investigation, "user");
    assert_eq!(user.name, "arn:aws:iam::111122223333:user/helper");
    assert!(incident.further_events > 0 && incident.timeline.len() <= 3_000);
}
