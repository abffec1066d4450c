//! Objects rewritten under a key that the owner does not have: ransom in S3.

use cloudtrail::Arn;
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};

const WRITES: &[&str] = &["s3:PutObject", "s3:CopyObject", "s3:CreateMultipartUpload"];

pub(super) static CUSTOMER_KEY: Signal = Signal {
    about: About {
        id: "rewritten-under-customer-key",
        text: "objects are rewritten under a key that only the caller has (SSE-C)",
        rows: &["IM-01"],
        techniques: &["T1486"],
        needs: Needs::S3Data,
        look_back: "an hour of an episode",
        noise: "applications that have always used SSE-C",
    },
    wants: Wants::Actions(WRITES),
    see: Some(customer_key),
    notify: None,
};

pub(super) static FOREIGN_KEY: Signal = Signal {
    about: About {
        id: "rewritten-under-foreign-key",
        text: "objects are encrypted with a KMS key of another account",
        rows: &["IM-02"],
        techniques: &["T1486"],
        needs: Needs::S3Data,
        look_back: "the call itself",
        noise: "organisations with one account for all keys: name it under accounts",
    },
    wants: Wants::Actions(WRITES),
    see: Some(foreign_key),
    notify: None,
};

/// One such object is a curiosity; three make a practice.
fn customer_key(scene: &mut Scene<'_>) -> Option<Seen> {
    const FEWEST: usize = 3;
    let event = scene.call.event;
    event.request_text("x-amz-server-side-encryption-customer-algorithm")?;
    let object = (event.request_text("bucketName"), event.request_text("key"));
    let objects = scene.tallies.rewritten.see(event.time.seconds(), object);
    (objects >= FEWEST).then(|| Seen::new(format_compact!("{objects} objects within an hour")))
}

fn foreign_key(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    let key = event.request_text("x-amz-server-side-encryption-aws-kms-key-id")?;
    let account = Arn::parse(&key)?.account?;
    let own = scene.is_own(account);
    (!own).then(|| Seen::new(format_compact!("key of account {account}")))
}
