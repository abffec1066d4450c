//! Objects that hold records, and where they come from.

use std::io::{self, Read};
use std::path::PathBuf;

use cloudtrail::Time;

use crate::{Error, FileProblem};

/// A place that objects are read from.
pub trait Source: Sync {
    /// Finds the objects that are there now.
    fn list(&self) -> Result<Listing, Error>;

    /// Tells an object from an older one of the same name and size: a number that changes with it,
    /// such as the time of its last change; 0 where there is none.
    fn version(&self, _object: &Object) -> u64 {
        0
    }

    /// Opens an object that [`Source::list`] found, from its beginning and as often as needed. The
    /// bytes are as they are stored, gzip or plain.
    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>>;
}

/// One file of records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Where it is; `-` for standard input.
    pub path: PathBuf,
    /// Its size as stored, in bytes.
    pub size: u64,
    /// When CloudTrail delivered it, if its name tells.
    pub delivered: Option<Time>,
}

/// What a source holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// What is to be read, sorted by path, each once.
    pub objects: Vec<Object>,
    /// Digest files: hashes of other files.
    pub digests: u64,
    /// Insight files: unusual rates that CloudTrail found in other records.
    pub insights: u64,
    /// Aggregated files: sums over other records.
    pub aggregates: u64,
    /// What is there but cannot be read at all.
    pub problems: Vec<FileProblem>,
}
