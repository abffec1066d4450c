//! Objects that hold records, and where they come from.

use std::io::{self, Read};
use std::path::PathBuf;

use cloudtrail::Time;

use crate::name::Kind;
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

    /// Hears which objects will be opened next, in about this order, in place of what it heard
    /// before. What is far away can be fetched before it is asked for.
    fn announce(&self, _objects: &mut dyn Iterator<Item = &Object>) {}

    /// Opens an object that [`Source::list`] found, from its beginning and as often as needed. The
    /// bytes are as they are stored, gzip or plain.
    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>>;
}

/// One file of records.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Where it is; `-` for standard input.
    pub path: PathBuf,
    /// Its size as stored, in bytes.
    pub size: u64,
    /// When CloudTrail delivered it, if its name tells.
    pub delivered: Option<Time>,
    /// What the source calls this state of the object, where it has such a name: S3's `ETag`.
    pub tag: Option<Box<str>>,
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

impl Listing {
    /// Adds an object to what is to be read, or counts it.
    pub(crate) fn add(&mut self, object: Object) {
        match Kind::of(&object.path) {
            Kind::Log => self.objects.push(object),
            Kind::Digest => self.digests += 1,
            Kind::Insight => self.insights += 1,
            Kind::Aggregate => self.aggregates += 1,
        }
    }

    /// Adds what another source holds.
    pub(crate) fn join(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.objects.sort();
        self.digests += other.digests;
        self.insights += other.insights;
        self.aggregates += other.aggregates;
        self.problems.extend(other.problems);
    }
}
