//! What a journal tells of each change: untouched, begun, done, taken back.

use crate::journal::{Changing, Entry, Line};

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
                // The first beginning knows how it was before anything was done.
                match progress {
                    Progress::Begun(_) => progress,
                    _ => Progress::Begun(changing),
                }
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

fn is(of: &str, number: usize, step: &str, change: usize) -> bool {
    of == step && number == change
}
