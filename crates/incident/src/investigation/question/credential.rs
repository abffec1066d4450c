//! The credential itself: what it is, how it was noticed, whether it is still in use.

use cloudtrail::{AccessKeyId, EventId, KeyKind};
use detect::Kind;

use super::{Answer, Case, count, named};
use crate::incident::{Status, Verdict};
use crate::investigation::{Found, Standing};

/// Signals that are somebody's word for it, not a matter of what is usual.
const CERTAIN: [&str; 3] = ["quarantined-by-aws", "exposed-says-aws", "canary-key"];
/// Whoever came back within so many hours before the end of the input may come back again.
const ACTIVE_HOURS: i64 = 24;

pub(super) fn kind(case: &Case<'_>) -> Answer {
    let view = case.view;
    let first = view.deeds.first().map(|act| &act.event_id);
    let owner = named(view.principals.iter().take(1));
    let kind = match view.root_key.map(AccessKeyId::kind) {
        _ if view.kind == Kind::Root => "the credential of the account's root",
        Some(KeyKind::LongTerm) => "a long-term key: it works until somebody switches it off",
        Some(KeyKind::Temporary) => "a temporary key: it runs out, but cannot be switched off",
        Some(KeyKind::Other) => "a key of another kind",
        None if view.deeds.iter().any(|act| act.console) => "a console session or a password",
        None => return Answer::unknown("no record of it names a key"),
    };
    let key = view.root_key.map_or_else(String::new, |key| format!("{key} of {owner}, "));
    Answer::new(Found::Told, format!("{key}{kind}"), first)
}

pub(super) fn noticed(case: &Case<'_>) -> Answer {
    let mut lines: Vec<_> = case.view.ledger.iter().filter(|line| line.bits > 0.0).collect();
    lines.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    lines.truncate(3);
    let said: Vec<&str> = lines.iter().map(|line| line.text.trim_end_matches('.')).collect();
    let events = lines.iter().flat_map(|line| &line.event_ids);
    Answer::new(Found::Told, format!("by what the events show: {}", said.join("; ")), events)
}

pub(super) fn confirmed(case: &Case<'_>) -> Answer {
    let view = case.view;
    for id in CERTAIN {
        if let Some(line) = view.line(id) {
            return Answer::new(Found::Yes, format!("confirmed: {}", line.text), &line.event_ids);
        }
    }
    let supported: Vec<_> =
        view.findings.iter().filter(|finding| finding.verdict == Verdict::Supported).collect();
    let events: Vec<&EventId> = supported.iter().flat_map(|finding| &finding.events).collect();
    let names = named(supported.iter().map(|finding| finding.name));
    match (view.status, supported.is_empty()) {
        (Status::Alert, true) => {
            let first = view.deeds.first().map(|act| &act.event_id);
            let text = "an alert, and no innocent explanation holds; nobody has confirmed it yet";
            Answer::new(Found::Told, text, first)
        }
        (Status::Alert, false) => {
            let text = format!("unusual beyond what an innocent explanation ({names}) takes off");
            Answer::new(Found::Told, text, events)
        }
        (Status::Watch, _) => {
            Answer::unknown("it is unusual only: ask the owner whether these calls were theirs")
        }
    }
}

pub(super) fn since(case: &Case<'_>) -> Answer {
    let (Some(first), Some(last)) = (case.view.deeds.first(), case.view.deeds.last()) else {
        return Answer::unknown(
            "no suspicious call is in the input, only what AWS says of the key",
        );
    };
    let text = format!("from {} to {}", first.time, last.time);
    Answer::new(Found::Told, text, [&first.event_id, &last.event_id])
}

pub(super) fn active(case: &Case<'_>) -> Answer {
    let view = case.view;
    let Some(end) = view.input.last else {
        return Answer::unknown("it is not known where the input ends");
    };
    let Some(last) = view.deeds.last() else {
        return Answer::unknown(
            "no suspicious call is in the input, only what AWS says of the key",
        );
    };
    let alive: Vec<_> =
        case.radius.sessions.iter().filter(|one| one.standing == Standing::Stands).collect();
    let off = view.root_key.and_then(|key| view.grants.end_of_key(key));
    let ago = end.seconds_since(last.time) / 3_600;
    let when = format!("last seen at {}, {} before the input ends", last.time, hours(ago));
    if let Some((time, event)) = off.filter(|(time, _)| *time >= last.time) {
        let text = format!("{when}; the key was switched off or deleted at {time}");
        let live = match alive.len() {
            0 => return Answer::new(Found::No, text, [&last.event_id, event]),
            some => count(some, "session lives on", "sessions live on"),
        };
        let events = alive.iter().flat_map(|one| &one.event_ids).chain([&last.event_id, event]);
        return Answer::new(Found::Yes, format!("{text}, but {live}"), events);
    }
    let long_term = view.keys.iter().any(|key| key.kind() == KeyKind::LongTerm);
    let works = if long_term {
        "nothing in the input switched the key off"
    } else if alive.is_empty() && ago > ACTIVE_HOURS {
        return Answer::new(
            Found::No,
            format!("{when}; temporary credentials have run out since"),
            [&last.event_id],
        );
    } else {
        "nothing in the input ended its sessions"
    };
    Answer::new(Found::Yes, format!("{when}; {works}"), [&last.event_id])
}

fn hours(hours: i64) -> String {
    match hours {
        0 => "less than an hour".to_owned(),
        1 => "1 hour".to_owned(),
        few @ 2..48 => format!("{few} hours"),
        many => format!("{} days", many / 24),
    }
}

/// P1 to P4 as the playbook's triage guide has them.
pub(super) fn priority(case: &Case<'_>) -> Answer {
    let view = case.view;
    let certain = CERTAIN.iter().any(|id| view.line(id).is_some());
    let changed = case.radius.changed.iter().find(|one| one.way_in);
    let data = super::damage::data(case);
    let moved = case.radius.sessions.iter().find(|one| one.uses > 0);
    let acted = view.succeeded().next().map(|act| &act.event_id);
    let root = view.kind == Kind::Root;
    if view.status == Status::Watch && !certain {
        return Answer::new(Found::Told, "P3: unusual, not confirmed", acted);
    }
    let reason = if root {
        Some(("the root of the account", acted.into_iter().collect()))
    } else if data.found == Found::Yes {
        Some(("data was read", data.events.iter().collect()))
    } else if let Some(changed) = changed {
        Some(("a way in was made or rights were given", changed.event_ids.iter().collect()))
    } else {
        moved.map(|session| ("it moved on to other sessions", session.event_ids.iter().collect()))
    };
    if let Some((why, events)) = reason {
        let events: Vec<&EventId> = events;
        return Answer::new(Found::Told, format!("P1: {why}"), events);
    }
    match acted {
        Some(event) => {
            Answer::new(Found::Told, "P2: calls that succeeded, scope not clear", [event])
        }
        None if certain => Answer::new(
            Found::Told,
            "P2: the key is public, nothing was done with it yet",
            CERTAIN.iter().filter_map(|id| view.line(id)).flat_map(|line| &line.event_ids),
        ),
        None => Answer::new(
            Found::Told,
            "P3: nothing succeeded",
            view.deeds.first().map(|act| &act.event_id),
        ),
    }
}

pub(super) fn got_out(case: &Case<'_>) -> Answer {
    const WAYS: [(&str, &str); 5] = [
        ("exposed-says-aws", "AWS found it in public"),
        ("quarantined-by-aws", "AWS found it in public, and limited the user"),
        ("off-runtime", "taken out of a machine, task or function of AWS"),
        ("job-credential-elsewhere", "taken out of a build or deployment job"),
        ("canary-key", "a decoy: wherever it was laid out"),
    ];
    let view = case.view;
    if let Some((line, text)) = WAYS.iter().find_map(|(id, text)| Some((view.line(id)?, *text))) {
        let text = format!("{text}: {}", line.observed);
        return Answer::new(Found::Told, text, &line.event_ids);
    }
    let made = view.root_key.and_then(|key| view.grants.maker_of(key));
    if let Some(made) = made {
        let text = format!("it was made by {} with {} at {}", made.maker, made.action, made.time);
        return Answer::new(Found::Told, text, [&made.event]);
    }
    Answer::unknown(
        "CloudTrail does not show how a credential leaves its owner; look for it in repositories, \
         images, tickets and on the owner's machine",
    )
}
