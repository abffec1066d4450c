//! A day with everything in it: each way to change something is gone once, at least.

use store::{
    Batch, ExceptionText, Hidden, Keep, Limit, NotificationFilter, Reason, Role, Secret, Sending,
    Step, Store, TokenText, UserText, VerdictWord, nobody,
};

use crate::sample::{by, grown, judge, judged, minute, slack, user};

/// The secret of that number.
pub(super) fn secret(number: u8) -> Secret {
    Secret::new([number; 32])
}

/// Does everything once.
pub(super) async fn play(store: &Store) {
    people(store).await;
    incidents(store).await;
    notifications(store).await;
    rest(store).await;
    forget(store).await;
}

async fn people(store: &Store) {
    user(store, "anna", Role::Administrator).await;
    let bert = user(store, "bert", Role::Viewer).await;
    let root = by("root", 1);
    store.add_setup(&root, "anna", &secret(1), minute(600)).await.expect("a link");
    store.use_setup(&secret(1), minute(2), "$argon2id$1").await.expect("a password");
    store.fail_sign_in(&by("anna", 3), "anna", |_| None).await.expect("a failure");
    store.sign_in(&by("anna", 4), "anna", &secret(2), minute(900)).await.expect("a session");
    store.sign_in(&by("anna", 5), "anna", &secret(3), minute(900)).await.expect("a session");
    store.revoke_sessions(&by("anna", 6), "anna").await.expect("no session");
    store.sign_in(&by("anna", 7), "anna", &secret(4), minute(90_000)).await.expect("a session");
    let text = UserText {
        display: "Bert".into(),
        role: Role::Analyst,
        subject: Some("https://id.example|42".into()),
        disabled: false,
    };
    store.change_user(&by("anna", 8), "bert", bert.version, &text).await.expect("a change");
    let text = TokenText { scopes: vec!["incidents:read".into()], expires_at: minute(9000) };
    store.add_token(&by("anna", 9), "ci", &secret(5), &text).await.expect("a token");
    store.add_token(&by("anna", 9), "old", &secret(6), &text).await.expect("a token");
    store.revoke_token(&by("anna", 10), "old").await.expect("no token");
    store.save_view(&by("bert", 11), "bert", "Mine", "assignee=bert").await.expect("a view");
    store.save_view(&by("bert", 12), "bert", "Gone", "").await.expect("a view");
    store.add_setup(&by("anna", 13), "bert", &secret(7), minute(9000)).await.expect("a link");
    store.delete_view(&by("bert", 13), "bert", "Gone").await.expect("no view");
}

async fn incidents(store: &Store) {
    let text = ExceptionText {
        expression: "principal == \"ci\"".into(),
        reason: "announced".into(),
        owner: "anna".into(),
        expires_at: minute(9000),
    };
    let exception = store.add_exception(&by("anna", 20), &text).await.expect("an exception");
    let batch = Batch {
        source: "s3://trail".into(),
        after: None,
        position: "1".into(),
        incidents: vec![judged("inc-1"), judged("inc-2"), judged("inc-3")],
        hidden: vec![Hidden { exception: 1, incident: "inc-9".into(), at: minute(21) }],
    };
    store.apply(&judge(61), &batch, &slack).await.expect("a batch");
    let text = ExceptionText { reason: "announced twice".into(), ..text };
    let changed = store
        .change_exception(&by("anna", 62), exception.number, exception.version, &text)
        .await
        .expect("a change");
    store.end_exception(&by("anna", 63), changed.number, changed.version).await.expect("an end");

    let note = |text: &str| text.to_owned();
    for (minutes, id, step) in [
        (70, "inc-1", Step::Assign(Some("bert".into()))),
        (71, "inc-1", Step::Start),
        (72, "inc-1", Step::Judge { verdict: VerdictWord::Theft, reason: String::new() }),
        (73, "inc-1", Step::Close { reason: Reason::TheftResolved, note: note("Key is off.") }),
        (74, "inc-2", Step::Close { reason: Reason::RoutineTest, note: String::new() }),
        (75, "inc-2", Step::Reopen { note: note("It was no test.") }),
        (76, "inc-3", Step::Close { reason: Reason::FalsePositive, note: String::new() }),
    ] {
        store.advance(&by("bert", minutes), id, None, &step, &slack).await.expect("a step");
    }
    let comment = store.comment(&by("bert", 80), "inc-2", "Loking").await.expect("a comment");
    store.edit_comment(&by("bert", 81), comment.number, 1, "Looking").await.expect("an edit");
    store.delete_comment(&by("anna", 82), comment.number, 2).await.expect("a deletion");
    store.put(&judge(130), &grown(&judged("inc-1")), &slack).await.expect("it grows");
    store.put(&judge(131), &grown(&judged("inc-2")), &nobody).await.expect("it grows");
}

async fn notifications(store: &Store) {
    let sender = judge(140);
    let claimed = store.claim(sender.at, minute(150), 10).await.expect("claimed");
    let fates = [
        Sending::Sent { thread: Some("171.1".into()) },
        Sending::Failed { error: "503".into(), again_at: Some(minute(200)) },
        Sending::Failed { error: "410".into(), again_at: None },
    ];
    assert_eq!(claimed.len(), fates.len());
    for (notification, sending) in claimed.iter().zip(&fates) {
        store.settle(&sender, notification, sending).await.expect("settled");
    }
    let dead = NotificationFilter {
        state: Some(store::NotificationState::Dead),
        ..NotificationFilter::default()
    };
    let dead = store.notifications(&dead, None, Limit::default()).await.expect("the dead");
    store.revive(&by("anna", 141), dead.items[0].number).await.expect("due again");
    for notification in store.claim(minute(300), minute(310), 1).await.expect("claimed") {
        let sending = Sending::Sent { thread: None };
        store.settle(&judge(301), &notification, &sending).await.expect("settled");
    }
}

async fn rest(store: &Store) {
    store.set(&by("anna", 310), "announced-tests", 0, "[]").await.expect("a setting");
    store.set(&by("anna", 311), "announced-tests", 1, "[1]").await.expect("a setting");
}

async fn forget(store: &Store) {
    let keep =
        Keep { incidents: Some(minute(77)), logs: Some(minute(145)), audit: Some(minute(8)) };
    let forgotten = store.forget(&by("anna", 400), &keep).await.expect("forgotten");
    assert_eq!((forgotten.incidents, forgotten.audit > 3, forgotten.logs > 2), (1, true, true));
}
