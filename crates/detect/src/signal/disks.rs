//! Disks and databases that leave by a copy.

use compact_str::format_compact;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::steps::{HOUR, Step};

pub(super) static DISK_COPIED: Signal = Signal {
    about: About {
        id: "disk-copied",
        text: "a snapshot was made, a disk made from it, and attached to a machine, by hand",
        rows: &["LX-07"],
        techniques: &["T1578.001", "T1021"],
        needs: Needs::Management,
        look_back: "six hours of an episode, against the actions of the last 128 days",
        noise: "the repair of a machine that does not start",
    },
    wants: Wants::Actions(&["ec2:CreateSnapshot", "ec2:CreateVolume", "ec2:AttachVolume"]),
    see: Some(disk_copied),
    notify: None,
};

pub(super) static DATABASE_EXPORTED: Signal = Signal {
    about: About {
        id: "database-exported",
        text: "a database's snapshot was exported to a bucket or copied to another region, by hand, or somebody tried to",
        rows: &["EX-05"],
        techniques: &["T1537"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a move to another region",
    },
    wants: Wants::Actions(&[
        "rds:StartExportTask",
        "rds:CopyDBSnapshot",
        "rds:CopyDBClusterSnapshot",
    ]),
    see: Some(database_exported),
    notify: None,
};

/// The new snapshot's id stands in the answer only; that a snapshot was just made will do.
fn disk_copied(scene: &mut Scene<'_>) -> Option<Seen> {
    const WHILE: i64 = 6 * HOUR;
    let event = scene.call.event;
    if !scene.succeeded() {
        return None;
    }
    let seconds = scene.seconds();
    let steps = &mut scene.tallies.steps;
    match event.name.as_str() {
        "CreateSnapshot" => {
            steps.see(seconds, WHILE, Step::DiskCopied, "snapshot");
            None
        }
        "CreateVolume" => {
            let from_snapshot = event.request_text("snapshotId").is_some_and(|id| !id.is_empty());
            if from_snapshot && steps.saw(seconds, WHILE, Step::DiskCopied, "snapshot") {
                steps.see(seconds, WHILE, Step::DiskCopied, "disk");
            }
            None
        }
        _ => {
            let copied = steps.saw(seconds, WHILE, Step::DiskCopied, "disk");
            let machine = event.request_text("instanceId").unwrap_or_default();
            (copied && scene.is_new_by_hand())
                .then(|| Seen::new(format_compact!("attached to {machine}")))
        }
    }
}

fn database_exported(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if event.name != "StartExportTask" {
        let from = ["sourceDBSnapshotIdentifier", "sourceDBClusterSnapshotIdentifier"];
        let from = from.iter().find_map(|key| event.request_text(key))?;
        let arn = cloudtrail::Arn::parse(&from)?;
        if arn.region == event.region.as_str() {
            return None;
        }
    }
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}
