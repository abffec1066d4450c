//! Ring three: what the credentials may do, where the account's policies were given.

use std::collections::BTreeMap;
use std::fmt::Write;

use cloudtrail::EventId;
use iam::Authorization;
use intel::action::Access;

use super::view::cited;
use super::{Level, Reach, Reachable, ServiceReach, View};

/// So many identities are looked at; a theft that took more has lost count itself.
const MOST: usize = 20;

/// What the identities of an incident may do.
pub(super) fn reachable(view: &View<'_>) -> Reachable {
    let Some(authorization) = view.input.authorization else {
        return Reachable {
            why: "no policies were given: give the output of `aws iam \
                  get-account-authorization-details` as --authorization FILE"
                .to_owned(),
            ..Reachable::default()
        };
    };
    let acted = acted(view);
    let found: Vec<Reach> = acted
        .iter()
        .take(MOST)
        .filter_map(|(arn, events)| of(view, authorization, arn, events))
        .collect();
    if found.is_empty() {
        let who = acted.keys().next().copied().unwrap_or("nobody");
        return Reachable {
            why: format!("the policies that were given do not name {who}"),
            ..Reachable::default()
        };
    }
    let left_out = acted.len().saturating_sub(found.len());
    let mut why = "evaluated from the policies that were given; policies of resources and of \
                   sessions are not among them"
        .to_owned();
    if left_out > 0 {
        let _ = write!(why, "; {left_out} more who acted are not named there");
    }
    Reachable { known: true, why, identities: found }
}

/// Who acted, by ARN, with the events; the sessions of one role are one.
fn acted<'a>(view: &View<'a>) -> BTreeMap<&'a str, Vec<&'a EventId>> {
    let mut acted: BTreeMap<&str, Vec<&EventId>> = BTreeMap::new();
    for act in view.deeds {
        acted.entry(session_of(&act.principal)).or_default().push(&act.event_id);
    }
    acted
}

/// An ARN without the name of the session.
fn session_of(arn: &str) -> &str {
    if !arn.contains(":assumed-role/") {
        return arn;
    }
    arn.rfind('/').and_then(|end| arn.get(..end)).unwrap_or(arn)
}

fn of(
    view: &View<'_>,
    authorization: &Authorization,
    arn: &str,
    events: &[&EventId],
) -> Option<Reach> {
    let (event_ids, _) = cited(events.iter().copied());
    if arn.ends_with(":root") {
        return Some(Reach {
            principal: arn.to_owned(),
            everything: true,
            services: Vec::new(),
            roles: Vec::new(),
            escalations: Vec::new(),
            notes: vec!["the root of an account has all rights in it".to_owned()],
            event_ids,
        });
    }
    // A federation session has the rights of the user who made it, as far as its own policy lets it.
    let maker = || {
        let made = view.made.iter().find(|made| made.owner == arn)?;
        authorization.identity(&made.maker)
    };
    let own = authorization.identity(arn);
    let identity = own.or_else(maker)?;
    let reach = iam::reach(authorization, identity);
    let texts =
        |texts: &[compact_str::CompactString]| texts.iter().map(ToString::to_string).collect();
    let mut notes: Vec<String> = texts(&reach.notes);
    if own.is_none() {
        notes.push(format!("a session made by {}: its own policy may limit it", identity.arn));
    }
    Some(Reach {
        principal: if own.is_none() { arn.to_owned() } else { identity.arn.to_string() },
        everything: reach.everything,
        services: reach.services.iter().map(service).collect(),
        roles: texts(&reach.roles),
        escalations: texts(&reach.escalations),
        notes,
        event_ids,
    })
}

fn service(found: &iam::ServiceReach) -> ServiceReach {
    let level = |access: Access| {
        let level = found.levels.get(usize::from(access.code())).copied().unwrap_or_default();
        Level { allowed: level.allowed, limited: level.limited, of: level.of }
    };
    ServiceReach {
        service: found.service.to_owned(),
        list: level(Access::List),
        read: level(Access::Read),
        write: level(Access::Write),
        permissions: level(Access::Permissions),
        tagging: level(Access::Tagging),
    }
}
