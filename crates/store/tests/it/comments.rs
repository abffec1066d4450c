//! Comments leave a trace, whatever becomes of them.

use store::{LONGEST_COMMENT, Store, nobody};

use crate::sample::{by, judge, judged, minute};
use crate::site::{Site, both};

both!(
    an_edit_keeps_what_was_said,
    a_deletion_takes_what_was_said_and_leaves_that_it_was,
    what_is_no_comment_is_refused,
);

async fn with_incident(site: &Site) -> Store {
    let store = site.open().await;
    store.put(&judge(61), &judged("inc-1"), &nobody).await.expect("put");
    store
}

async fn an_edit_keeps_what_was_said(site: Site) {
    let store = with_incident(&site).await;
    let text = "# Grüße\n\n<script>alert(1)</script> `x`  \r\n";
    let first = store.comment(&by("anna", 70), "inc-1", text).await.expect("a comment");
    assert_eq!((first.number, first.version, first.text.as_str()), (1, 1, text));
    let second = store.edit_comment(&by("bert", 71), 1, 1, "second").await.expect("an edit");
    assert_eq!(
        (second.version, second.text.as_str(), second.actor.as_str()),
        (2, "second", "anna")
    );
    assert_eq!((second.created_at, second.edited_at), (minute(70), Some(minute(71))));
    store.edit_comment(&by("anna", 72), 1, 2, "third").await.expect("an edit");
    let before = store.comment_versions(1).await.expect("what it said");
    let before: Vec<_> =
        before.iter().map(|said| (said.version, said.text.as_str(), said.at)).collect();
    assert_eq!(before, [(1, text, minute(71)), (2, "second", minute(72))]);
    let stale = store.edit_comment(&by("anna", 73), 1, 2, "lost").await.expect_err("a conflict");
    assert_eq!(
        stale.to_string(),
        "comment `1` was changed by somebody else: it is now of version 3, not 2"
    );
    assert_eq!(store.comments("inc-1").await.expect("the comments")[0].text, "third");
}

async fn a_deletion_takes_what_was_said_and_leaves_that_it_was(site: Site) {
    let store = with_incident(&site).await;
    store.comment(&by("anna", 70), "inc-1", "the password is swordfish").await.expect("a comment");
    store.edit_comment(&by("anna", 71), 1, 1, "it was swordfish").await.expect("an edit");
    store.delete_comment(&by("bert", 72), 1, 2).await.expect("a deletion");
    let comment = &store.comments("inc-1").await.expect("the comments")[0];
    assert_eq!((comment.text.as_str(), comment.actor.as_str()), ("", "anna"));
    assert_eq!(
        (comment.deleted_at, comment.deleted_by.as_deref()),
        (Some(minute(72)), Some("bert"))
    );
    assert_eq!(store.comment_versions(1).await.expect("what it said")[0].text, "");
    let mut backup = Vec::new();
    store.backup(&mut backup).await.expect("a backup");
    assert!(!String::from_utf8_lossy(&backup).contains("swordfish"), "it is somewhere still");
    for refused in [
        store.edit_comment(&by("anna", 73), 1, 3, "again").await,
        store.delete_comment(&by("anna", 73), 1, 3).await,
    ] {
        assert_eq!(refused.expect_err("it is gone").to_string(), "comment `1` was deleted");
    }
}

async fn what_is_no_comment_is_refused(site: Site) {
    let store = with_incident(&site).await;
    let long = "x".repeat(LONGEST_COMMENT + 1);
    for (incident, text, told) in [
        ("inc-1", "", "the comment is empty"),
        ("inc-1", " \n", "the comment is empty"),
        ("inc-1", long.as_str(), "the comment is longer than 65536 bytes"),
        ("inc-2", "text", "there is no incident `inc-2`"),
    ] {
        let refused = store.comment(&by("anna", 70), incident, text).await;
        assert_eq!(refused.expect_err("refused").to_string(), told);
    }
    let longest = "x".repeat(LONGEST_COMMENT);
    assert!(store.comment(&by("anna", 70), "inc-1", &longest).await.is_ok());
    let absent = store.edit_comment(&by("anna", 70), 7, 1, "text").await.expect_err("none");
    assert_eq!(absent.to_string(), "there is no comment `7`");
}
