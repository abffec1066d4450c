//! Properties that every thing has.

use proptest::prelude::*;

use super::{Identity, State, Thing};

/// One of each, with two states that it may have.
fn things() -> Vec<(Thing, State, State)> {
    let some = |text: &str| Some(text.to_owned());
    let (user, role) = (Identity::User("sam".into()), Identity::Role("deploy".into()));
    let group = Identity::Group("admins".into());
    let region = || "eu-west-1".to_owned();
    let mut all = vec![
        (
            Thing::AccessKey { user: "sam".into(), key: "AKIAIOSFODNN7EXAMPLE".into() },
            some("Active"),
            some("Inactive"),
        ),
        (Thing::LoginProfile { user: "sam".into() }, some("set"), None),
        (Thing::GroupMember { user: "sam".into(), group: "admins".into() }, some("member"), None),
        (Thing::Trust { role: "deploy".into() }, some("{}"), some("{\"a\":1}")),
        (
            Thing::PolicyVersion { policy: "arn:aws:iam::111122223333:policy/p".into() },
            some("v2"),
            some("v1"),
        ),
        (Thing::ControlPolicy { name: "n".into() }, None, some("{}")),
        (Thing::ControlPolicy { name: "n".into() }, some("{}"), some("{\"a\":1}")),
        (
            Thing::ControlPolicyTarget { name: "n".into(), account: "111122223333".into() },
            None,
            some("attached"),
        ),
        (
            Thing::InstanceProfile { region: region(), instance: "i-1".into() },
            some("arn:aws:iam::111122223333:instance-profile/p"),
            None,
        ),
        (
            Thing::Share { region: region(), what: "snap-1".into() },
            some("111122223333 999988887777"),
            some("111122223333"),
        ),
        (Thing::Share { region: region(), what: "ami-1".into() }, some("all"), some("")),
        (Thing::Concurrency { region: region(), function: "f".into() }, None, some("0")),
        (Thing::FunctionUrl { region: region(), function: "f".into() }, some("NONE"), None),
        (Thing::Boundary { of: user.clone() }, None, some("arn:aws:iam::aws:policy/AWSDenyAll")),
        (Thing::Boundary { of: role.clone() }, some("arn:aws:iam::aws:policy/b"), None),
    ];
    for of in [user, role, group] {
        let inline = Thing::InlinePolicy { of: of.clone(), policy: "p".into() };
        all.push((inline, None, some("{}")));
        let attached = Thing::AttachedPolicy { to: of, policy: "arn:aws:iam::aws:policy/x".into() };
        all.push((attached, some("attached"), None));
    }
    all
}

#[test]
fn calls_touch_their_subject_and_nothing_else() {
    for (thing, from, to) in things() {
        for (from, to) in [(&from, &to), (&to, &from)] {
            let calls = thing.calls(from, to).unwrap();
            assert!(!calls.is_empty(), "{thing:?}: nothing leads from {from:?} to {to:?}");
            for call in calls {
                assert_eq!(call.subject(), thing.subject(), "{call:?}");
            }
        }
    }
}

#[test]
fn what_is_as_it_should_be_is_left_alone() {
    for (thing, from, to) in things() {
        assert_eq!(thing.calls(&from, &from), Ok(Vec::new()));
        assert_eq!(thing.calls(&to, &to), Ok(Vec::new()));
    }
}

#[test]
fn a_key_is_never_deleted() {
    let key = Thing::AccessKey { user: "sam".into(), key: "AKIAIOSFODNN7EXAMPLE".into() };
    let active = Some("Active".to_owned());
    let why = key.calls(&active, &None).unwrap_err().to_string();
    assert!(why.ends_with("a key is never deleted"), "{why}");
}

#[test]
fn things_and_calls_survive_their_files() {
    for (thing, from, to) in things() {
        let text = serde_json::to_string(&thing).unwrap();
        assert_eq!(serde_json::from_str::<Thing>(&text).unwrap(), thing, "{text}");
        for call in thing.calls(&from, &to).unwrap() {
            let text = serde_json::to_string(&call).unwrap();
            assert_eq!(serde_json::from_str::<crate::Call>(&text).unwrap(), call, "{text}");
        }
    }
}

proptest! {
    #[test]
    fn shares_lead_where_they_should(from in accounts(), to in accounts()) {
        let thing = Thing::Share { region: "eu-west-1".into(), what: "snap-1".into() };
        let state = |accounts: &std::collections::BTreeSet<String>| {
            Some(accounts.iter().cloned().collect::<Vec<_>>().join(" "))
        };
        let mut now = from.clone();
        for call in thing.calls(&state(&from), &state(&to)).unwrap() {
            let crate::Call::ModifySnapshotAttribute { add, remove, .. } = call else {
                return Err(TestCaseError::fail("another call"));
            };
            now.retain(|account| !remove.contains(account));
            now.extend(add);
        }
        prop_assert_eq!(now, to);
    }
}

fn accounts() -> impl Strategy<Value = std::collections::BTreeSet<String>> {
    proptest::collection::btree_set("[0-9]{12}", 0..5)
}
