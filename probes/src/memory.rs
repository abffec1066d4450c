//! Files in memory, as a source of records.

use std::io::{self, Cursor, Read};
use std::path::PathBuf;

use ingest::{Error, Listing, Object, Source};

/// Files by name.
#[derive(Debug)]
pub(crate) struct Memory(Vec<(PathBuf, Vec<u8>)>);

impl Memory {
    /// A source of these files; sorted, since a listing is.
    pub(crate) fn new(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort();
        files.dedup_by(|one, other| one.0 == other.0);
        Self(files)
    }
}

impl Source for Memory {
    fn list(&self) -> Result<Listing, Error> {
        let objects = self.0.iter().map(|(path, bytes)| Object {
            path: path.clone(),
            size: bytes.len() as u64,
            delivered: ingest::delivered(path),
            ..Object::default()
        });
        Ok(Listing { objects: objects.collect(), ..Listing::default() })
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        let file = self.0.iter().find(|(path, _)| *path == object.path);
        let (_, bytes) = file.ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes.clone())))
    }
}
