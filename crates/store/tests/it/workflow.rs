//! What people may do with an incident, and when.

use store::{Reason, Role, Status, Step, Store, VerdictWord, nobody};

use crate::sample::{by, grown, judge, judged, minute, slack, user};
use crate::site::{Site, both};

both!(
    steps_lead_from_status_to_status,
    a_step_for_an_earlier_version_is_a_conflict,
    notes_become_comments,
    incidents_are_given_to_users_who_may_sign_in,
    verdicts_are_all_kept_and_the_last_counts,
    a_step_and_its_notifications_are_one,
);

fn close(reason: Reason, note: &str) -> Step {
    Step::Close { reason, note: note.to_owned() }
}

fn reopen() -> Step {
    Step::Reopen { note: String::new() }
}

async fn with_incident(site: &Site) -> Store {
    let store = site.open().await;
    store.put(&judge(61), &judged("inc-1"), &nobody).await.expect("put");
    store
}

async fn steps_lead_from_status_to_status(site: Site) {
    let store = with_incident(&site).await;
    let other = "the note must say why the incident is closed, if for another reason";
    for (number, (step, expected)) in [
        (reopen(), Err("incident `inc-1` is open and cannot be opened again")),
        (close(Reason::Other, " "), Err(other)),
        (close(Reason::Other, "Moved to another team"), Ok((Status::Closed, Some(Reason::Other)))),
        (Step::Start, Err("incident `inc-1` is closed and cannot be taken up")),
        (close(Reason::TheftResolved, ""), Err("incident `inc-1` is closed and cannot be closed")),
        (reopen(), Ok((Status::Open, None))),
        (Step::Start, Ok((Status::InProgress, None))),
        (Step::Start, Err("incident `inc-1` is in-progress and cannot be taken up")),
        (
            close(Reason::NotEnoughInformation, ""),
            Ok((Status::Closed, Some(Reason::NotEnoughInformation))),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let at = 70 + number as i64;
        let before = store.incident("inc-1").await.expect("read").expect("it is there");
        let done = store.advance(&by("anna", at), "inc-1", None, &step, &nobody).await;
        match (done, expected) {
            (Ok(changed), Ok((status, reason))) => {
                let after = changed.after;
                assert_eq!((after.status, after.reason), (status, reason), "{number}");
                assert_eq!((after.version, after.updated_at), (before.version + 1, minute(at)));
                assert_eq!(after.closed_at, (status == Status::Closed).then(|| minute(at)));
            }
            (Err(error), Err(told)) => {
                assert_eq!(error.to_string(), told, "{number}");
                let after = store.incident("inc-1").await.expect("read");
                assert_eq!(after, Some(before), "{number}");
            }
            (done, expected) => panic!("{number}: {done:?}, not {expected:?}"),
        }
    }
    let absent = store.advance(&by("anna", 90), "inc-9", None, &Step::Start, &nobody).await;
    assert_eq!(absent.expect_err("none").to_string(), "there is no incident `inc-9`");
}

async fn a_step_for_an_earlier_version_is_a_conflict(site: Site) {
    let store = with_incident(&site).await;
    // It grows while somebody looks at it.
    store.put(&judge(65), &grown(&judged("inc-1")), &nobody).await.expect("put");
    let step = close(Reason::FalsePositive, "nothing");
    let stale = store.advance(&by("anna", 70), "inc-1", Some(1), &step, &nobody).await;
    assert_eq!(
        stale.expect_err("a conflict").to_string(),
        "incident `inc-1` was changed by somebody else: it is now of version 2, not 1"
    );
    assert_eq!(store.comments("inc-1").await.expect("the comments"), []);
    let fresh = store.advance(&by("anna", 71), "inc-1", Some(2), &step, &nobody).await;
    assert_eq!(fresh.expect("closed").after.version, 3);
}

async fn notes_become_comments(site: Site) {
    let store = with_incident(&site).await;
    let closing = close(Reason::FalsePositive, "It was *ours*.");
    store.advance(&by("anna", 70), "inc-1", None, &closing, &nobody).await.expect("closed");
    let opening = Step::Reopen { note: "It was not.".into() };
    store.advance(&by("bert", 71), "inc-1", None, &opening, &nobody).await.expect("opened");
    let comments = store.comments("inc-1").await.expect("the comments");
    let comments: Vec<_> =
        comments.iter().map(|comment| (comment.actor.as_str(), comment.text.as_str())).collect();
    assert_eq!(comments, [("anna", "It was *ours*."), ("bert", "It was not.")]);
}

async fn incidents_are_given_to_users_who_may_sign_in(site: Site) {
    let store = with_incident(&site).await;
    user(&store, "root", Role::Administrator).await;
    let anna = user(&store, "anna", Role::Analyst).await;
    let assign = async |name: Option<&str>| {
        let step = Step::Assign(name.map(str::to_owned));
        let done = store.advance(&by("root", 70), "inc-1", None, &step, &nobody).await;
        done.map(|changed| changed.after.assignee).map_err(|error| error.to_string())
    };
    assert_eq!(assign(Some("anna")).await, Ok(Some("anna".into())));
    assert_eq!(assign(Some("carl")).await, Err("there is no user `carl`".into()));
    assert_eq!(assign(None).await, Ok(None));
    let text =
        store::UserText { display: anna.display, role: anna.role, subject: None, disabled: true };
    store.change_user(&by("root", 71), "anna", 1, &text).await.expect("disabled");
    assert_eq!(assign(Some("anna")).await, Err("user `anna` is disabled".into()));
}

async fn verdicts_are_all_kept_and_the_last_counts(site: Site) {
    let store = with_incident(&site).await;
    store.put(&judge(61), &judged("inc-0"), &nobody).await.expect("put");
    let judged = async |id: &str, at: i64, verdict: VerdictWord, reason: &str| {
        let step = Step::Judge { verdict, reason: reason.to_owned() };
        let done = store.advance(&by("anna", at), id, None, &step, &nobody).await;
        done.map(|changed| changed.after.verdict).map_err(|error| error.to_string())
    };
    assert_eq!(judged("inc-1", 70, VerdictWord::Theft, "").await, Ok(Some(VerdictWord::Theft)));
    assert_eq!(
        judged("inc-1", 71, VerdictWord::Benign, "").await,
        Err("the reason must say why the incident was benign".into())
    );
    assert_eq!(judged("inc-1", 72, VerdictWord::Benign, "CI").await, Ok(Some(VerdictWord::Benign)));
    assert_eq!(judged("inc-0", 73, VerdictWord::Test, "").await, Ok(Some(VerdictWord::Test)));
    let all = store.verdicts("inc-1").await.expect("the verdicts");
    let all: Vec<_> = all
        .iter()
        .map(|given| (given.number, given.verdict, given.reason.as_str(), given.at))
        .collect();
    assert_eq!(
        all,
        [(1, VerdictWord::Theft, "", minute(70)), (2, VerdictWord::Benign, "CI", minute(72))]
    );
    let last = store.last_verdicts().await.expect("the verdicts");
    let last: Vec<_> = last.iter().map(|given| (given.incident.as_str(), given.verdict)).collect();
    assert_eq!(last, [("inc-0", VerdictWord::Test), ("inc-1", VerdictWord::Benign)]);
}

async fn a_step_and_its_notifications_are_one(site: Site) {
    let store = with_incident(&site).await;
    let route = |changed: &store::Changed| {
        let before = changed.before.as_ref().map(|before| before.status);
        assert_eq!((before, changed.after.status), (Some(Status::Open), Status::Closed));
        slack(changed)
    };
    let step = close(Reason::FalsePositive, "");
    let changed =
        store.advance(&by("anna", 70), "inc-1", None, &step, &route).await.expect("closed");
    let written: Vec<_> = changed.notifications.iter().map(|told| told.key.as_str()).collect();
    assert_eq!(written, ["v2"]);
}
