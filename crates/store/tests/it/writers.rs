//! Several programs that write at once: nothing is lost, one wins where only one can, and the audit
//! stays one chain.

use store::{Act, Reason, Step, Store, nobody};

use crate::sample::{by, judge, judged};
use crate::site::{Site, both};

both!(
    writers_at_once_keep_one_chain,
    of_changes_to_one_version_one_wins,
    of_programs_that_apply_one_source_one_gets_anywhere,
);

const WRITERS: i64 = 4;
const CHANGES: i64 = 25;

/// Runs a writer with a store of its own, for each number.
async fn at_once<T: Send + 'static, F>(site: &Site, write: impl Fn(Store, i64) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        writers.push(tokio::spawn(write(site.open().await, number)));
    }
    let ends = futures::future::join_all(writers).await;
    ends.into_iter().map(|end| end.expect("a writer")).collect()
}

async fn writers_at_once_keep_one_chain(site: Site) {
    let store = site.open().await;
    store.put(&judge(0), &judged("inc-1"), &nobody).await.expect("put");
    at_once(&site, |store, number| async move {
        for change in 0..CHANGES {
            let text = format!("{number}/{change}");
            store.comment(&by("anna", change), "inc-1", &text).await.expect("a comment");
            store.incident("inc-1").await.expect("read");
        }
    })
    .await;
    let comments = store.comments("inc-1").await.expect("the comments");
    let numbers: Vec<_> = comments.iter().map(|comment| comment.number as i64).collect();
    assert_eq!(numbers, (1..=WRITERS * CHANGES).collect::<Vec<_>>());
    let chain = store.verify_audit(None).await.expect("verify");
    assert_eq!((chain.broken, chain.entries as i64), (None, WRITERS * CHANGES + 1));
}

async fn of_changes_to_one_version_one_wins(site: Site) {
    let store = site.open().await;
    store.put(&judge(0), &judged("inc-1"), &nobody).await.expect("put");
    for round in 0..CHANGES {
        let version = store.incident("inc-1").await.expect("read").expect("there").version;
        let step = if round % 2 == 0 {
            Step::Close { reason: Reason::FalsePositive, note: String::new() }
        } else {
            Step::Reopen { note: String::new() }
        };
        let attempts = (0..WRITERS).map(|number| {
            let (store, step) = (store.clone(), step.clone());
            let act: Act = by(&format!("user-{number}"), round);
            tokio::spawn(async move {
                store.advance(&act, "inc-1", Some(version), &step, &nobody).await.is_ok()
            })
        });
        let won = futures::future::join_all(attempts).await;
        assert_eq!(won.iter().filter(|won| matches!(won, Ok(true))).count(), 1);
    }
    let versions = store.incident("inc-1").await.expect("read").expect("there").version;
    assert_eq!(versions as i64, 1 + CHANGES);
}

async fn of_programs_that_apply_one_source_one_gets_anywhere(site: Site) {
    let applied = at_once(&site, |store, _| async move {
        let mut applied = 0;
        for number in 0..CHANGES {
            let batch = store::Batch {
                source: "s3://trail".into(),
                after: (number > 0).then(|| (number - 1).to_string()),
                position: number.to_string(),
                incidents: vec![judged(&format!("inc-{number}"))],
                hidden: Vec::new(),
            };
            match store.apply(&judge(number), &batch, &nobody).await {
                Ok(store::Applied::Now(_)) => applied += 1,
                Ok(store::Applied::Before) => {}
                Err(store::Error::Gap { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
        applied
    })
    .await;
    let store = site.open().await;
    let all = applied.iter().sum::<i64>();
    let position = store.position("s3://trail").await.expect("read").expect("it is somewhere");
    assert_eq!(position, (all - 1).to_string());
    let incidents = store.tally(&store::Filter::default()).await.expect("a tally")[0].incidents;
    assert_eq!(incidents as i64, all);
    assert_eq!(store.verify_audit(None).await.expect("verify").entries as i64, all);
}
