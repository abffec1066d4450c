//! Incidents: written in place, a version more only where something is different.

use store::{Reason, Severity, Status, Step, nobody};

use crate::sample::{by, grown, judge, judged, minute};
use crate::site::{Site, both};

both!(
    what_is_put_is_there,
    the_same_once_more_changes_nothing,
    a_change_is_a_version_and_keeps_the_one_before,
    a_closed_incident_that_grows_is_opened_again,
    a_closed_incident_that_is_told_otherwise_stays_closed,
    what_is_no_incident_is_refused,
    incidents_that_share_something_are_related,
    a_store_that_is_opened_again_has_everything,
);

async fn what_is_put_is_there(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    let changed = store.put(&judge(61), &told, &nobody).await.expect("put");
    assert_eq!(changed.before, None);
    let (incident, document) = store.document("inc-1").await.expect("read").expect("it is there");
    assert_eq!(incident, changed.after);
    assert_eq!(document, told.document);
    assert_eq!((incident.version, incident.status), (1, Status::Open));
    assert_eq!((incident.title, incident.kind), (told.title, told.kind));
    assert_eq!((incident.severity, incident.alert, incident.score), (Severity::Medium, true, 3840));
    assert_eq!((incident.first_seen, incident.last_seen), (minute(0), minute(60)));
    assert_eq!((incident.created_at, incident.updated_at), (minute(61), minute(61)));
    assert_eq!((incident.reason, incident.closed_at, incident.assignee), (None, None, None));
    assert_eq!(store.incident("inc-2").await.expect("read"), None);
}

async fn the_same_once_more_changes_nothing(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    let first = store.put(&judge(61), &told, &nobody).await.expect("put");
    let head = store.audit_head().await.expect("the head");
    let again = store.put(&judge(62), &told, &nobody).await.expect("put");
    assert!(!again.is_change());
    assert_eq!(again.after, first.after);
    assert_eq!(store.audit_head().await.expect("the head"), head);
    assert_eq!(store.versions("inc-1").await.expect("the versions").len(), 1);
}

async fn a_change_is_a_version_and_keeps_the_one_before(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    store.put(&judge(61), &told, &nobody).await.expect("put");
    store.advance(&by("anna", 70), "inc-1", Some(1), &Step::Start, &nobody).await.expect("start");
    let more = grown(&told);
    let changed = store.put(&judge(120), &more, &nobody).await.expect("put");
    assert_eq!((changed.after.version, changed.after.status), (3, Status::InProgress));
    assert_eq!((changed.after.created_at, changed.after.updated_at), (minute(61), minute(120)));

    let versions = store.versions("inc-1").await.expect("the versions");
    let versions: Vec<_> = versions.iter().map(|version| (version.version, version.at)).collect();
    assert_eq!(versions, [(1, minute(61)), (3, minute(120))]);
    for (version, document) in [
        (0, None),
        (1, Some(&told.document)),
        (2, Some(&told.document)),
        (3, Some(&more.document)),
        (9, Some(&more.document)),
    ] {
        let found = store.document_of("inc-1", version).await.expect("read");
        assert_eq!(found.as_ref(), document, "version {version}");
    }
}

fn close(reason: Reason) -> Step {
    Step::Close { reason, note: String::new() }
}

async fn a_closed_incident_that_grows_is_opened_again(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    store.put(&judge(61), &told, &nobody).await.expect("put");
    let step = close(Reason::RoutineTest);
    store.advance(&by("anna", 70), "inc-1", None, &step, &nobody).await.expect("close");

    let mut more = grown(&told);
    more.severity = Severity::Critical;
    more.addresses.insert("203.0.113.9".to_owned());
    let changed = store.put(&judge(130), &more, &nobody).await.expect("put");
    assert!(changed.reopened);
    assert_eq!((changed.after.status, changed.after.reason), (Status::Open, None));
    assert_eq!((changed.after.closed_at, changed.after.version), (None, 3));
    let comments = store.comments("inc-1").await.expect("the comments");
    let note = "Opened again: it grew after it was closed as routine-test; its last suspicious call was at \
                2026-09-21T16:13:20Z, its severity is critical, its score is 16.0 bits, \
                it has 1 new address.";
    assert_eq!(comments.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>(), [note]);
    assert_eq!(comments[0].actor, "judge");
}

async fn a_closed_incident_that_is_told_otherwise_stays_closed(site: Site) {
    let store = site.open().await;
    let told = judged("inc-1");
    store.put(&judge(61), &told, &nobody).await.expect("put");
    let step = close(Reason::FalsePositive);
    store.advance(&by("anna", 70), "inc-1", None, &step, &nobody).await.expect("close");
    let mut less = told.clone();
    less.score -= 256;
    less.title = "Told in other words".to_owned();
    let changed = store.put(&judge(130), &less, &nobody).await.expect("put");
    assert!(!changed.reopened && changed.is_change());
    assert_eq!(changed.after.status, Status::Closed);
    assert_eq!(changed.after.reason, Some(Reason::FalsePositive));
    assert_eq!(store.comments("inc-1").await.expect("the comments"), []);
}

async fn what_is_no_incident_is_refused(site: Site) {
    let store = site.open().await;
    let mut without_id = judged("inc-1");
    without_id.id.clear();
    let mut no_json = judged("inc-1");
    no_json.document = "{".to_owned();
    let mut control = judged("inc-1");
    control.id = "inc\n1".to_owned();
    for (judged, told) in [
        (without_id, "the id of the incident must be of 1 to 200 bytes without control characters"),
        (control, "the id of the incident must be of 1 to 200 bytes without control characters"),
        (no_json, "the document of the incident is no JSON"),
    ] {
        let error = store.put(&judge(61), &judged, &nobody).await.expect_err("it is refused");
        assert_eq!(error.to_string(), told);
    }
    assert_eq!(store.audit_head().await.expect("the head").sequence, 0);
}

async fn incidents_that_share_something_are_related(site: Site) {
    let store = site.open().await;
    let mut alike = judged("inc-2");
    alike.principals = judged("inc-1").principals;
    let mut near = judged("inc-3");
    near.keys = ["AKIAOTHER".to_owned()].into();
    let mut far = judged("inc-4");
    far.keys.clone_from(&near.keys);
    far.addresses.clear();
    for judged in [judged("inc-1"), near, alike, far] {
        store.put(&judge(61), &judged, &nobody).await.expect("put");
    }
    let related = store.related("inc-1", 10).await.expect("related");
    let related: Vec<_> = related
        .iter()
        .map(|related| {
            let shared = related.shared.iter().map(|(kind, _)| kind.word()).collect::<Vec<_>>();
            (related.incident.id.as_str(), shared)
        })
        .collect();
    assert_eq!(
        related,
        [
            ("inc-2", vec!["account", "address", "key", "principal"]),
            ("inc-3", vec!["account", "address"]),
        ]
    );
    assert_eq!(store.related("inc-1", 1).await.expect("related").len(), 1);
}

async fn a_store_that_is_opened_again_has_everything(site: Site) {
    let store = site.open().await;
    store.put(&judge(61), &judged("inc-1"), &nobody).await.expect("put");
    let head = store.audit_head().await.expect("the head");
    store.close().await;
    let store = site.open().await;
    store.check().await.expect("it answers");
    assert_eq!(store.incident("inc-1").await.expect("read").map(|found| found.version), Some(1));
    assert_eq!(store.audit_head().await.expect("the head"), head);
}
