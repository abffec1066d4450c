//! One click in the console makes dozens of calls.

use cloudtrail::Outcome;
use compact_str::format_compact;

use super::{Case, Finding};
use crate::incident::Verdict;

const NAME: &str = "console-fan-out";

/// The fan-out of pages counts little already, so that nothing more is taken off.
pub(super) fn test(case: &Case<'_>) -> Finding {
    let all = case.acts().count();
    let pages = case.acts().filter(|act| act.console && act.outcome != Outcome::Denied);
    let pages = pages.count();
    if all > 0 && pages * 5 >= all * 4 {
        let text = format_compact!(
            "{pages} of {all} calls come from console pages; they count little already"
        );
        return Finding::without_bits(NAME, Verdict::Supported, text);
    }
    Finding::contradicted(NAME, format_compact!("{pages} of {all} calls come from the console"))
}
