//! Whatever is done to the audit past the store is found, and the first entry that is wrong is named.

use store::{Head, Keep, Store};

use crate::sample::{by, minute};
use crate::site::{Site, both};

both!(
    an_audit_that_nobody_touched_is_whole,
    what_was_altered_taken_out_or_added_is_named,
    a_chain_that_was_made_anew_does_not_lead_to_the_head_that_was_kept,
    what_was_forgotten_by_order_is_told_from_what_was_cut_off,
);

async fn write(store: &Store, from: i64, count: i64) {
    for number in from..from + count {
        let name = format!("setting-{number}");
        store.set(&by("anna", number), &name, 0, "{}").await.expect("set");
    }
}

async fn an_audit_that_nobody_touched_is_whole(site: Site) {
    let store = site.open().await;
    let empty = store.verify_audit(None).await.expect("verify");
    assert_eq!((empty.entries, empty.broken), (0, None));
    write(&store, 0, 3).await;
    let first = store.audit_head().await.expect("the head");
    write(&store, 3, 3).await;
    let chain = store.verify_audit(Some(&first)).await.expect("verify");
    assert_eq!((chain.entries, chain.broken.as_ref()), (6, None));
    assert_eq!(chain.head, store.audit_head().await.expect("the head"));
    let again = store.verify_audit(Some(&chain.head)).await.expect("verify");
    assert_eq!(again, chain);
}

async fn what_was_altered_taken_out_or_added_is_named(site: Site) {
    let altered = "is not what was written, or the entry before it is not";
    let end = "does not lead to the end that was written down: entries were cut off or added";
    for (statement, sequence, why) in [
        ("UPDATE audit_entries SET at = at + 1 WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET actor_kind = 'program' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET actor = 'bert' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET action = 'user.add' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET target_kind = 'user' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET target = 'x' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET before_digest = '' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET after_digest = NULL WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET detail = detail || ' ' WHERE sequence = 3", 3, altered),
        ("UPDATE audit_entries SET hash = 'x' WHERE sequence = 3", 3, altered),
        // A border between two fields that moves.
        (
            "UPDATE audit_entries SET actor = 'anna' || action, action = '' WHERE sequence = 3",
            3,
            altered,
        ),
        ("DELETE FROM audit_entries WHERE sequence = 3", 3, "is not there"),
        ("DELETE FROM audit_entries WHERE sequence <= 2", 1, "is not there"),
        ("DELETE FROM audit_entries WHERE sequence = 6", 6, end),
        ("DELETE FROM audit_entries", 1, end),
        ("UPDATE audit_entries SET sequence = 7 WHERE sequence = 6", 6, "is not there"),
        ("UPDATE audit_entries SET sequence = -3 WHERE sequence = 3", 1, "cannot be read"),
        ("UPDATE audit_entries SET actor_kind = 'x' WHERE sequence = 3", 3, "cannot be read"),
        (
            "INSERT INTO audit_entries SELECT 7, at, actor_kind, actor, action, target_kind, target, before_digest, \
             after_digest, detail, hash FROM audit_entries WHERE sequence = 6",
            7,
            altered,
        ),
        ("UPDATE audit_head SET sequence = 5", 5, end),
        ("UPDATE audit_head SET hash = 'x'", 6, end),
    ] {
        let site = site.another();
        let store = site.open().await;
        write(&store, 0, 6).await;
        site.tamper(statement).await;
        let chain = store.verify_audit(None).await.expect("verify");
        let broken = chain.broken.unwrap_or_else(|| panic!("nothing is found after: {statement}"));
        assert_eq!((broken.sequence, broken.why.as_str()), (sequence, why), "{statement}");
        store.close().await;
    }
}

async fn a_chain_that_was_made_anew_does_not_lead_to_the_head_that_was_kept(site: Site) {
    let store = site.open().await;
    write(&store, 0, 6).await;
    let kept = store.audit_head().await.expect("the head");
    // The end is cut off, and so is what says where it was.
    let statement = "DELETE FROM audit_entries WHERE sequence > 4; \
                     UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit_entries WHERE sequence = 4)";
    site.tamper(statement).await;
    assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
    let broken =
        store.verify_audit(Some(&kept)).await.expect("verify").broken.expect("it is found");
    assert_eq!(broken.sequence, 5);
    assert_eq!(broken.why, "is not there, and a later one was kept: the end was cut off");
    // And others are written in its place.
    write(&store, 10, 3).await;
    assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
    let broken =
        store.verify_audit(Some(&kept)).await.expect("verify").broken.expect("it is found");
    assert_eq!((broken.sequence, broken.why.as_str()), (6, "is not the one whose hash was kept"));
}

async fn what_was_forgotten_by_order_is_told_from_what_was_cut_off(site: Site) {
    let store = site.open().await;
    write(&store, 0, 6).await;
    let kept: Head = store.audit_head().await.expect("the head");
    let keep = Keep { audit: Some(minute(3)), ..Keep::default() };
    let forgotten = store.forget(&by("anna", 50), &keep).await.expect("forget");
    assert_eq!(forgotten.audit, 3);
    let chain = store.verify_audit(Some(&kept)).await.expect("verify");
    assert_eq!((chain.entries, chain.forgotten, chain.broken), (4, 3, None));
    // Nothing is old enough: nothing is done.
    let head = store.audit_head().await.expect("the head");
    assert_eq!(store.forget(&by("anna", 51), &keep).await.expect("forget").audit, 0);
    assert_eq!(store.audit_head().await.expect("the head"), head);
    // All of it: the entry that says so remains.
    let keep = Keep { audit: Some(minute(60)), ..Keep::default() };
    assert_eq!(store.forget(&by("anna", 70), &keep).await.expect("forget").audit, 4);
    let chain = store.verify_audit(None).await.expect("verify");
    assert_eq!((chain.entries, chain.forgotten, chain.broken), (1, 7, None));

    // Whoever cuts the beginning off and says that it was forgotten needs an entry that says so.
    write(&store, 80, 3).await;
    let statement = "UPDATE audit_head SET forgotten_sequence = 9, \
                     forgotten_hash = (SELECT hash FROM audit_entries WHERE sequence = 9); \
                     DELETE FROM audit_entries WHERE sequence <= 9";
    site.tamper(statement).await;
    let broken = store.verify_audit(None).await.expect("verify").broken.expect("it is found");
    assert_eq!(broken.sequence, 9);
    assert_eq!(broken.why, "is missing, and no entry says that it was forgotten by order");
}
