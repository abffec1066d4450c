//! What is old goes, what is open stays.

use store::{Forgotten, Keep, Limit, NotificationFilter, Reason, Role, Sending, Step, nobody};

use crate::raw;
use crate::sample::{by, judge, judged, minute, slack, user};
use crate::scenario::secret;
use crate::site::{Site, both};

both!(closed_incidents_go_with_all_that_hangs_on_them, logs_go_when_they_are_done_with);

async fn closed_incidents_go_with_all_that_hangs_on_them(site: Site) {
    let store = site.open().await;
    for id in ["inc-old", "inc-new", "inc-open"] {
        store.put(&judge(0), &judged(id), &slack).await.expect("put");
        store.comment(&by("anna", 1), id, "text").await.expect("a comment");
        store
            .edit_comment(
                &by("anna", 2),
                store.comments(id).await.expect("it")[0].number,
                1,
                "more",
            )
            .await
            .expect("an edit");
        let step = Step::Judge { verdict: store::VerdictWord::Theft, reason: String::new() };
        store.advance(&by("anna", 3), id, None, &step, &nobody).await.expect("judged");
    }
    for (id, at) in [("inc-old", 10), ("inc-new", 20)] {
        let step = Step::Close { reason: Reason::TheftResolved, note: String::new() };
        store.advance(&by("anna", at), id, None, &step, &nobody).await.expect("closed");
    }
    let keep = Keep { incidents: Some(minute(20)), ..Keep::default() };
    let forgotten = store.forget(&by("root", 30), &keep).await.expect("forgotten");
    assert_eq!(forgotten, Forgotten { incidents: 1, logs: 0, audit: 0 });
    assert_eq!(store.incident("inc-old").await.expect("read"), None);
    for (table, rows) in raw::tables(&site).await {
        // The audit tells that it was there, and that it is gone.
        if table != "audit_entries" {
            let told = format!("{rows:?}");
            assert!(!told.contains("inc-old"), "{table}: {told}");
        }
    }
    for id in ["inc-new", "inc-open"] {
        assert_eq!(store.comments(id).await.expect("the comments").len(), 1);
    }
    assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
    assert_eq!(store.forget(&by("root", 31), &keep).await.expect("nothing"), Forgotten::default());
    // What comes back is a new one.
    let again = store.put(&judge(40), &judged("inc-old"), &nobody).await.expect("put");
    assert_eq!((again.before, again.after.version), (None, 1));
}

async fn logs_go_when_they_are_done_with(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Viewer).await;
    for (id, fate) in [
        ("inc-1", Some(Sending::Sent { thread: None })),
        ("inc-2", Some(Sending::Failed { error: "410".into(), again_at: None })),
        ("inc-3", Some(Sending::Failed { error: "503".into(), again_at: Some(minute(900)) })),
        ("inc-4", None),
    ] {
        store.put(&judge(1), &judged(id), &slack).await.expect("put");
        if let Some(fate) = fate {
            let claimed = store.claim(minute(2), minute(3), 1).await.expect("claimed");
            store.settle(&judge(2), &claimed[0], &fate).await.expect("settled");
        }
    }
    for (number, expires_at) in [(1, minute(50)), (2, minute(900))] {
        store.sign_in(&by("anna", 4), "anna", &secret(number), expires_at).await.expect("in");
    }
    store.add_setup(&by("root", 4), "anna", &secret(3), minute(50)).await.expect("a link");
    let keep = |at: i64| Keep { logs: Some(minute(at)), ..Keep::default() };
    let nothing = store.forget(&by("root", 60), &keep(1)).await.expect("nothing");
    assert_eq!(nothing, Forgotten::default());
    let forgotten = store.forget(&by("root", 60), &keep(51)).await.expect("forgotten");
    assert_eq!(forgotten, Forgotten { incidents: 0, logs: 4, audit: 0 });
    let all = NotificationFilter::default();
    let page = store.notifications(&all, None, Limit::default()).await.expect("the rest");
    let left: Vec<_> = page.items.iter().map(|told| told.incident.as_str()).collect();
    assert_eq!(left, ["inc-4", "inc-3"]);
    assert_eq!(store.sessions("anna", minute(5)).await.expect("the rest").len(), 1);
}
