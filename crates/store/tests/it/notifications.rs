//! Notifications are sent once, in order, by one sender at a time.

use std::collections::BTreeSet;

use store::{
    Changed, Limit, Notification, NotificationFilter, NotificationState, Outgoing, Sending, Store,
};

use crate::sample::{by, grown, judge, judged, minute, slack};
use crate::site::{Site, both};

both!(
    of_an_incident_and_channel_there_is_one_at_a_time,
    a_lease_keeps_others_away_until_it_runs_out,
    what_failed_is_tried_again_and_what_is_dead_can_be_revived,
    the_same_key_is_written_once,
    senders_at_once_share_what_is_due,
);

fn mail_and_slack(changed: &Changed) -> Vec<Outgoing> {
    let mut outgoing = slack(changed);
    outgoing.extend(
        slack(changed).into_iter().map(|slack| Outgoing { channel: "mail".into(), ..slack }),
    );
    outgoing
}

fn names(claimed: &[Notification]) -> Vec<String> {
    claimed.iter().map(|told| format!("{} {} {}", told.incident, told.channel, told.key)).collect()
}

async fn claim(store: &Store, at: i64) -> Vec<Notification> {
    store.claim(minute(at), minute(at + 5), 100).await.expect("claimed")
}

async fn sent(store: &Store, at: i64, notification: &Notification, thread: Option<&str>) {
    let sending = Sending::Sent { thread: thread.map(str::to_owned) };
    store.settle(&judge(at), notification, &sending).await.expect("settled");
}

async fn of_an_incident_and_channel_there_is_one_at_a_time(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    store.put(&judge(61), &told, &mail_and_slack).await.expect("put");
    store.put(&judge(62), &grown(&told), &mail_and_slack).await.expect("put");
    store.put(&judge(63), &judged("inc-2"), &slack).await.expect("put");
    let first = claim(&store, 70).await;
    assert_eq!(names(&first), ["inc-1 slack v1", "inc-1 mail v1", "inc-2 slack v1"]);
    assert_eq!(names(&claim(&store, 71).await), [""; 0]);
    sent(&store, 72, &first[0], Some("171.1")).await;
    let second = claim(&store, 73).await;
    assert_eq!(names(&second), ["inc-1 slack v2"]);
    // The conversation that was begun is handed on, and kept when the receiver names no other.
    assert_eq!(second[0].thread.as_deref(), Some("171.1"));
    sent(&store, 74, &second[0], None).await;
    let filter = NotificationFilter { state: Some(NotificationState::Sent), ..Default::default() };
    let page = store.notifications(&filter, None, Limit::default()).await.expect("those sent");
    assert_eq!(names(&page.items), ["inc-1 slack v2", "inc-1 slack v1"]);
    assert!(page.items.iter().all(|told| told.thread.as_deref() == Some("171.1")));
    assert_eq!((page.items[0].sent_at, page.items[0].leased_until), (Some(minute(74)), None));
}

async fn a_lease_keeps_others_away_until_it_runs_out(site: Site) {
    let store = site.open().await;
    store.put(&judge(61), &judged("inc-1"), &slack).await.expect("put");
    let first = claim(&store, 70).await;
    assert_eq!(names(&claim(&store, 74).await), [""; 0]);
    let second = claim(&store, 75).await;
    assert_eq!((names(&second), second[0].attempts), (names(&first), 2));
    // The first one wakes up.
    let late = Sending::Sent { thread: None };
    let refused = store.settle(&judge(76), &first[0], &late).await.expect_err("refused");
    assert_eq!(refused.to_string(), "notification `1` is in somebody else's hands by now");
    sent(&store, 77, &second[0], None).await;
    for held in [&first[0], &second[0]] {
        assert!(store.settle(&judge(78), held, &late).await.is_err());
    }
    assert_eq!(names(&claim(&store, 500).await), [""; 0]);
}

async fn what_failed_is_tried_again_and_what_is_dead_can_be_revived(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    store.put(&judge(61), &told, &slack).await.expect("put");
    store.put(&judge(62), &grown(&told), &slack).await.expect("put");
    let first = claim(&store, 70).await;
    let failed = Sending::Failed { error: "503".into(), again_at: Some(minute(90)) };
    store.settle(&judge(71), &first[0], &failed).await.expect("settled");
    // What comes after it waits too.
    assert_eq!(names(&claim(&store, 89).await), [""; 0]);
    let again = claim(&store, 90).await;
    assert_eq!((again[0].attempts, again[0].error.as_deref()), (2, Some("503")));
    let dead = Sending::Failed { error: "410".into(), again_at: None };
    store.settle(&judge(91), &again[0], &dead).await.expect("settled");
    // What is dead holds nothing up.
    let next = claim(&store, 92).await;
    assert_eq!(names(&next), ["inc-1 slack v2"]);
    sent(&store, 93, &next[0], None).await;

    let filter = NotificationFilter { state: Some(NotificationState::Dead), ..Default::default() };
    let page = store.notifications(&filter, None, Limit::default()).await.expect("the dead");
    assert_eq!(names(&page.items), ["inc-1 slack v1"]);
    assert_eq!(page.items[0].error.as_deref(), Some("410"));
    let revived = store.revive(&by("anna", 100), 1).await.expect("due again");
    assert_eq!((revived.state, revived.due_at), (NotificationState::Due, minute(100)));
    let twice = store.revive(&by("anna", 101), 1).await.expect_err("it is not dead");
    assert_eq!(twice.to_string(), "notification `1` is due, not dead");
    assert_eq!(names(&claim(&store, 102).await), ["inc-1 slack v1"]);
}

async fn the_same_key_is_written_once(site: Site) {
    let store = site.open().await;
    let route = |changed: &Changed| {
        let once = |outgoing: Outgoing| Outgoing { key: "opened".into(), ..outgoing };
        let twice = [slack(changed), slack(changed)].into_iter().flatten();
        twice.map(once).collect()
    };
    let told = judged("inc-1");
    store.put(&judge(61), &told, &route).await.expect("put");
    let changed = store.put(&judge(62), &grown(&told), &route).await.expect("put");
    assert_eq!(names(&changed.notifications), ["inc-1 slack opened"]);
}

async fn senders_at_once_share_what_is_due(site: Site) {
    let store = site.open().await;
    for number in 0..24 {
        let id = format!("inc-{number}");
        store.put(&judge(61), &judged(&id), &slack).await.expect("put");
    }
    let senders = (0..6).map(|_| {
        let address = site.address.clone();
        tokio::spawn(async move {
            let store = Store::open(&address).await.expect("open");
            let mut mine = Vec::new();
            loop {
                let claimed = store.claim(minute(70), minute(75), 3).await.expect("claimed");
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.iter().map(|told| told.number));
            }
        })
    });
    let shares = futures::future::join_all(senders).await;
    let all: Vec<u64> = shares.into_iter().flat_map(|share| share.expect("a sender")).collect();
    let different: BTreeSet<u64> = all.iter().copied().collect();
    assert_eq!((all.len(), different.len()), (24, 24));
}
