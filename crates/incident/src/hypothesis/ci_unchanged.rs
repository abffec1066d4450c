//! The same job on another runner.

use detect::{Key, Kind};

use super::{Case, Finding, is_of_place};

const NAME: &str = "ci-unchanged";

pub(super) fn test(case: &Case<'_>) -> Finding {
    if !case.any(|known| known.report.kind == Kind::Ci) {
        return Finding::contradicted(NAME, "the principal is no build or deployment job");
    }
    if case.has(&Key::Client) {
        return Finding::contradicted(NAME, "the job's client has changed");
    }
    let new_actions = case.explained(|key| matches!(key, Key::Action(_) | Key::Signal(_)));
    if new_actions > case.explained(is_of_place) {
        return Finding::contradicted(NAME, "the job does what it never did");
    }
    let text = "the same job with the same client; its runners change";
    Finding::supported(NAME, text, case.weights(), NAME).at_most(case.explained(is_of_place))
}
