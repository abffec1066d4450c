//! Files, folders, patterns and standard input as a source.

mod intake;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use walkdir::WalkDir;

use crate::name::delivered;
use crate::{Error, FileProblem, Listing, Object, Reason, Source};

use intake::Intake;
use pattern::Pattern;

/// Files on this machine, as a user names them: files, folders with all that is in them, patterns
/// (`*`, `?`, `[a-z]`, `{a,b}`, `**`), pipes, and `-` for standard input.
///
/// Nothing is passed over in silence: hidden files and foreign ones are read like all others, and
/// named if there are no records in them. A file that is reached in several ways is read once.
#[derive(Debug)]
pub struct Files {
    paths: Vec<PathBuf>,
    /// What can be read only once, taken in when it was first listed.
    intakes: Mutex<BTreeMap<PathBuf, Intake>>,
}

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

impl Files {
    /// The files that these paths name. Nothing is looked at before [`Source::list`].
    pub fn new(paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), intakes: Mutex::default() }
    }

    fn intakes(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Intake>> {
        self.intakes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_in(&self, path: &Path, found: &mut Found) -> Result<(), Error> {
        let mut intakes = self.intakes();
        if !intakes.contains_key(path) {
            let taken = if path == Path::new(STANDARD_INPUT) {
                Intake::read(io::stdin().lock())
            } else {
                fs::File::open(path).and_then(Intake::read)
            };
            let intake =
                taken.map_err(|source| Error::Intake { path: path.to_path_buf(), source })?;
            intakes.insert(path.to_path_buf(), intake);
        }
        if let Some(intake) = intakes.get(path) {
            let (path, size) = (path.to_path_buf(), intake.size());
            found.objects.push(Object { path, size, delivered: None, tag: None });
        }
        Ok(())
    }
}

impl Source for Files {
    fn list(&self) -> Result<Listing, Error> {
        if self.paths.is_empty() {
            return Err(Error::NoPath);
        }
        let mut found = Found { several_ways: self.paths.len() > 1, ..Found::default() };
        for path in self.paths.iter().collect::<BTreeSet<_>>() {
            if path == Path::new(STANDARD_INPUT) {
                self.take_in(path, &mut found)?;
                continue;
            }
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => found.walk(path)?,
                Ok(metadata) if metadata.is_file() => found.file(path, metadata.len()),
                Ok(_) => self.take_in(path, &mut found)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let Some(pattern) = Pattern::new(path)? else {
                        return Err(Error::Missing { path: path.clone() });
                    };
                    found.fitting(&pattern)?;
                }
                Err(source) => return Err(Error::Unreadable { path: path.clone(), source }),
            }
        }
        let listing = found.listing();
        tracing::debug!(
            objects = listing.objects.len(),
            digests = listing.digests,
            insights = listing.insights,
            problems = listing.problems.len(),
            "listed"
        );
        Ok(listing)
    }

    fn version(&self, object: &Object) -> u64 {
        let changed = fs::metadata(&object.path).and_then(|metadata| metadata.modified());
        let age = changed.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        age.map_or(0, |age| age.as_nanos() as u64)
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        if let Some(intake) = self.intakes().get(&object.path) {
            return intake.open();
        }
        Ok(Box::new(fs::File::open(&object.path)?))
    }
}

/// What a search has found so far; the same file may be there several times.
#[derive(Default)]
struct Found {
    objects: Vec<Object>,
    problems: Vec<FileProblem>,
    /// Whether a file may have been found under two names.
    several_ways: bool,
}

impl Found {
    fn file(&mut self, path: &Path, size: u64) {
        let (path, delivered) = (path.to_path_buf(), delivered(path));
        self.objects.push(Object { path, size, delivered, tag: None });
    }

    fn problem(&mut self, path: &Path, reason: Reason) {
        self.problems.push(FileProblem { path: path.to_path_buf(), offset: None, reason });
    }

    fn walk(&mut self, folder: &Path) -> Result<(), Error> {
        fs::read_dir(folder)
            .map_err(|source| Error::Unreadable { path: folder.to_path_buf(), source })?;
        for entry in WalkDir::new(folder).follow_links(true) {
            self.entry(entry);
        }
        Ok(())
    }

    fn fitting(&mut self, pattern: &Pattern) -> Result<(), Error> {
        let before = self.objects.len() + self.problems.len();
        let walk = WalkDir::new(pattern.folder()).follow_links(true).into_iter();
        for entry in walk.filter_entry(|entry| pattern.may_hold(entry.path(), entry.depth())) {
            let fits = match &entry {
                Ok(entry) => !entry.file_type().is_dir() && pattern.fits(entry.path()),
                Err(error) => error.path().is_some_and(|path| pattern.fits(path)),
            };
            self.several_ways |= entry.as_ref().is_ok_and(walkdir::DirEntry::path_is_symlink);
            if fits {
                self.entry(entry);
            }
        }
        if self.objects.len() + self.problems.len() == before {
            return Err(Error::NothingFits { pattern: pattern.path().to_path_buf() });
        }
        Ok(())
    }

    fn entry(&mut self, entry: walkdir::Result<walkdir::DirEntry>) {
        self.several_ways |= entry.as_ref().is_ok_and(walkdir::DirEntry::path_is_symlink);
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) if entry.file_type().is_file() => match entry.metadata() {
                Ok(metadata) => self.file(entry.path(), metadata.len()),
                Err(error) => self.failed(&error),
            },
            Ok(entry) => self.problem(entry.path(), Reason::Special),
            // The link leads to a folder that is being walked: its files are found there.
            Err(error) if error.loop_ancestor().is_some() => {
                tracing::debug!(%error, "a link that leads back");
            }
            Err(error) => self.failed(&error),
        }
    }

    fn failed(&mut self, error: &walkdir::Error) {
        // The library's own words repeat the path.
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        self.problem(error.path().unwrap_or(Path::new("")), Reason::Unreadable(reason));
    }

    /// Sorts, drops what was found several times, and counts what is not to be read.
    fn listing(mut self) -> Listing {
        self.objects.sort();
        self.problems.sort_by(|a, b| a.path.cmp(&b.path));
        self.problems.dedup();
        let mut listing = Listing { problems: self.problems, ..Listing::default() };
        let mut known = BTreeSet::new();
        for object in self.objects {
            if self.several_ways {
                let real = fs::canonicalize(&object.path).unwrap_or_else(|_| object.path.clone());
                if !known.insert(real) {
                    continue;
                }
            }
            listing.add(object);
        }
        listing
    }
}

#[cfg(test)]
mod tests;
