//! Every sort of no, said by the proxy in the words of each protocol; and nothing made twice.

use std::time::Duration;

use contain::Call;
use contain::account::{Account as _, Fault, FaultKind};
use contain::aws::{Aws, Patience};
use contain::thing::Thing;

use crate::account::Account;
use emulators::Deed;
use emulators::REGION;

/// A call in each protocol.
fn calls() -> [Call; 4] {
    [
        Call::CreateAccessKey { user_name: "sam".into() },
        Call::CreatePolicy { name: "n".into(), description: "d".into(), content: "{}".into() },
        Call::ModifySnapshotAttribute {
            region: REGION.into(),
            snapshot_id: "snap-1".into(),
            add: Vec::new(),
            remove: vec!["all".into()],
        },
        Call::PutFunctionConcurrency {
            region: REGION.into(),
            function_name: "f".into(),
            reserved_concurrent_executions: 0,
        },
    ]
}

#[test]
fn every_refusal_has_its_kind_in_every_protocol() {
    let account = Account::of_ministack();
    let aws = account.aws();
    let table = [
        (403, "AccessDenied", FaultKind::Denied),
        (400, "AccessDeniedException", FaultKind::Denied),
        (403, "UnauthorizedOperation", FaultKind::Denied),
        (404, "NoSuchEntity", FaultKind::Gone),
        (400, "InvalidSnapshot.NotFound", FaultKind::Gone),
        (409, "LimitExceeded", FaultKind::Limit),
        (400, "ConstraintViolationException", FaultKind::Limit),
        (409, "ConcurrentModification", FaultKind::Conflict),
        (409, "EntityAlreadyExists", FaultKind::Conflict),
        (400, "DuplicatePolicyException", FaultKind::Conflict),
        (400, "MalformedPolicyDocument", FaultKind::Invalid),
        (400, "ValidationError", FaultKind::Invalid),
        (418, "Teapot", FaultKind::Other),
        // Whether it was done is not known, and it is not tried again.
        (500, "ServiceFailure", FaultKind::Unanswered),
    ];
    for call in calls() {
        for (status, code, kind) in table {
            let operation = call.operation();
            account.proxy.on(&operation, [Deed::Refuse(status, code)]);
            let fault = aws.perform(&call).unwrap_err();
            assert_eq!(fault.kind, kind, "{fault}");
            assert_eq!(fault.why, format!("{code}: Said by the test (request request-1)"));
            assert!(fault.doing.contains(&operation), "{fault}");
            assert_eq!(account.proxy.operations(), [operation], "one request");
        }
    }
}

#[test]
fn what_came_too_early_is_made_again_eight_times() {
    let account = Account::of_ministack();
    let aws = account.aws();
    for (call, code) in calls().into_iter().zip([
        "Throttling",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
    ]) {
        let operation = call.operation();
        account.proxy.on(&operation, vec![Deed::Refuse(400, code); 8]);
        assert_eq!(aws.perform(&call).unwrap_err().kind, FaultKind::Throttled);
        assert_eq!(account.proxy.operations(), vec![operation; 8]);
    }
}

#[test]
fn a_throttled_call_goes_through_in_the_end() {
    let account = Account::of_ministack();
    account.root.query("iam", "CreateUser", &[("UserName", "sam")]).good();
    let aws = account.aws();
    account.proxy.on("CreateAccessKey", vec![Deed::Refuse(400, "Throttling"); 3]);
    let secret = aws.perform(&Call::CreateAccessKey { user_name: "sam".into() }).unwrap();
    let keys = aws.user("sam").unwrap().unwrap().keys;
    assert_eq!(keys.iter().map(|key| &key.id).collect::<Vec<_>>(), [&secret.unwrap().of]);
}

/// The keys of a user after `CreateAccessKey` met this deed, and the fault.
fn after(deed: Deed) -> (usize, Fault, Vec<String>) {
    let account = Account::of_ministack();
    account.root.query("iam", "CreateUser", &[("UserName", "sam")]).good();
    let mut access = account.access(&account.root);
    access.patience = Patience { answer: Duration::from_millis(300), ..access.patience };
    let aws = Aws::open(&access).unwrap();
    account.proxy.on("CreateAccessKey", [deed]);
    let fault = aws.perform(&Call::CreateAccessKey { user_name: "sam".into() }).unwrap_err();
    let operations = account.proxy.operations();
    assert!(account.proxy.is_done());
    (aws.user("sam").unwrap().unwrap().keys.len(), fault, operations)
}

#[test]
fn an_unanswered_change_is_not_made_twice() {
    let table = [
        (Deed::CutBefore, 0),
        (Deed::CutAfter, 1),
        (Deed::Delay(Duration::from_secs(1)), 1),
        // The answer came, and nobody understands it.
        (Deed::Answer("<html>"), 0),
    ];
    for (deed, keys) in table {
        let (found, fault, operations) = after(deed.clone());
        assert_eq!(fault.kind, FaultKind::Unanswered, "{deed:?}: {fault}");
        assert_eq!(operations, ["CreateAccessKey"], "{deed:?}");
        assert_eq!(found, keys, "{deed:?}");
    }
}

#[test]
fn a_question_without_answer_is_asked_again() {
    let account = Account::of_ministack();
    let aws = account.aws();
    let thing = Thing::LoginProfile { user: "sam".into() };
    let deeds = [Deed::CutBefore, Deed::CutAfter, Deed::Refuse(503, "ServiceUnavailable")];
    account.proxy.on("GetLoginProfile", deeds);
    assert_eq!(aws.read(&thing), Ok(None));
    assert_eq!(account.proxy.operations(), vec!["GetLoginProfile"; 4]);
    account.proxy.on("GetLoginProfile", [Deed::Refuse(403, "AccessDenied")]);
    assert_eq!(aws.read(&thing).unwrap_err().kind, FaultKind::Denied, "not nothing");
}

#[test]
fn a_policy_that_is_gone_is_told() {
    let account = Account::of_ministack();
    let fault = account.aws().perform(&Call::DeletePolicy { name: "n".into() }).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Gone);
    assert_eq!(
        fault.to_string(),
        "organizations:DeletePolicy on n: no service control policy has that name"
    );
    assert_eq!(account.proxy.operations(), ["ListPolicies"]);
}

#[test]
fn nobody_who_answers_is_told() {
    let account = Account::of_ministack();
    let mut access = account.access(&account.root);
    access.endpoint = Some("http://127.0.0.1:9".to_owned());
    let fault = Aws::open(&access).unwrap().caller().unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unanswered, "{fault}");
    access.region = Some("us-iso-east-1".to_owned());
    let fault = Aws::open(&access).unwrap().caller().unwrap_err();
    assert_eq!(fault.kind, FaultKind::Invalid, "{fault}");
}
