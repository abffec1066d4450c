//! Somebody new: made by known hands, or at work from where many others of the organisation are.

use cloudtrail::GrantKind;
use compact_str::format_compact;
use detect::Key;
use intel::address::NetworkClass;

use super::{Case, Finding};
use crate::closure::Known;
use crate::grants::Made;

const NAME: &str = "new-principal";

/// What a program that begins its work brings about.
fn is_of_work(key: &Key) -> bool {
    matches!(key, Key::Action(_) | Key::Refusals | Key::Client | Key::Region | Key::Class)
}

/// The making of a session of a function or task that AWS itself starts, where all of the case are
/// such programs, in AWS. Whoever took the session out of its runtime and uses it on a machine in
/// AWS looks the same, so only what a new program brings is taken off, and no signal.
fn started_by_aws<'a>(case: &Case<'a>) -> Option<&'a Made> {
    let started = |known: &Known| {
        let inside = matches!(known.report.class, NetworkClass::Aws | NetworkClass::Private);
        let mut sessions = known.report.keys.iter().filter_map(|key| case.grants.maker_of(key));
        let first = sessions.next().filter(|made| inside && is_runtime(&made.maker))?;
        sessions.all(|made| made.maker == first.maker).then_some(first)
    };
    let all: Option<Vec<&Made>> = case.episodes().map(started).collect();
    all?.first().copied()
}

/// Whether a maker of sessions starts functions or tasks.
fn is_runtime(maker: &str) -> bool {
    ["service:lambda.", "service:ecs-tasks."].iter().any(|service| maker.starts_with(service))
}

/// So many principals make a network one of the organisation's.
const MANY: u32 = 3;

pub(super) fn test(case: &Case<'_>) -> Finding {
    if case.episodes().any(|known| !known.report.cold) {
        return Finding::contradicted(NAME, "the principal has a history");
    }
    let made = case.episodes().find_map(|known| {
        let mut made = case.grants.made_for(&known.report.id.principal);
        made.find(|made| made.kind == GrantKind::User)
    });
    if let Some(made) = made {
        let by_member = case.any(|known| made.episode.as_ref() == Some(&known.report.id));
        let text = format_compact!("made by {} on {}", made.maker, made.time);
        let events = vec![made.event.clone()];
        return if by_member {
            Finding::contradicted(NAME, text).shown_by(events)
        } else {
            Finding::supported(NAME, text, case.weights(), NAME).shown_by(events)
        };
    }
    if let Some(started) = started_by_aws(case) {
        let text = format_compact!(
            "{} hands the role to it, and it runs in AWS: a program that was set up lately",
            started.maker.trim_start_matches("service:")
        );
        return Finding::supported(NAME, text, case.weights(), "new-program")
            .at_most(case.explained(is_of_work))
            .shown_by(vec![started.event.clone()]);
    }
    // Anybody can rent a machine in AWS or at a hoster; a line or an office is another matter.
    let ours = case.episodes().all(|known| {
        let line = matches!(known.report.class, NetworkClass::Other | NetworkClass::Known);
        line && known.report.neighbours >= MANY
    });
    if ours && case.episodes().next().is_some() {
        let text = "a newcomer on a network from which others of the organisation work";
        return Finding::supported(NAME, text, case.weights(), NAME);
    }
    Finding::unknown(NAME, "too little is known of the principal, and nobody was seen making it")
}
