//! A function that may run no copy gets no credentials.

use super::Case;
use crate::plan::{Action, Step, Stops, Wanted};
use crate::target::{Target, TargetKind};
use crate::thing::Thing;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    let TargetKind::Function { function, region } = &target.kind else { return Vec::new() };
    if region.is_empty() {
        return Vec::new();
    }
    let thing = Thing::Concurrency { region: region.clone(), function: function.clone() };
    let step = Step::new(
        Action::FunctionConcurrency,
        target,
        "stop-function",
        format!("Let no copy of the function {function} run."),
    )
    .because(
        "If the thief runs code in the function, or reads its environment, new credentials are \
         stolen as well.",
    )
    .stops(&[Stops::Reissue])
    .change(case.change(target.account, thing, Wanted::Exactly("0".to_owned())))
    .effect("new calls of the function are refused with throttling", "the function does nothing");
    vec![step.on_request()]
}
