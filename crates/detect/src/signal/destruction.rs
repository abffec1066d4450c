//! What cannot be brought back is destroyed: databases, backups, keys, buckets, machines.

use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants, request};
use crate::steps::{HOUR, Step};

pub(super) static DESTRUCTION: Signal = Signal {
    about: About {
        id: "destruction-in-bulk",
        text: "five or more databases, backups, keys, buckets or machines were destroyed within an hour, by one who never did that",
        rows: &["IM-06", "IM-07", "IM-08", "IM-09", "IM-10"],
        techniques: &["T1485", "T1490"],
        needs: Needs::Management,
        look_back: "an hour of an episode, against the actions of the last 128 days",
        noise: "the teardown of an environment, by hand",
    },
    wants: Wants::Actions(&[
        "s3:DeleteBucket",
        "rds:DeleteDBInstance",
        "rds:DeleteDBCluster",
        "rds:DeleteDBSnapshot",
        "rds:DeleteDBClusterSnapshot",
        "dynamodb:DeleteTable",
        "dynamodb:DeleteBackup",
        "ec2:DeleteSnapshot",
        "ec2:DeleteVolume",
        "ec2:DeregisterImage",
        "ec2:TerminateInstances",
        "backup:DeleteRecoveryPoint",
        "backup:DeleteBackupVault",
        "elasticfilesystem:DeleteFileSystem",
        "kms:ScheduleKeyDeletion",
        "kms:DisableKey",
        "kms:DeleteImportedKeyMaterial",
        "secretsmanager:DeleteSecret",
    ]),
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 5;
    if !scene.succeeded() || !scene.is_new_by_hand() {
        return None;
    }
    let seconds = scene.seconds();
    let call = scene.call;
    let request = request::of(call.event);
    let steps = &mut scene.tallies.steps;
    let mut gone = 0;
    for machine in request::instances(&request) {
        gone = steps.see(seconds, HOUR, Step::ThingDestroyed, machine);
    }
    if gone == 0 {
        // Services have different names for what they delete; the request as a whole tells.
        let thing = (&call.action.base, call.event.request.as_deref());
        gone = steps.see(seconds, HOUR, Step::ThingDestroyed, thing);
    }
    (gone >= MANY)
        .then(|| Seen::new(format_compact!("{gone} within an hour, last {}", scene.deed())))
}
