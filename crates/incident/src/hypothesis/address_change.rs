//! A machine was given another address.

use compact_str::format_compact;
use detect::Key;

use super::{Case, Finding};
use crate::closure::Known;
use crate::incident::Verdict;
use crate::movements::Change;

const NAME: &str = "address-change";
/// What a machine that moves inside AWS brings about. Outside AWS no address explains it.
const SIGNAL: &str = "machine-in-two-places";

/// Somebody gave the instance, or an address that it calls from, another place within a day before.
/// What the move brought is taken off; that it was done by the suspect contradicts it.
pub(super) fn test(case: &Case<'_>) -> Finding {
    let moved = |key: &Key| *key == Key::Signal(SIGNAL);
    let machines =
        case.episodes().filter(|known| known.report.evidence.get(&Key::Signal(SIGNAL)).is_some());
    let changes: Vec<Option<&Change>> = machines.map(|known| change_of(case, known)).collect();
    if changes.is_empty() {
        return Finding::contradicted(NAME, "no machine was seen in another place");
    }
    let Some(changes) = changes.into_iter().collect::<Option<Vec<&Change>>>() else {
        let text = "nobody was seen giving the machine another address";
        return Finding::unknown(NAME, text);
    };
    let Some(first) = changes.first() else { return Finding::unknown(NAME, "nothing changed") };
    let who = &first.principal;
    let text = format_compact!("{} by {who} on {}", first.action, first.time);
    let events = vec![first.event.clone()];
    if case.episodes().any(|known| known.report.id.principal == *who) {
        return Finding::contradicted(NAME, text).shown_by(events);
    }
    let bits = -case.explained(moved);
    Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }.shown_by(events)
}

/// The change that gave the machine of an episode, or an address of it, its place, before it was
/// seen in two.
fn change_of<'a>(case: &Case<'a>, known: &Known) -> Option<&'a Change> {
    let seen = known.report.evidence.get(&Key::Signal(SIGNAL))?.time;
    let (_, instance) = known.report.id.principal.rsplit_once('/')?;
    let addresses = known.acts.iter().map(|act| act.source.as_str());
    let mut names = std::iter::once(instance).chain(addresses);
    names.find_map(|name| case.movements.readdressed_before(name, seen))
}
