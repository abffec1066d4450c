//! New work from the usual place: the owner does something that they never did.

use compact_str::format_compact;
use detect::{Bits, Key, Kind};

use super::{Case, Finding};
use crate::across::makers;
use crate::closure::Known;
use crate::grants::Made;
use crate::incident::Verdict;

const NAME: &str = "owner-at-work";

/// What says that a credential was made by a thief says nothing where its maker is none.
const LINEAGE: [&str; 3] = ["key-used-by-its-maker", "minted-by-incident", "password-then-login"];

/// Whoever begins a new task makes many calls that are new to them at once: an exercise, an
/// emergency, a new project, with a new tool or in a new region. From the address range of many days
/// all of that, with the weaker signals, counts no more than `new_work_limit` for a person or a
/// deployment; from another address of the same provider, as lines at home and hosted runners have
/// them, no more than `new_work_near_limit`, with the usual client.
pub(super) fn test(case: &Case<'_>) -> Finding {
    if case.episodes().next().is_none() {
        return Finding::unknown(NAME, "nobody did anything");
    }
    // What the owner made is no stranger: a new user and its key begin somewhere else.
    let made = |known: &Known| {
        let in_case = |made: &&Made| case.any(|one| made.episode.as_ref() == Some(&one.report.id));
        known.report.founding && makers(known, case.grants).iter().any(in_case)
    };
    let by_people = case
        .episodes()
        .all(|known| known.report.kind.is_person() || known.report.kind == Kind::Ci || made(known));
    if !by_people {
        return Finding::contradicted(NAME, "a program does not begin something new by itself");
    }
    let weights = case.weights();
    let known_range = Bits::from_f64(weights.known_range);
    let near = Bits::from_f64(weights.report);
    let all = |is_usual: &dyn Fn(&Known) -> bool| {
        case.episodes().all(|known| made(known) || is_usual(known))
            && case.episodes().any(|known| !made(known))
    };
    let (place, limit) = if all(&|known| is_on(known, known_range)) {
        ("network", weights.new_work_limit)
    } else if all(&|known| is_on(known, near) && has_usual_client(known)) {
        ("provider", weights.new_work_near_limit)
    } else {
        return Finding::contradicted(NAME, "not from the usual place with the usual client");
    };
    let strong = Bits::from_f64(case.weights().strong);
    let evidence = case.evidence();
    let counted = case.explained(|key| match key {
        Key::Action(_) | Key::Refusals | Key::Client | Key::Region | Key::Account | Key::Hour => {
            evidence.get(key).is_some_and(|item| item.bits.is_positive())
        }
        Key::Signal(id) if LINEAGE.contains(id) => true,
        Key::Signal(_) => evidence.get(key).is_some_and(|item| item.bits < strong),
        _ => false,
    });
    let limit = Bits::from_f64(limit);
    let text = format_compact!(
        "from the usual {place} with the usual client: new work counts {limit} bits at most"
    );
    let bits = (limit - counted).min(Bits::ZERO);
    Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }
}

/// Whether it is on a network that has been the principal's own on several days, which says no more
/// than this.
fn is_on(known: &Known, most: Bits) -> bool {
    let network = known.report.evidence.get(&Key::Network);
    !known.report.new_network && network.map_or(Bits::ZERO, |item| item.bits) <= most
}

fn has_usual_client(known: &Known) -> bool {
    known.report.evidence.get(&Key::Client).is_some_and(|item| item.bits.is_negative())
}
