//! The error that a user can do something about.

use std::fmt;

/// Why the program could not run: one sentence, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotRun {
    /// The sentence, lower case and without full stop.
    pub why: String,
    /// The line of configuration that it speaks of.
    pub excerpt: Option<Excerpt>,
    /// What to do, one piece of advice each.
    pub tips: Vec<String>,
}

/// A line of a file with the part that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Number of the line, from 1.
    pub line: usize,
    /// The whole line.
    pub text: String,
    /// Where the wrong part begins, in bytes of the line.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl CannotRun {
    /// An error with one piece of advice.
    pub fn new(why: impl Into<String>, tip: impl Into<String>) -> Self {
        Self { why: why.into(), excerpt: None, tips: vec![tip.into()] }
    }
}

impl fmt::Display for CannotRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.why)
    }
}

impl std::error::Error for CannotRun {}
