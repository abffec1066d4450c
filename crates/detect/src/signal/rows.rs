//! The rows of the project's catalogue of signals that the first release should hold.
//!
//! The catalogue (`reference/signals.md`) has the rows of all public rule sets; 74 of them are
//! starred. Each must be seen by a signal, or by the evidence that is weighed without one.

/// The starred rows.
pub const STARRED: [&str; 74] = [
    "IA-02", "IA-04", "IA-07", "IA-09", "IA-10", "IA-13", "IA-14", "IA-16", "IA-17", "IA-21",
    "IA-22", "IA-27", "IA-41", "IA-42", "IA-44", "IA-51", "DI-01", "DI-04", "DI-05", "DI-06",
    "DI-07", "DI-09", "DI-11", "DI-16", "CA-01", "CA-02", "PE-01", "PE-02", "PE-04", "PE-06",
    "PE-07", "PE-08", "PE-10", "PE-11", "PE-13", "PE-27", "PE-29", "PV-01", "PV-02", "PV-12",
    "PV-15", "DE-01", "DE-03", "DE-04", "DE-07", "DE-13", "DE-15", "DE-16", "DE-17", "DE-19",
    "DE-22", "LX-01", "LX-03", "LX-05", "LX-07", "EX-01", "EX-03", "EX-05", "EX-09", "EX-11",
    "EX-12", "IM-01", "IM-02", "IM-04", "IM-11", "IM-12", "IM-13", "IM-14", "IM-16", "IM-19",
    "IM-20", "IM-22", "IM-23", "IM-29",
];

/// Rows that the evidence shows which every call is weighed by, in whole or in part, and how.
pub const BY_CONTEXT: [(&str, &str); 6] = [
    ("IA-02", "`network`: how unlikely a new autonomous system is for this principal"),
    ("IA-05", "`client`: how unlikely a new client family is for this principal"),
    (
        "DI-04",
        "`refusals`: refusals weighed against the principal's own rate, more at 3, 10 and 30 of one action",
    ),
    (
        "DE-16",
        "`region`: how unlikely a new region is for this principal, for every call; the signal adds to it where machines are started",
    ),
    (
        "DE-17",
        "`client`: each further client family is an episode of its own; the signal counts the networks",
    ),
    ("IA-49", "`hour`: how unlikely the hour of the week is"),
];
