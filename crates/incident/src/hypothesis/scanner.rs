//! Somebody who looks at everything by trade.

use cloudtrail::Outcome;
use intel::address::NetworkClass;
use intel::client::ClientKind;

use super::{Case, Finding};
use crate::act::{action_of, changes};
use crate::closure::Known;

const NAME: &str = "scanner-or-auditor";

/// Named by the user, or a known audit program that only reads and has always been where it is.
pub(super) fn test(case: &Case<'_>) -> Finding {
    let scanners = &case.settings.scanners;
    let named = |known: &Known| {
        let report = &known.report;
        scanners.iter().any(|one| one.matches(&report.arn) || one.matches(&report.id.principal))
    };
    if case.all(named) {
        return Finding::supported(NAME, "on your list of scanners", case.weights(), NAME);
    }
    let program =
        case.all(|known| intel::client::parse(&known.report.client).kind == ClientKind::Audit);
    let wrote = case.acts().any(|act| act.outcome == Outcome::Success && changes(&action_of(act)));
    if program && !wrote && case.all(is_at_home) {
        let text =
            "an audit program that only looks, with a role's session, where it has always been";
        return Finding::supported(NAME, text, case.weights(), NAME);
    }
    if program && wrote {
        return Finding::contradicted(NAME, "an audit program, but it changes things");
    }
    if program {
        let text = "an audit program, but not where it has always been, or with a key that anybody could have";
        return Finding::contradicted(NAME, text);
    }
    if scanners.is_empty() {
        return Finding::unknown(NAME, "no scanners are named in the configuration");
    }
    Finding::contradicted(NAME, "not on your list of scanners")
}

/// Whether a principal with a history works from a cloud or a network of its own, with a session
/// rather than a key that could lie anywhere. What a client calls itself proves nothing.
fn is_at_home(known: &Known) -> bool {
    let report = &known.report;
    let class =
        matches!(report.class, NetworkClass::Aws | NetworkClass::Known | NetworkClass::Private);
    class && !report.new_network && report.line == "session"
}
