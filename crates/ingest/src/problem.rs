//! What could not be read in full, file by file.

use std::fmt;
use std::path::{Path, PathBuf};

use cloudtrail::ProblemKind;
use cloudtrail::decode::Report;

use crate::plain::{Plain, plain_path};

/// One thing in a file that could not be read. Its text is safe to show on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file.
    pub path: PathBuf,
    /// Where in it: bytes from the start of its text, after decompression.
    pub offset: Option<u64>,
    /// What.
    pub reason: Reason,
}

/// Why a file, or a part of it, could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The content is at fault.
    Content(ProblemKind),
    /// So many further problems of the same file are not listed.
    Further(u64),
    /// There is not one byte in it.
    Empty,
    /// It is of another format, which is named.
    Format(&'static str),
    /// It is a device, a socket or a pipe in a folder.
    Special,
    /// It is a folder with logs of another service than CloudTrail.
    OtherService,
    /// The system refused, with these words.
    Unreadable(String),
    /// It was being read by a thread that stopped.
    Stopped,
}

impl Reason {
    /// Whether records may have been lost.
    pub fn loses_records(&self) -> bool {
        !matches!(self, Self::Content(ProblemKind::NotUtf8) | Self::OtherService)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Content(kind) => Plain(&kind.to_string()).fmt(formatter),
            Self::Further(count) => write!(formatter, "{count} further problems"),
            Self::Empty => formatter.write_str("is empty"),
            Self::Format(name) => {
                write!(formatter, "is {name}, which is not read; unpack or convert it first")
            }
            Self::OtherService => {
                formatter.write_str("holds logs of another service and is not looked into")
            }
            Self::Special => formatter.write_str("is no regular file"),
            Self::Unreadable(reason) => {
                write!(formatter, "cannot be read: {}", Plain(reason))
            }
            Self::Stopped => formatter.write_str("reading stopped unexpectedly"),
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", plain_path(&self.path), self.reason)?;
        match self.offset {
            Some(offset) => write!(formatter, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}

/// The problems of a run: listed up to a bound, counted beyond it.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub(crate) list: Vec<FileProblem>,
    /// Not listed any more.
    pub(crate) further: u64,
}

impl Problems {
    /// So many files are named.
    const MOST: usize = 10_000;
    /// So many problems are listed before only the first of each file is.
    const MOST_DETAILED: usize = 1_000;

    pub(crate) fn add(&mut self, problem: FileProblem) {
        if self.list.len() < Self::MOST {
            self.list.push(problem);
        } else {
            self.further += 1;
        }
    }

    pub(crate) fn extend(&mut self, problems: impl IntoIterator<Item = FileProblem>) {
        for problem in problems {
            let named = self.list.last().is_some_and(|last| last.path == problem.path);
            if named && self.list.len() >= Self::MOST_DETAILED {
                self.further += 1;
            } else {
                self.add(problem);
            }
        }
    }
}

/// The problems that decoding a file brought up.
pub(crate) fn of_report(path: &Path, report: Report) -> Vec<FileProblem> {
    let problem =
        |offset, reason| FileProblem { path: path.to_path_buf(), offset: Some(offset), reason };
    let mut problems: Vec<_> = report
        .problems
        .into_iter()
        .map(|found| problem(found.offset, Reason::Content(found.kind)))
        .collect();
    if report.further_problems > 0 {
        let last = problems.last().and_then(|last| last.offset).unwrap_or_default();
        problems.push(problem(last, Reason::Further(report.further_problems)));
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{FileProblem, Problems, Reason};

    fn problem(file: usize) -> FileProblem {
        FileProblem { path: PathBuf::from(file.to_string()), offset: None, reason: Reason::Empty }
    }

    #[test]
    fn the_list_is_bounded_and_the_rest_counted() {
        let mut problems = Problems::default();
        problems.extend((0..3_000).map(|_| problem(0)));
        assert_eq!((problems.list.len(), problems.further), (1_000, 2_000));
        problems.extend((1..20_000).map(problem));
        assert_eq!(problems.list.len() as u64 + problems.further, 22_999);
        assert_eq!(problems.list.len(), Problems::MOST);
    }

    #[test]
    fn a_problem_is_one_safe_line() {
        let problem = FileProblem {
            path: PathBuf::from("a\u{1b}[2J\n"),
            offset: Some(7),
            reason: Reason::Unreadable("b\rc".to_owned()),
        };
        assert_eq!(problem.to_string(), r"a\u{1b}[2J\u{a}: cannot be read: b\u{d}c (at byte 7)");
    }
}
