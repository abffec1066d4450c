//! Data given away: snapshots and images shared with strangers.

use cloudtrail::{AccountId, Outcome};
use compact_str::format_compact;
use serde_json::Value;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::fact;

pub(super) static SNAPSHOT_SHARED: Signal = Signal {
    about: About {
        id: "snapshot-shared",
        text: "a snapshot or image was shared with everybody or with an account that is not one's own",
        rows: &["EX-03", "EX-04", "EX-05"],
        techniques: &["T1537"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "backup accounts: name them under accounts",
    },
    wants: Wants::Actions(&[
        "ec2:ModifySnapshotAttribute",
        "ec2:ModifyImageAttribute",
        "rds:ModifyDBSnapshotAttribute",
        "rds:ModifyDBClusterSnapshotAttribute",
    ]),
    see: Some(see),
    notify: None,
};

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    let event = scene.call.event;
    if event.outcome != Outcome::Success {
        return None;
    }
    let request: Value = serde_json::from_str(event.request.as_deref()?).ok()?;
    let stranger = fact::given_to(&request).into_iter().find(|whom| {
        let account: Option<AccountId> = whom.parse().ok();
        account.is_none_or(|account| !scene.is_own(account))
    })?;
    let what = crate::resource::touched(event);
    Some(Seen::new(format_compact!("{what} to {stranger}")))
}
