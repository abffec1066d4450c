//! What was modified or deleted, and how to get back what was there before.

use detect::{Act, Subject};

use super::changes::change;
use super::view::{base, facts, service};
use super::{How, LISTED, Modified, View};
use crate::act::{action_of, changes};

/// What was modified or deleted, in the order of events, and how many beyond those listed.
pub(super) fn modified(view: &View<'_>) -> (Vec<Modified>, u64) {
    let mut all: Vec<Modified> = view.succeeded().filter_map(of).collect();
    let further = all.len().saturating_sub(LISTED) as u64;
    all.truncate(LISTED);
    (all, further)
}

/// What an act modified of what was there before it. What it made itself is to be removed, not
/// restored.
fn of(act: &Act) -> Option<Modified> {
    let known = action_of(act);
    let name = base(act).split_once(':').map_or("", |(_, name)| name);
    let change = change(service(act), name, &known);
    let holds = matches!(change.how, How::Changed | How::Deleted | How::SwitchedOff);
    let session = matches!(service(act), "sts" | "signin");
    if session || !changes(&known) || !holds || !act.made.is_empty() || act.resource.is_empty() {
        return None;
    }
    let text = |about| facts(act, about).next().map(ToOwned::to_owned);
    let delete_marker = facts(act, Subject::DeleteMarker).any(|marker| marker == "true");
    let mut modified = Modified {
        name: act.resource.clone(),
        how: change.how,
        action: base(act).to_owned(),
        version: text(Subject::Version),
        old_version: text(Subject::OldVersion),
        delete_marker,
        restore: String::new(),
        time: act.time,
        event_ids: vec![act.event_id.clone()],
    };
    modified.restore = restore(&modified, change.kind).to_owned();
    Some(modified)
}

/// How to get back what was there before.
fn restore(modified: &Modified, kind: &str) -> &'static str {
    let deleted = modified.how == How::Deleted;
    match kind {
        "object" if modified.delete_marker => {
            "remove the delete marker: the version before it becomes current again"
        }
        "object" if deleted && modified.old_version.is_some() => {
            "this version was deleted for good; restore it from a backup or a replica"
        }
        "object" if deleted && modified.version.is_none() => {
            "no version is told: if the bucket was not versioned, only a backup or a replica has it"
        }
        "object" if modified.version.is_some() => {
            "copy the version before this one over it, after comparing both"
        }
        "object" => "no version is told: if the bucket was not versioned, only a backup has it",
        "encryption-key" => "cancel the deletion of the key before its waiting period is over",
        "trail" | "detector" if modified.action.contains(":Delete") => {
            "make it again with the settings that it had"
        }
        "trail" | "detector" => "switch it on again, and compare its settings with those before",
        "function" => "publish the code that was deployed before; compare the hash of the code",
        "data" if deleted => "restore it from the last snapshot or backup from before this event",
        _ if deleted => "make it again from its definition, or restore it from a backup",
        _ => "set it back to what AWS Config or its definition says it was before this event",
    }
}
