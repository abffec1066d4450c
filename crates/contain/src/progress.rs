//! What a journal tells of each change: untouched, begun, done, taken back.

use crate::journal::{Changing, Entry, Line};
use crate::plan::Plan;

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Nothing was done, or it failed before anything was called.
    Untouched,
    /// Its calls were about to be made: some may have been.
    Begun(&'a Changing),
    /// It was made.
    Done(&'a Changing),
    /// It was so before.
    Already,
    /// It was made and taken back.
    Undone,
}

/// How far a change has come, from the lines of its journal.
pub fn of<'a>(lines: &'a [Line], step: &str, change: usize) -> Progress<'a> {
    let mut progress = Progress::Untouched;
    for line in lines {
        progress = match &line.entry {
            Entry::Begin(changing) if is(&changing.step, changing.change, step, change) => {
                // Whoever begins again writes down how it was before the first beginning.
                Progress::Begun(changing)
            }
            Entry::Done { step: of, change: number } if is(of, *number, step, change) => {
                match progress {
                    Progress::Begun(changing) | Progress::Done(changing) => {
                        Progress::Done(changing)
                    }
                    other => other,
                }
            }
            Entry::Already { step: of, change: number } if is(of, *number, step, change) => {
                Progress::Already
            }
            Entry::Undone { step: of, change: number } if is(of, *number, step, change) => {
                Progress::Undone
            }
            _ => progress,
        };
    }
    progress
}

/// The first step of which a journal tells that another setting was changed than the plan's: nobody
/// wrote that who went by the plan.
pub(crate) fn foreign(plan: &Plan, lines: &[Line]) -> Option<String> {
    let begun = lines.iter().filter_map(|line| match &line.entry {
        Entry::Begin(changing) => Some(changing),
        _ => None,
    });
    begun.filter(|changing| !is_planned(plan, changing)).map(|one| one.step.clone()).next()
}

/// Whether a change is one of the plan's.
pub(crate) fn is_planned(plan: &Plan, changing: &Changing) -> bool {
    let planned = plan.step(&changing.step).and_then(|step| step.changes.get(changing.change));
    planned.is_some_and(|change| change.thing == changing.thing)
}

fn is(of: &str, number: usize, step: &str, change: usize) -> bool {
    of == step && number == change
}
