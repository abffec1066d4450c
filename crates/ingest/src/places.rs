//! Everything that a user names, on this machine and in S3, as one source.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cloudtrail::Time;

use crate::{Error, Files, Listing, Object, Source};

#[cfg(feature = "aws")]
use crate::s3::{Period, Place, S3};

/// What is far away is chosen from before it is listed, since listing takes time and money.
#[derive(Debug, Clone, Default)]
pub struct Remote {
    /// Folders of a trail that hold nothing from this moment on are not listed.
    pub since: Option<Time>,
    /// Nor those that hold nothing before this one.
    pub until: Option<Time>,
    /// The address of the S3 service, if it is another than AWS names.
    pub endpoint: Option<String>,
}

/// Places that a user names: what [`Files`] reads, and `s3://BUCKET/PREFIX`.
pub struct Places {
    /// Absent if all places are elsewhere.
    files: Option<Files>,
    #[cfg(feature = "aws")]
    s3: Option<S3>,
}

/// Whether a path is meant to be in S3.
pub fn in_s3(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with("s3://"))
}

impl Places {
    /// The places of these names. Nothing is looked at before [`Source::list`].
    pub fn new(
        paths: impl IntoIterator<Item = impl Into<PathBuf>>,
        remote: &Remote,
    ) -> Result<Self, Error> {
        let paths = paths.into_iter().map(Into::into);
        let (far, near): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| in_s3(path));
        let files = (far.is_empty() || !near.is_empty()).then(|| Files::new(near));
        Self::with(files, &far, remote)
    }

    #[cfg(feature = "aws")]
    fn with(files: Option<Files>, far: &[PathBuf], remote: &Remote) -> Result<Self, Error> {
        let places: Vec<Place> =
            far.iter().map(|path| Place::new(path)).collect::<Result<_, _>>()?;
        if places.is_empty() {
            return Ok(Self { files, s3: None });
        }
        let period = Period { since: remote.since, until: remote.until };
        let s3 = S3::new(places, period, remote.endpoint.clone())?;
        Ok(Self { files, s3: Some(s3) })
    }

    #[cfg(not(feature = "aws"))]
    fn with(files: Option<Files>, far: &[PathBuf], _remote: &Remote) -> Result<Self, Error> {
        match far.first() {
            Some(path) => Err(Error::NotBuilt { path: path.clone() }),
            None => Ok(Self { files }),
        }
    }

    /// Who has what is of this name.
    fn of(&self, path: &Path) -> io::Result<&dyn Source> {
        #[cfg(feature = "aws")]
        if let Some(s3) = self.s3.as_ref().filter(|_| in_s3(path)) {
            return Ok(s3);
        }
        let unknown = || io::Error::new(io::ErrorKind::NotFound, path.display().to_string());
        self.files.as_ref().map(|files| files as &dyn Source).ok_or_else(unknown)
    }

    fn all(&self) -> impl Iterator<Item = &dyn Source> {
        let files = self.files.iter().map(|files| files as &dyn Source);
        #[cfg(feature = "aws")]
        let files = files.chain(self.s3.iter().map(|s3| s3 as &dyn Source));
        files
    }
}

impl Source for Places {
    fn list(&self) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        for source in self.all() {
            listing.join(source.list()?);
        }
        Ok(listing)
    }

    fn version(&self, object: &Object) -> u64 {
        self.of(&object.path).map_or(0, |source| source.version(object))
    }

    fn announce(&self, objects: &mut dyn Iterator<Item = &Object>) {
        #[cfg(feature = "aws")]
        if let Some(s3) = &self.s3 {
            s3.announce(&mut objects.filter(|object| in_s3(&object.path)));
        }
        #[cfg(not(feature = "aws"))]
        let _ = objects;
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        self.of(&object.path)?.open(object)
    }
}
