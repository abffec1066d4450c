//! Trails that were stopped, deleted or told to record less, and the silence after it.

use cloudtrail::{AccountId, Event, Outcome, Time};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{Gap, Gaps};
use report::words;

/// So many changes are told one by one, the earliest.
const MOST: usize = 6;

/// A successful call that changes what is recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Change {
    account: Option<AccountId>,
    name: CompactString,
    trail: CompactString,
}

impl Change {
    /// Calls after which less may be recorded.
    const NAMES: [&str; 5] =
        ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "DeleteEventDataStore"];

    /// What an event changes; nothing of one that failed.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let changes = event.service == "cloudtrail"
            && event.outcome == Outcome::Success
            && Self::NAMES.contains(&event.name.as_str());
        if !changes {
            return None;
        }
        let asked = ["name", "trailName", "eventDataStore"];
        let trail = asked.iter().find_map(|key| event.request_text(key)).unwrap_or_default();
        let trail = CompactString::new(&trail[..trail.floor_char_boundary(256)]);
        Some(Self { account: event.account, name: event.name.clone(), trail })
    }

    fn stops(&self) -> bool {
        matches!(self.name.as_str(), "StopLogging" | "DeleteTrail" | "DeleteEventDataStore")
    }
}

/// A sentence for each change.
pub(super) fn told(gaps: &Gaps) -> Vec<Gap> {
    let mut told: Vec<Gap> = gaps
        .changes
        .iter()
        .take(MOST)
        .map(|((time, event), change)| {
            let account =
                change.account.map_or_else(String::new, |one| format!(" in account {one}"));
            let effect = if change.stops() {
                after(gaps, change.account, *time)
            } else {
                "what is recorded may be less since".to_owned()
            };
            let text = format!(
                "cloudtrail:{} of {}{account} at {} UTC (event {event}): {effect}",
                change.name,
                if change.trail.is_empty() { "a trail" } else { &change.trail },
                words::moment(*time),
            );
            Gap::during(text, change.account.into_iter().collect(), *time, Time::MAX)
        })
        .collect();
    let further = gaps.changes.len().saturating_sub(MOST);
    if further > 0 {
        told.push(Gap::always(format!("{further} further changes of trails"), Vec::new()));
    }
    told
}

/// What of an account is recorded after a moment: an hour is the finest that is kept.
fn after(gaps: &Gaps, account: Option<AccountId>, time: Time) -> String {
    let places =
        gaps.places.iter().filter(|((of, _), _)| account.is_none_or(|account| *of == account));
    let hour = time.hour();
    let next = places.filter_map(|(_, place)| place.hours.next(hour + 1)).min();
    match next {
        None => "nothing of it is recorded in the hours after".to_owned(),
        Some(next) if next - hour > 2 => {
            let silence = words::duration((next - hour - 1) * 3_600);
            format!("nothing of it is recorded for {silence} after")
        }
        Some(_) => {
            "its records go on, so another trail is at work, or it was switched on again".to_owned()
        }
    }
}
