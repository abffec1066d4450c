//! What was done and when: a file that is only ever added to, each line chained to the one before.
//!
//! A line is written and flushed to disk before the call that it speaks of, and another one after
//! it, so that whoever looks after a crash knows of every call whether it was made, was not made, or
//! may have been made. Each line holds the SHA-256 of the line before it: a line that is changed,
//! moved or taken out breaks the chain.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use cloudtrail::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::account::FaultKind;
use crate::call::Call;
use crate::plan::hex;
use crate::thing::{State, Thing};

/// A journal, open for one writer at a time.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    lines: Vec<Line>,
    /// Whether the last line was cut off by a crash and left out.
    pub torn: bool,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// When it was written.
    pub at: Time,
    /// By whom, as an ARN.
    pub by: String,
    /// What happened.
    #[serde(flatten)]
    pub entry: Entry,
    /// The hash of the line before; 64 zeros at the first.
    pub previous: String,
    /// SHA-256 of this line without this field, hexadecimal.
    pub hash: String,
}

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub enum Entry {
    /// The journal of this plan begins, or is gone on with.
    Opened {
        /// The plan's digest.
        plan: String,
    },
    /// A setting is about to be changed by these calls.
    Begin(Changing),
    /// It was changed.
    Done {
        /// The step.
        step: String,
        /// Which of its changes, from 0.
        change: usize,
    },
    /// It was as wanted before anything was done: nothing of it is ours, and undo leaves it alone.
    Already {
        /// The step.
        step: String,
        /// Which of its changes.
        change: usize,
    },
    /// A call failed.
    Failed {
        /// The step.
        step: String,
        /// Which of its changes.
        change: usize,
        /// What sort of failure.
        kind: FaultKind,
        /// What was said.
        why: String,
    },
    /// A change is about to be taken back by these calls.
    UndoBegin(Changing),
    /// It was taken back.
    Undone {
        /// The step.
        step: String,
        /// Which of its changes.
        change: usize,
    },
    /// A watch ended.
    Verified {
        /// Whether silence was proven.
        proven: bool,
        /// From when on it was silent.
        since: Time,
        /// Until when there were events to listen to.
        until: Time,
        /// In a sentence.
        text: String,
    },
    /// Somebody ticked an item of the checklist, or took the tick away.
    Ticked {
        /// The item.
        item: String,
        /// Whether it is done.
        done: bool,
        /// What they said.
        note: String,
    },
}

/// A setting that is about to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changing {
    /// The step.
    pub step: String,
    /// Which of its changes, from 0.
    pub change: usize,
    /// The setting.
    pub thing: Thing,
    /// How it is.
    pub before: State,
    /// How it will be; nothing known of what AWS chooses.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::thing::known"
    )]
    pub to: Option<State>,
    /// The calls.
    pub calls: Vec<Call>,
}

/// What is wrong with a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("cannot {doing} the journal {}", path.display())]
    File {
        /// What was attempted.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody else writes it.
    #[error("the journal {} is in use: another apply or undo of this plan is running", .0.display())]
    Busy(PathBuf),
    /// The chain is broken.
    #[error("the journal {} was changed: line {line} does not follow from the one before", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// The first line that does not follow.
        line: u64,
    },
    /// It is of another plan.
    #[error("the journal {} is of another plan: {found}", path.display())]
    OtherPlan {
        /// Which file.
        path: PathBuf,
        /// The digest of its plan.
        found: String,
    },
}

const NO_LINE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Journal {
    /// Opens the journal of a plan, makes it if it is not there, and checks its chain.
    ///
    /// The rest of a line that a crash cut off is taken away: its call was not made yet, since calls
    /// come after their line is on disk.
    pub fn open(path: &Path, plan: &str, by: &str, now: Time) -> Result<Self, JournalError> {
        let fails =
            |doing| move |source| JournalError::File { doing, path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(path).map_err(fails("open"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(fails("lock")(source)),
        }
        let (lines, whole) = read(&mut file, path)?;
        let length = file.metadata().map_err(fails("read"))?.len();
        let torn = whole < length;
        if torn {
            file.set_len(whole).map_err(fails("mend"))?;
        }
        let mut journal = Self { path: path.to_owned(), file, lines, torn };
        match journal.plan() {
            None => journal.add(Entry::Opened { plan: plan.to_owned() }, by, now)?,
            Some(found) if found != plan => {
                let (path, found) = (path.to_owned(), found.to_owned());
                return Err(JournalError::OtherPlan { path, found });
            }
            Some(_) => {}
        }
        Ok(journal)
    }

    /// Reads a journal without writing to it; no lines if there is none.
    pub fn lines_of(path: &Path) -> Result<Vec<Line>, JournalError> {
        match File::open(path) {
            Ok(mut file) => Ok(read(&mut file, path)?.0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(source) => Err(JournalError::File { doing: "open", path: path.to_owned(), source }),
        }
    }

    /// Adds a line and waits until it is on disk.
    pub fn add(&mut self, entry: Entry, by: &str, at: Time) -> Result<(), JournalError> {
        let previous = self.lines.last().map_or(NO_LINE, |line| &line.hash).to_owned();
        let number = self.lines.len() as u64 + 1;
        let mut line = Line { number, at, by: by.to_owned(), entry, previous, hash: String::new() };
        line.hash = line.hash_of();
        let fails = |source| JournalError::File { doing: "write", path: self.path.clone(), source };
        let mut text = serde_json::to_vec(&line).map_err(io::Error::from).map_err(fails)?;
        text.push(b'\n');
        self.file.write_all(&text).and_then(|()| self.file.sync_data()).map_err(fails)?;
        self.lines.push(line);
        Ok(())
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn plan(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| match &line.entry {
            Entry::Opened { plan } => Some(plan.as_str()),
            _ => None,
        })
    }
}

impl Line {
    fn hash_of(&self) -> String {
        let bare = Self { hash: String::new(), ..self.clone() };
        hex(&Sha256::digest(serde_json::to_vec(&bare).unwrap_or_default()))
    }
}

/// The whole lines of a file and where they end.
fn read(file: &mut File, path: &Path) -> Result<(Vec<Line>, u64), JournalError> {
    let fails = |source| JournalError::File { doing: "read", path: path.to_owned(), source };
    file.seek(SeekFrom::Start(0)).map_err(fails)?;
    let mut reader = BufReader::new(file);
    let (mut lines, mut end) = (Vec::<Line>::new(), 0);
    loop {
        let mut text = Vec::new();
        let length = reader.read_until(b'\n', &mut text).map_err(fails)?;
        if text.last() != Some(&b'\n') {
            return Ok((lines, end));
        }
        let number = lines.len() as u64 + 1;
        let broken = || JournalError::Broken { path: path.to_owned(), line: number };
        let line: Line = serde_json::from_slice(&text).map_err(|_| broken())?;
        let previous = lines.last().map_or(NO_LINE, |line| &line.hash);
        let follows = line.number == number && line.previous == previous;
        if !follows || line.hash != line.hash_of() {
            return Err(broken());
        }
        lines.push(line);
        end += length as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn ticked(item: &str) -> Entry {
        Entry::Ticked { item: item.into(), done: true, note: String::new() }
    }

    fn journal(folder: &Path) -> Result<Journal, JournalError> {
        Journal::open(&folder.join("journal"), "plan", "sam", Time::from_seconds(7))
    }

    #[test]
    fn a_journal_goes_on_where_it_ended_and_has_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = journal(folder.path()).unwrap();
        first.add(ticked("a"), "sam", Time::from_seconds(8)).unwrap();
        assert!(matches!(journal(folder.path()), Err(JournalError::Busy(_))));
        drop(first);
        let mut again = journal(folder.path()).unwrap();
        again.add(ticked("b"), "eve", Time::from_seconds(9)).unwrap();
        assert_eq!(again.lines().len(), 3);
        drop(again);
        let other = Journal::open(&folder.path().join("journal"), "other", "sam", Time::MIN);
        assert!(matches!(other, Err(JournalError::OtherPlan { .. })));
    }

    #[test]
    fn a_line_that_was_cut_off_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut first = journal(folder.path()).unwrap();
        first.add(ticked("a"), "sam", Time::from_seconds(8)).unwrap();
        drop(first);
        let whole = fs::read(&path).unwrap();
        let begins = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for length in begins..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let mut torn = journal(folder.path()).unwrap();
            assert_eq!((torn.lines().len(), torn.torn), (1, length > begins), "cut at {length}");
            torn.add(ticked("a"), "sam", Time::from_seconds(8)).unwrap();
            drop(torn);
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
    }

    #[test]
    fn whatever_is_changed_taken_out_or_moved_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = journal(folder.path()).unwrap();
        for item in ["a", "b", "c"] {
            journal.add(ticked(item), "sam", Time::from_seconds(8)).unwrap();
        }
        drop(journal);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let forged = [
            (2, text.replacen("\"item\":\"a\"", "\"item\":\"z\"", 1)),
            (2, [lines[0], lines[2], lines[3], ""].join("\n")),
            (2, [lines[0], lines[2], lines[1], lines[3], ""].join("\n")),
            (1, text.replacen("\"plan\":\"plan\"", "\"plan\":\"else\"", 1)),
            (3, [lines[0], lines[1], "no line", ""].join("\n")),
        ];
        for (wrong, text) in forged {
            fs::write(&path, &text).unwrap();
            let error = Journal::lines_of(&path).unwrap_err();
            assert!(matches!(error, JournalError::Broken { line, .. } if line == wrong), "{error}");
        }
    }
}
