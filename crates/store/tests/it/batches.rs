//! What a part of the input tells takes effect exactly once.

use store::{Applied, Batch, Hidden, Limit, NotificationFilter, Store, nobody};

use crate::sample::{by, grown, judge, judged, minute, slack};
use crate::site::{Site, both};

both!(
    a_batch_takes_effect_once,
    a_batch_that_does_not_follow_is_refused,
    a_batch_is_written_whole_or_not_at_all,
    sources_do_not_know_one_another,
);

fn batch(after: Option<&str>, position: &str, ids: &[&str]) -> Batch {
    Batch {
        source: "s3://trail".into(),
        after: after.map(str::to_owned),
        position: position.into(),
        incidents: ids.iter().map(|id| judged(id)).collect(),
        hidden: Vec::new(),
    }
}

async fn notifications(store: &Store) -> usize {
    let all = NotificationFilter::default();
    store.notifications(&all, None, Limit::new(500)).await.expect("notifications").items.len()
}

async fn a_batch_takes_effect_once(site: Site) {
    let store = site.open().await;
    assert_eq!(store.position("s3://trail").await.expect("a position"), None);
    let first = batch(None, "1", &["inc-1", "inc-2"]);
    let Applied::Now(changed) = store.apply(&judge(61), &first, &slack).await.expect("applied")
    else {
        panic!("it was not applied before");
    };
    assert_eq!(
        changed.iter().map(|changed| changed.notifications.len()).collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!(store.position("s3://trail").await.expect("a position").as_deref(), Some("1"));

    // The program was killed before it heard, and applies the same again.
    let head = store.audit_head().await.expect("the head");
    assert_eq!(store.apply(&judge(62), &first, &slack).await.expect("applied"), Applied::Before);
    assert_eq!(store.audit_head().await.expect("the head"), head);
    assert_eq!(notifications(&store).await, 2);

    let mut second = batch(Some("1"), "2", &["inc-2"]);
    second.incidents.push(grown(&judged("inc-1")));
    let Applied::Now(changed) = store.apply(&judge(63), &second, &slack).await.expect("applied")
    else {
        panic!("it was not applied before");
    };
    assert_eq!(changed.iter().map(store::Changed::is_change).collect::<Vec<_>>(), [false, true]);
    assert_eq!(notifications(&store).await, 3);
}

async fn a_batch_that_does_not_follow_is_refused(site: Site) {
    let store = site.open().await;
    store.apply(&judge(61), &batch(None, "1", &[]), &nobody).await.expect("applied");
    let gap = "what is to be applied from `s3://trail` does not follow what was applied last: somebody else applies it too";
    for (batch, told) in [
        (batch(None, "2", &["inc-1"]), gap),
        (batch(Some("0"), "2", &["inc-1"]), gap),
        (batch(Some("1"), "1", &["inc-1"]), "the position must be another one after each batch"),
    ] {
        let refused = store.apply(&judge(62), &batch, &nobody).await.expect_err("refused");
        assert_eq!(refused.to_string(), told);
    }
    assert_eq!(store.incident("inc-1").await.expect("read"), None);
    assert_eq!(store.position("s3://trail").await.expect("a position").as_deref(), Some("1"));
}

async fn a_batch_is_written_whole_or_not_at_all(site: Site) {
    let store = site.open().await;
    let good = batch(None, "1", &["inc-1", "inc-2"]);
    let mut no_json = good.clone();
    no_json.incidents[1].document = "{".into();
    let mut no_exception = good.clone();
    no_exception.hidden.push(Hidden { exception: 7, incident: "inc-9".into(), at: minute(1) });
    for (batch, told) in [
        (no_json, "the document of the incident is no JSON"),
        (no_exception, "there is no exception `7`"),
    ] {
        let refused = store.apply(&judge(61), &batch, &slack).await.expect_err("refused");
        assert_eq!(refused.to_string(), told);
        assert_eq!(store.incident("inc-1").await.expect("read"), None);
        assert_eq!(store.position("s3://trail").await.expect("a position"), None);
        assert_eq!(notifications(&store).await, 0);
        assert_eq!(store.audit_head().await.expect("the head").sequence, 0);
    }
    assert!(matches!(store.apply(&judge(61), &good, &slack).await, Ok(Applied::Now(_))));
}

async fn sources_do_not_know_one_another(site: Site) {
    let store = site.open().await;
    store.apply(&judge(61), &batch(None, "1", &["inc-1"]), &nobody).await.expect("applied");
    let other = Batch { source: "sqs://queue".into(), ..batch(None, "1", &["inc-2"]) };
    store.apply(&judge(61), &other, &nobody).await.expect("applied");
    store.comment(&by("anna", 62), "inc-2", "both").await.expect("it is there");
    assert_eq!(store.position("sqs://queue").await.expect("a position").as_deref(), Some("1"));
}
