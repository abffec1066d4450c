//! Objects: taken from many buckets, copied out, deleted in number.

use cloudtrail::Arn;
use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{HOUR, MINUTE, Step};

pub(super) static MANY_BUCKETS: Signal = Signal {
    about: About {
        id: "objects-of-many-buckets",
        text: "buckets were listed, then objects of several of them read, in a way that is new to the principal",
        rows: &["EX-01"],
        techniques: &["T1530"],
        needs: Needs::S3Data,
        look_back: "an hour of an episode, against the last 128 days",
        noise: "a new machine that makes a copy of everything",
    },
    wants: Wants::Actions(&["s3:ListBuckets", "s3:GetObject"]),
    see: Some(many_buckets),
    notify: None,
};

pub(super) static COPIED_OUT: Signal = Signal {
    about: About {
        id: "copied-out-and-deleted",
        text: "objects were copied to a bucket of an account that is not one's own, and deleted here",
        rows: &["EX-12"],
        techniques: &["T1537", "T1486"],
        needs: Needs::S3Data,
        look_back: "an hour of an episode",
        noise: "a move to another account: name it under accounts",
    },
    wants: Wants::Actions(&["s3:CopyObject", "s3:DeleteObject", "s3:DeleteObjects"]),
    see: Some(copied_out),
    notify: None,
};

pub(super) static MASS_DELETION: Signal = Signal {
    about: About {
        id: "mass-deletion",
        text: "fifty objects within an hour, or twenty lists of objects within ten minutes, were deleted by one who never did that",
        rows: &["IM-04"],
        techniques: &["T1485"],
        needs: Needs::S3Data,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "cleaning up by hand; programs that clean up do it every day",
    },
    wants: Wants::Actions(&["s3:DeleteObject", "s3:DeleteObjects"]),
    see: Some(mass_deletion),
    notify: None,
};

/// Three buckets, or thirty-two objects of fewer.
fn many_buckets(scene: &mut Scene<'_>) -> Option<Seen> {
    const BUCKETS: usize = 3;
    const OBJECTS: usize = 32;
    let event = scene.call.event;
    let seconds = scene.seconds();
    if event.name == "ListBuckets" {
        scene.tallies.steps.see(seconds, HOUR, Step::BucketsListed, ());
        return None;
    }
    let new = scene.new_network || !scene.is_habit();
    // Objects are read all day long; only what follows a look around is counted.
    let listed = scene.tallies.steps.count(seconds, HOUR, Step::BucketsListed) > 0;
    if !new || !listed || scene.basis.is_cold() || !scene.succeeded() {
        return None;
    }
    let bucket = event.request_text("bucketName")?;
    let key = event.request_text("key").unwrap_or_default();
    let steps = &mut scene.tallies.steps;
    let objects = steps.see(seconds, 15 * MINUTE, Step::ObjectRead, (&bucket, &key));
    let buckets = steps.see(seconds, 15 * MINUTE, Step::BucketRead, &bucket);
    (buckets >= BUCKETS || objects >= OBJECTS)
        .then(|| Seen::new(format_compact!("{objects} objects of {buckets} buckets within 15 min")))
}

fn copied_out(scene: &mut Scene<'_>) -> Option<Seen> {
    const FEWEST: usize = 5;
    let event = scene.call.event;
    let seconds = scene.seconds();
    if !scene.succeeded() {
        return None;
    }
    if event.name != "CopyObject" {
        let copied = scene.tallies.steps.count(seconds, HOUR, Step::CopiedOut);
        if copied < FEWEST {
            return None;
        }
        let key = (event.request_text("bucketName"), event.request_text("key"), &event.id);
        let deleted = scene.tallies.steps.see(seconds, HOUR, Step::ObjectDeleted, key);
        let enough = deleted >= FEWEST || event.name == "DeleteObjects";
        return enough.then(|| Seen::new(format_compact!("{copied} objects copied, then deleted")));
    }
    let stranger = event.resources.iter().any(|name| {
        let account = Arn::parse(name).and_then(|arn| arn.account);
        account.is_some_and(|account| !scene.is_own(account))
    });
    if stranger {
        let key = (event.request_text("bucketName"), event.request_text("key"));
        scene.tallies.steps.see(seconds, HOUR, Step::CopiedOut, key);
    }
    None
}

fn mass_deletion(scene: &mut Scene<'_>) -> Option<Seen> {
    const OBJECTS: usize = 50;
    const LISTS: usize = 20;
    let event = scene.call.event;
    if !scene.succeeded() || !scene.is_new() {
        return None;
    }
    let seconds = scene.seconds();
    let steps = &mut scene.tallies.steps;
    if event.name == "DeleteObjects" {
        // Each call deletes up to a thousand, and names none of them.
        let lists = steps.see(seconds, 10 * MINUTE, Step::ObjectsDeleted, &event.id);
        return (lists >= LISTS).then(|| Seen::new(format_compact!("{lists} lists of objects")));
    }
    let key = (event.request_text("bucketName"), event.request_text("key"), &event.id);
    let objects = steps.see(seconds, HOUR, Step::ObjectDeleted, key);
    (objects >= OBJECTS).then(|| Seen::new(format_compact!("{objects} objects or more")))
}
