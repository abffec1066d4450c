//! A penetration test that somebody announced.

use compact_str::format_compact;
use detect::{Bits, Key};

use super::{Case, Finding};
use crate::incident::Verdict;

const NAME: &str = "announced-test";

/// The announced time and source explain everything that testers may do. That a key is known to
/// be public, or was never to be used, stays.
pub(super) fn test(case: &Case<'_>) -> Finding {
    let tests = &case.settings.announced_tests;
    let announced = tests.iter().find(|test| {
        case.all(|known| {
            let in_time = known.report.opened >= test.from && known.report.last <= test.until;
            let from_testers = known.acts.iter().all(|act| {
                let address = act.source.parse::<std::net::IpAddr>();
                address.is_ok_and(|ip| test.sources.iter().any(|net| net.contains(&ip)))
            });
            in_time && from_testers && !known.acts.is_empty()
        })
    });
    let Some(announced) = announced else {
        return if tests.is_empty() {
            Finding::unknown(NAME, "no tests are announced in the configuration")
        } else {
            Finding::contradicted(NAME, "no announced test covers this time and source")
        };
    };
    let certain = Bits::from_f64(case.weights().certain);
    let evidence = case.evidence();
    let stays = |key: &Key| {
        matches!(key, Key::Signal(_)) && evidence.get(key).is_some_and(|item| item.bits >= certain)
    };
    let bits = -case.explained(|key| !stays(key));
    let text = format_compact!("announced: {}", announced.reason);
    Finding { bits, ..Finding::without_bits(NAME, Verdict::Supported, text) }
}
