//! Ways to stay and more rights: what a responder has to remove.

use std::fmt::Write;

use super::{Answer, Case, count};
use crate::investigation::{Changed, Found, How, Standing};

pub(super) fn ways_in(case: &Case<'_>) -> Answer {
    let all: Vec<&Changed> = case.radius.changed.iter().filter(|one| one.way_in).collect();
    let live = case.radius.sessions.iter().filter(|one| one.standing == Standing::Stands).count();
    if all.is_empty() && live == 0 {
        return Answer::no("nothing that lets somebody back in was made or changed");
    }
    let mut answer = told(case, |one| one.way_in, "");
    if live > 0 {
        let _ = write!(
            answer.text,
            "{}{}",
            if all.is_empty() { "" } else { "; and " },
            count(live, "session that lives on", "sessions that live on")
        );
        let alive = case.radius.sessions.iter().filter(|one| one.standing == Standing::Stands);
        answer.events.extend(alive.flat_map(|one| one.event_ids.clone()));
        answer.found = Found::Yes;
    }
    answer
}

pub(super) fn users(case: &Case<'_>) -> Answer {
    const KINDS: [&str; 7] = [
        "user",
        "access-key",
        "login-profile",
        "mfa-device",
        "service-credential",
        "ssh-key",
        "certificate",
    ];
    told(case, |one| KINDS.contains(&one.kind.as_str()), "no: none were made or changed")
}

pub(super) fn trust(case: &Case<'_>) -> Answer {
    const KINDS: [&str; 4] = ["role", "trust-policy", "trust-anchor", "function-policy"];
    told(case, |one| KINDS.contains(&one.kind.as_str()), "no: none were made or opened")
}

pub(super) fn policies(case: &Case<'_>) -> Answer {
    let gives = |one: &Changed| one.how == How::Empowered || one.kind == "policy";
    told(case, gives, "no: no rights were given and no boundary was removed")
}

pub(super) fn identity_center(case: &Case<'_>) -> Answer {
    let is = |one: &Changed| matches!(one.kind.as_str(), "identity-center" | "identity-provider");
    told(case, is, "no: nothing there was changed")
}

/// The changes of one sort in a sentence, with what still stands of them.
pub(super) fn told(case: &Case<'_>, is: impl Fn(&Changed) -> bool, none: &str) -> Answer {
    let found: Vec<&Changed> = case.radius.changed.iter().filter(|one| is(one)).collect();
    if found.is_empty() {
        return Answer::no(none);
    }
    let sentence = |one: &&Changed| {
        let how = one.how.in_words();
        let detail =
            if one.detail.is_empty() { String::new() } else { format!(" ({})", one.detail) };
        let gone = if one.is_undone() { ", gone since" } else { "" };
        format!("{} {} {how}{detail}{gone}", one.kind.replace('-', " "), one.name)
    };
    let most = super::NAMED;
    let mut text = found.iter().take(most).map(sentence).collect::<Vec<_>>().join("; ");
    if found.len() > most {
        let _ = write!(text, "; and {} more", found.len() - most);
    }
    Answer::new(Found::Yes, text, found.iter().flat_map(|one| &one.event_ids))
}
