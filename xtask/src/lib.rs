//! Everything the project does to itself: tests, tidy, generated documents, benchmarks, the evaluation.
//!
//! A library beside the program, so that the invariants run as ordinary tests (`tests/tidy.rs`).

pub mod bench;
pub mod checkout;
pub mod docs;
pub mod eval;
pub mod fuzz;
pub mod intel;
pub mod setup;
pub mod test;
pub mod tidy;
mod weights;

use std::io::Write;

/// Tells the developer one line, on standard error: standard output is for results.
///
/// A closed terminal is no reason to stop the work, so a failed write is let go.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
