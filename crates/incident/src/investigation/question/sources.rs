//! Where it came from, and all that was done, in numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

use cloudtrail::{EventId, Outcome, Time};
use detect::Subject;

use super::{Answer, Case, NAMED, count, named};
use crate::investigation::Found;
use crate::investigation::view::facts;

pub(super) fn unfamiliar(case: &Case<'_>) -> Answer {
    let acted = || case.view.members.iter().filter(|member| !member.is_notice());
    let new: Vec<_> = acted().filter(|member| member.report.new_network).collect();
    if acted().next().is_none() {
        return Answer::unknown(
            "no suspicious call is in the input, only what AWS says of the key",
        );
    }
    if new.is_empty() {
        let text = "no: from networks on which this principal was seen before";
        return Answer::new(Found::No, text, acted().map(|member| member.first().1));
    }
    // Whoever is new himself knows no place.
    let cold = new.iter().all(|member| member.report.cold);
    let networks = named(new.iter().map(|member| member.report.network.as_str()));
    let events = new.iter().map(|member| member.first().1);
    if cold {
        let text = format!(
            "{networks}; whether that is familiar is unknown, because the principal has too short \
             a history in the input"
        );
        return Answer::new(Found::Unknown, text, events);
    }
    Answer::new(Found::Yes, networks, events)
}

pub(super) fn everything(case: &Case<'_>) -> Answer {
    let deeds = case.view.deeds;
    let ended = |outcome| deeds.iter().filter(|act| act.outcome == outcome).count();
    let actions: std::collections::BTreeSet<&str> =
        deeds.iter().map(|act| act.action.as_str()).collect();
    let mut text = format!(
        "{} of {}: {} succeeded, {} refused, {} failed",
        count(deeds.len(), "call", "calls"),
        count(actions.len(), "action", "actions"),
        ended(Outcome::Success),
        ended(Outcome::Denied),
        ended(Outcome::Failed),
    );
    if case.view.further > 0 {
        let _ = write!(text, "; {} more are counted, not listed", case.view.further);
    }
    Answer::new(Found::Told, text, deeds.iter().map(|act| &act.event_id))
}

/// The third of the playbook's queries: pairs of address and program, with first and last use.
pub(super) fn pairs(case: &Case<'_>) -> Answer {
    let mut pairs: BTreeMap<(&str, &str), (Time, Time, u64, &EventId)> = BTreeMap::new();
    for act in case.view.deeds {
        let pair = pairs.entry((&act.source, &act.client)).or_insert((
            act.time,
            act.time,
            0,
            &act.event_id,
        ));
        pair.1 = act.time;
        pair.2 += 1;
    }
    if pairs.is_empty() {
        return Answer::unknown(
            "no suspicious call is in the input, only what AWS says of the key",
        );
    }
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by_key(|(_, (first, ..))| *first);
    let told = pairs.iter().take(NAMED).map(|((source, client), (first, last, calls, _))| {
        format!("{source} with {client}, {calls} from {first} to {last}")
    });
    let mut text = told.collect::<Vec<_>>().join("; ");
    if pairs.len() > NAMED {
        let _ = write!(text, "; and {} more pairs", pairs.len() - NAMED);
    }
    Answer::new(Found::Told, text, pairs.iter().map(|(_, (.., event))| *event))
}

pub(super) fn sign_ins(case: &Case<'_>) -> Answer {
    let logins: Vec<_> =
        case.view.deeds.iter().filter(|act| act.action.starts_with("signin:")).collect();
    let good: Vec<_> = logins.iter().filter(|act| act.outcome == Outcome::Success).collect();
    if logins.is_empty() && !case.view.input.shown.sign_ins {
        return Answer::unknown("there are no sign-in events in the input");
    }
    let with = |text: &str| {
        good.iter().filter(|act| facts(act, Subject::Mfa).any(|said| said == text)).count()
    };
    let events = logins.iter().map(|act| &act.event_id);
    if good.is_empty() {
        let text = match logins.len() {
            0 => "no: nothing of this incident is a sign-in".to_owned(),
            tries => format!("no: {} failed", count(tries, "attempt", "attempts")),
        };
        return Answer::new(Found::No, text, events);
    }
    let text = format!(
        "{}, with a second factor {}, without {}",
        count(good.len(), "sign-in step succeeded", "sign-in steps succeeded"),
        with("yes"),
        with("no"),
    );
    Answer::new(Found::Yes, text, events)
}

pub(super) fn others(case: &Case<'_>) -> Answer {
    let view = case.view;
    let made: Vec<_> = view.made.iter().filter_map(|made| made.key.as_ref()).collect();
    let root = view.root_key;
    let mut found: BTreeMap<&str, &EventId> = BTreeMap::new();
    for act in view.deeds {
        let Some(key) = &act.access_key else { continue };
        if Some(key) != root && !made.contains(&key) {
            found.entry(key.as_str()).or_insert(&act.event_id);
        }
    }
    if found.is_empty() {
        return Answer::no("no: every other credential in use was made with the first");
    }
    let text = format!(
        "{} that nobody is seen to have made: {}",
        count(found.len(), "credential", "credentials"),
        named(found.keys())
    );
    Answer::new(Found::Yes, text, found.values().copied())
}

pub(super) fn refused(case: &Case<'_>) -> Answer {
    let refused: Vec<_> =
        case.view.deeds.iter().filter(|act| act.outcome == Outcome::Denied).collect();
    if refused.is_empty() {
        return Answer::no("nothing was refused");
    }
    let text = format!(
        "{}: {}",
        count(refused.len(), "call", "calls"),
        named(refused.iter().map(|act| act.action.as_str()))
    );
    Answer::new(Found::Told, text, refused.iter().map(|act| &act.event_id))
}
