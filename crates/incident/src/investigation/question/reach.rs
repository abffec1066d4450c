//! How far it goes: rights, accounts, regions, roles, sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use cloudtrail::{EventId, GrantKind};

use super::{Answer, Case, NAMED, count, named};
use crate::investigation::{Found, Session, Standing};

pub(super) fn permissions(case: &Case<'_>) -> Answer {
    let reachable = &case.radius.reachable;
    if !reachable.known {
        return Answer::unknown(&reachable.why);
    }
    let all: Vec<&str> = (reachable.identities.iter())
        .filter(|one| one.everything)
        .map(|one| one.principal.as_str())
        .collect();
    let events = reachable.identities.iter().flat_map(|one| &one.event_ids);
    if !all.is_empty() {
        return Answer::new(Found::Yes, format!("{} may do everything", named(all)), events);
    }
    let services: BTreeSet<&str> = (reachable.identities.iter())
        .flat_map(|one| one.services.iter().map(|service| service.service.as_str()))
        .collect();
    let ways = reachable.identities.iter().flat_map(|one| &one.escalations);
    let ways: Vec<&String> = ways.collect();
    let mut text = format!(
        "no administrator; it may act in {}: {}",
        count(services.len(), "service", "services"),
        named(services)
    );
    if !ways.is_empty() {
        let _ = write!(text, "; ways to more rights: {}", named(ways));
    }
    Answer::new(Found::Told, text, events)
}

pub(super) fn accounts(case: &Case<'_>) -> Answer {
    let mut found: BTreeMap<(String, &str), &EventId> = BTreeMap::new();
    for act in case.view.succeeded() {
        let account =
            act.account.map_or_else(|| "an unknown account".to_owned(), |id| id.to_string());
        found.entry((account, act.region.as_str())).or_insert(&act.event_id);
    }
    if found.is_empty() {
        return Answer::new(
            Found::No,
            "none: nothing succeeded",
            case.view.deeds.first().map(|act| &act.event_id),
        );
    }
    let accounts: BTreeSet<&str> = found.keys().map(|(account, _)| account.as_str()).collect();
    let regions: BTreeSet<&str> = found.keys().map(|(_, region)| *region).collect();
    let text = format!(
        "{} ({}) in {} ({})",
        count(accounts.len(), "account", "accounts"),
        named(accounts.iter()),
        count(regions.len(), "region", "regions"),
        named(regions.iter())
    );
    Answer::new(Found::Told, text, found.values().copied())
}

pub(super) fn assumed(case: &Case<'_>) -> Answer {
    let roles: Vec<_> =
        case.view.made.iter().filter(|made| made.kind == GrantKind::RoleSession).collect();
    if roles.is_empty() {
        return Answer::no("none");
    }
    let names = named(roles.iter().map(|made| made.owner.as_str()));
    Answer::new(Found::Yes, names, roles.iter().map(|made| &made.event))
}

pub(super) fn sessions(case: &Case<'_>) -> Answer {
    let sessions = &case.radius.sessions;
    if sessions.is_empty() {
        return Answer::no("none were made");
    }
    if case.view.input.last.is_none() {
        return Answer::unknown("it is not known where the input ends");
    }
    let live: Vec<&Session> =
        sessions.iter().filter(|one| one.standing == Standing::Stands).collect();
    if live.is_empty() {
        let last = sessions.iter().max_by_key(|one| one.ends);
        let text = last.map_or_else(String::new, |one| {
            format!("none: the last of {} ran out at {}", sessions.len(), one.ends)
        });
        return Answer::new(Found::No, text, last.into_iter().flat_map(|one| &one.event_ids));
    }
    let told = live.iter().take(NAMED).map(|one| {
        let key = one.access_key_id.as_ref().map_or("", |key| key.as_str());
        let at = if one.end_is_told { "until" } else { "at the longest until" };
        format!("{} {key} as {} {at} {}", one.kind.replace('-', " "), one.acts_as, one.ends)
    });
    let mut text = told.collect::<Vec<_>>().join("; ");
    if live.len() > NAMED {
        let _ = write!(text, "; and {} more", live.len() - NAMED);
    }
    Answer::new(Found::Yes, text, live.iter().flat_map(|one| &one.event_ids))
}
