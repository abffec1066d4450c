//! Exceptions expire, and tell what they hid.

use store::{Batch, ExceptionText, Hidden, nobody};

use crate::sample::{by, judge, minute};
use crate::site::{Site, both};

both!(
    an_exception_is_in_force_until_it_expires_or_is_ended,
    what_an_exception_hid_is_counted_by_incident,
    an_exception_without_reason_owner_or_expiry_is_refused,
);

fn text() -> ExceptionText {
    ExceptionText {
        expression: r#"principal.endsWith("/ci")"#.into(),
        reason: "moved to another runner".into(),
        owner: "anna".into(),
        expires_at: minute(100),
    }
}

async fn an_exception_is_in_force_until_it_expires_or_is_ended(site: Site) {
    let store = site.open().await;
    let made = store.add_exception(&by("anna", 10), &text()).await.expect("an exception");
    assert_eq!((made.number, made.version, made.hidden, made.last_hidden_at), (1, 1, 0, None));
    assert!(made.is_in_force(minute(99)) && !made.is_in_force(minute(100)));
    let longer = ExceptionText { expires_at: minute(200), ..text() };
    let stale = store.change_exception(&by("anna", 11), 1, 7, &longer).await.expect_err("stale");
    assert_eq!(
        stale.to_string(),
        "exception `1` was changed by somebody else: it is now of version 1, not 7"
    );
    let changed = store.change_exception(&by("anna", 12), 1, 1, &longer).await.expect("changed");
    assert!(changed.version == 2 && changed.is_in_force(minute(199)));
    let ended = store.end_exception(&by("bert", 50), 1, 2).await.expect("ended");
    assert!(ended.is_in_force(minute(49)) && !ended.is_in_force(minute(50)));
    let over = store.end_exception(&by("bert", 51), 1, 3).await.expect_err("ended before");
    assert_eq!(over.to_string(), "exception `1` was ended");
    assert_eq!(store.exceptions().await.expect("all of them"), [ended]);
}

async fn what_an_exception_hid_is_counted_by_incident(site: Site) {
    let store = site.open().await;
    store.add_exception(&by("anna", 10), &text()).await.expect("an exception");
    store.add_exception(&by("anna", 10), &text()).await.expect("an exception");
    let hidden = |exception, incident: &str, at| Hidden {
        exception,
        incident: incident.to_owned(),
        at: minute(at),
    };
    let batches = [
        vec![hidden(1, "inc-1", 20), hidden(1, "inc-2", 21), hidden(2, "inc-1", 20)],
        // It grows, and an older part of it comes late.
        vec![hidden(1, "inc-1", 40), hidden(1, "inc-2", 5)],
    ];
    let mut after = None;
    for (number, hidden) in batches.into_iter().enumerate() {
        let position = number.to_string();
        let source = "s3://trail".to_owned();
        let batch =
            Batch { source, after, position: position.clone(), incidents: Vec::new(), hidden };
        store.apply(&judge(60), &batch, &nobody).await.expect("applied");
        after = Some(position);
    }
    let told: Vec<_> = store
        .exceptions()
        .await
        .expect("all of them")
        .iter()
        .map(|exception| (exception.hidden, exception.last_hidden_at))
        .collect();
    assert_eq!(told, [(2, Some(minute(40))), (1, Some(minute(20)))]);
    let first = store.hidden_by(1).await.expect("what it hid");
    assert_eq!(first, [hidden(1, "inc-1", 40), hidden(1, "inc-2", 21)]);
}

async fn an_exception_without_reason_owner_or_expiry_is_refused(site: Site) {
    let store = site.open().await;
    for (text, told) in [
        (
            ExceptionText { expression: " ".into(), ..text() },
            "the expression of the exception is empty",
        ),
        (ExceptionText { reason: String::new(), ..text() }, "the reason of the exception is empty"),
        (ExceptionText { owner: String::new(), ..text() }, "the owner of the exception is empty"),
        (
            ExceptionText { expires_at: minute(10), ..text() },
            "the expiry of the exception is in the past",
        ),
    ] {
        let refused = store.add_exception(&by("anna", 10), &text).await.expect_err("refused");
        assert_eq!(refused.to_string(), told);
    }
    assert_eq!(store.exceptions().await.expect("none"), []);
}
