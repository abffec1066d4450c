//! A writer that is killed between two statements leaves nothing half.

use std::process::{Command, Stdio};
use std::task::Poll;
use std::time::Duration;

use store::{Batch, Store};

use crate::sample::{judge, judged, slack};
use crate::site::{Site, both};

both!(a_killed_program_leaves_whole_batches, a_change_that_is_given_up_anywhere_never_was);

/// How many incidents a batch has, each with a notification.
const SIZE: u64 = 5;

/// Where a program that is to be killed finds its database.
const VICTIM: &str = "STORE_VICTIM";

fn batch(number: u64) -> Batch {
    Batch {
        source: "s3://trail".into(),
        after: (number > 0).then(|| (number - 1).to_string()),
        position: number.to_string(),
        incidents: (0..SIZE).map(|place| judged(&format!("inc-{number}-{place}"))).collect(),
        hidden: Vec::new(),
    }
}

/// Everything that belongs to the batches up to the position is there, and nothing else. A backup shows
/// one moment: what was given up while it was committing may come to be between two looks.
async fn check(store: &Store) -> u64 {
    let mut bytes = Vec::new();
    let rows = store.backup(&mut bytes).await.expect("a backup").rows;
    let text = String::from_utf8(bytes).expect("a text");
    let position = text.lines().find(|line| line.starts_with(r#"{"table":"positions""#));
    let batches = position.map_or(0, |line| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let last = line["row"]["value"].as_str().expect("a position");
        last.parse::<u64>().expect("a number") + 1
    });
    assert_eq!((rows["incidents"], rows["notifications"]), (batches * SIZE, batches * SIZE));
    // An entry for each incident, and one for each notification.
    assert_eq!(rows["audit_entries"], batches * SIZE * 2);
    assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
    batches
}

async fn a_killed_program_leaves_whole_batches(site: Site) {
    if let Ok(address) = std::env::var(VICTIM) {
        let store = Store::open(&address).await.expect("open");
        let mut next = check(&store).await;
        loop {
            store.apply(&judge(next as i64), &batch(next), &slack).await.expect("applied");
            next += 1;
        }
    }
    let store = site.open().await;
    let test = std::thread::current().name().expect("the test's name").to_owned();
    let mut before = 0;
    for kill in 0..6u32 {
        let mut victim = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", &test, "--nocapture"])
            .env(VICTIM, &site.address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start a victim");
        // It has begun to write; from there on at another moment each time.
        while store.position("s3://trail").await.expect("read") == before_position(before) {
            tokio::time::sleep(Duration::from_millis(1)).await;
            assert_eq!(victim.try_wait().expect("look"), None, "the victim ended by itself");
        }
        tokio::time::sleep(Duration::from_micros(u64::from(kill) * 1_700)).await;
        victim.kill().expect("kill it");
        victim.wait().expect("it is dead");
        let after = settled(&store).await;
        assert!(after > before);
        before = after;
    }
}

fn before_position(batches: u64) -> Option<String> {
    batches.checked_sub(1).map(|last| last.to_string())
}

/// What is there once the engine has heard that the writer is dead: Postgres may commit what it was
/// told last a moment after.
async fn settled(store: &Store) -> u64 {
    let mut last = check(store).await;
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = check(store).await;
        if now == last {
            return now;
        }
        last = now;
    }
}

/// A future is dropped after each number of times that it waits for the database.
async fn a_change_that_is_given_up_anywhere_never_was(site: Site) {
    let store = site.open().await;
    let mut batches = check(&store).await;
    let mut given_up = 0;
    for most in 0..80 {
        let (act, batch) = (judge(most), batch(batches));
        let mut apply = Box::pin(store.apply(&act, &batch, &slack));
        let mut waits = 0;
        let applied = std::future::poll_fn(|context| match apply.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if waits == most => Poll::Ready(None),
            Poll::Pending => {
                waits += 1;
                Poll::Pending
            }
        })
        .await;
        drop(apply);
        let after = check(&store).await;
        if let Some(done) = applied {
            done.expect("applied");
            assert_eq!(after, batches + 1);
        } else {
            // Given up while it was committing, it may be there; whole then.
            given_up += 1;
            assert!(after == batches || after == batches + 1, "{after} after {batches}");
        }
        batches = after;
    }
    assert!(given_up > 0, "it never waited");
}
