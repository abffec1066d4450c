//! Ways out for whole machines, their traffic and databases.

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static MACHINE_EXPORTED: Signal = Signal {
    about: About {
        id: "machine-exported",
        text: "a machine or its image was exported to a bucket by hand, or somebody tried to",
        rows: &["EX-08"],
        techniques: &["T1537"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a move away from AWS",
    },
    wants: Wants::Actions(&[
        "ec2:CreateInstanceExportTask",
        "ec2:ExportImage",
        "ec2:CreateStoreImageTask",
    ]),
    see: Some(by_hand),
    notify: None,
};

pub(super) static TRAFFIC_MIRRORED: Signal = Signal {
    about: About {
        id: "traffic-mirrored",
        text: "the traffic of a machine was sent to another one by hand, or somebody tried to",
        rows: &["EX-15"],
        techniques: &["T1040"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "those who watch the network",
    },
    wants: Wants::Actions(&["ec2:CreateTrafficMirrorSession", "ec2:CreateTrafficMirrorTarget"]),
    see: Some(by_hand),
    notify: None,
};

pub(super) static DATABASE_PASSWORD: Signal = Signal {
    about: About {
        id: "database-password-reset",
        text: "the master password of a database was set anew by hand, or somebody tried to",
        rows: &["CA-12"],
        techniques: &["T1098"],
        needs: Needs::Management,
        look_back: "the call against the actions of the last 128 days",
        noise: "a forgotten password",
    },
    wants: Wants::Actions(&["rds:ModifyDBInstance", "rds:ModifyDBCluster"]),
    see: Some(password),
    notify: None,
};

fn by_hand(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.is_new_by_hand().then(|| Seen::new(scene.deed()))
}

/// The record has stars where the password was.
fn password(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.call.event.request_text("masterUserPassword")?;
    by_hand(scene)
}
