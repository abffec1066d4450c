//! Somebody new: made by known hands, or at work from where many others of the organisation are.

use cloudtrail::GrantKind;
use compact_str::format_compact;
use intel::address::NetworkClass;

use super::{Case, Finding};

const NAME: &str = "new-principal";

/// So many principals make a network one of the organisation's.
const MANY: u32 = 3;

pub(super) fn test(case: &Case<'_>) -> Finding {
    if case.episodes().any(|known| !known.report.cold) {
        return Finding::contradicted(NAME, "the principal has a history");
    }
    let made = case.episodes().find_map(|known| {
        let made = case.grants.made_for(&known.report.id.principal);
        made.iter().find(|made| made.kind == GrantKind::User)
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
