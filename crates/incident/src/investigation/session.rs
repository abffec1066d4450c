//! Sessions that were made, and until when they work.

use cloudtrail::{GrantKind, Time};

use super::{LISTED, Session, Standing, View};
use crate::grants::Made;

/// The sessions in the order in which they were made, and how many there are beyond.
pub(super) fn sessions(view: &View<'_>) -> (Vec<Session>, u64) {
    let all: Vec<&Made> =
        view.made.iter().copied().filter(|made| of_kind(made).is_some()).collect();
    let further = all.len().saturating_sub(LISTED) as u64;
    let told = all.into_iter().take(LISTED);
    (told.filter_map(|made| session(view, made)).collect(), further)
}

/// What a kind of session is called, how many hours it lives at the longest, and what stops it.
///
/// The hours are those of the STS and IAM user guides: a role session lives 12 hours, what an IAM
/// user's key makes 36, a console session 12. What stops it is the containment matrix of AWS's
/// playbook: none of them ends with the key that made it.
fn of_kind(made: &Made) -> Option<(&'static str, i64, &'static str)> {
    const OLDER: &str = "a policy on the role that denies everything to sessions issued before now \
                         (aws:TokenIssueTime)";
    const USER: &str = "a policy on the user that denies everything";
    Some(match made.kind {
        GrantKind::RoleSession => ("role-session", 12, OLDER),
        GrantKind::SessionToken => ("session-token", 36, USER),
        GrantKind::FederationToken => ("federation-token", 36, USER),
        GrantKind::Console => {
            let of_role = made.owner.contains(":assumed-role/");
            ("console", 12, if of_role { OLDER } else { USER })
        }
        _ => return None,
    })
}

fn session(view: &View<'_>, made: &Made) -> Option<Session> {
    let (kind, hours, stopped_by) = of_kind(made)?;
    let ends = made.until.unwrap_or_else(|| made.time.plus_hours(hours));
    let uses = |key| view.deeds.iter().filter(|act| act.access_key.as_ref() == Some(key)).count();
    Some(Session {
        access_key_id: made.key.clone(),
        kind: kind.to_owned(),
        acts_as: made.owner.to_string(),
        from: made
            .maker_key
            .as_ref()
            .map_or_else(|| made.maker.to_string(), |key| key.as_str().to_owned()),
        begun: made.time,
        ends,
        end_is_told: made.until.is_some(),
        standing: standing(ends, view.input.last),
        stopped_by: stopped_by.to_owned(),
        uses: made.key.as_ref().map_or(0, uses) as u64,
        event_ids: vec![made.event.clone()],
    })
}

/// Whether a session that works until `ends` works when the input is over.
fn standing(ends: Time, last: Option<Time>) -> Standing {
    match last {
        Some(last) if ends > last => Standing::Stands,
        Some(_) => Standing::Gone,
        None => Standing::Unknown,
    }
}
