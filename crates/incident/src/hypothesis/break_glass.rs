//! An account for emergencies, used in one.

use super::{Case, Finding};
use crate::closure::Known;

const NAME: &str = "break-glass";

pub(super) fn test(case: &Case<'_>) -> Finding {
    let named = &case.settings.break_glass;
    let is_named = |known: &Known| {
        let report = &known.report;
        named.iter().any(|one| one.matches(&report.arn) || one.matches(&report.id.principal))
    };
    if named.is_empty() {
        return Finding::unknown(NAME, "no break-glass principals are named in the configuration");
    }
    if !case.all(is_named) {
        return Finding::contradicted(NAME, "not on your list of break-glass principals");
    }
    let text = "on your list of break-glass principals: ask who opened the glass";
    Finding::supported(NAME, text, case.weights(), NAME)
}
