//! New work from the usual place: the owner does something that they never did.

use compact_str::format_compact;
use detect::{Bits, Key, Kind};

use super::{Case, Finding};
use crate::closure::Known;
use crate::incident::Verdict;

const NAME: &str = "owner-at-work";

/// Whoever begins a new task makes many calls that are new to them at once: an exercise, an
/// emergency, a new project. From the address range and with the program of many days, new
/// actions, refusals and the weaker signals of a person or a deployment together count no more
/// than `new_work_limit`; from another address of the same provider, as lines at home and hosted
/// runners have them, no more than `new_work_near_limit`.
pub(super) fn test(case: &Case<'_>) -> Finding {
    if case.episodes().next().is_none() {
        return Finding::unknown(NAME, "nobody did anything");
    }
    let by_people =
        case.episodes().all(|known| known.report.kind.is_person() || known.report.kind == Kind::Ci);
    if !by_people {
        return Finding::contradicted(NAME, "a program does not begin something new by itself");
    }
    let weights = case.weights();
    let known_range = Bits::from_f64(weights.known_range);
    let (place, limit) = if case.episodes().all(|known| is_usual(known, known_range)) {
        ("network", weights.new_work_limit)
    } else if case.episodes().all(|known| is_usual(known, Bits::from_f64(weights.report))) {
        ("provider", weights.new_work_near_limit)
    } else {
        return Finding::contradicted(NAME, "not from the usual place with the usual client");
    };
    let strong = Bits::from_f64(case.weights().strong);
    let evidence = case.evidence();
    let counted = case.explained(|key| match key {
        Key::Action(_) | Key::Refusals => true,
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

/// Whether provider and client have been the principal's own on several days, and the network says
/// no more than this.
fn is_usual(known: &Known, most: Bits) -> bool {
    let report = &known.report;
    let bits = |key| report.evidence.get(&key).map_or(Bits::ZERO, |item| item.bits);
    !report.new_network && bits(Key::Network) <= most && bits(Key::Client).is_negative()
}
