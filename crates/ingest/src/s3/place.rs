//! Names of places in S3.

use std::path::{Path, PathBuf};

use crate::Error;

const SCHEME: &str = "s3://";

/// A bucket and where in it: `s3://BUCKET/KEY`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(super) bucket: String,
    /// A key or the beginning of one, as given.
    pub(super) key: String,
}

impl Place {
    /// Reads `s3://BUCKET/KEY`.
    pub(crate) fn new(path: &Path) -> Result<Self, Error> {
        let text = path.to_string_lossy();
        let (bucket, key) = Self::split(&text).unwrap_or_default();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if bucket.is_empty() || !bucket.bytes().all(is_name) {
            let reason = "it names no bucket; write s3://BUCKET/PREFIX";
            return Err(Error::bucket(&text, reason));
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }

    /// The bucket and the key of an object's path.
    pub(super) fn split(path: &str) -> Option<(&str, &str)> {
        let rest = path.strip_prefix(SCHEME)?;
        Some(rest.split_once('/').unwrap_or((rest, "")))
    }

    /// The path of a key in this bucket.
    pub(super) fn path(&self, key: &str) -> PathBuf {
        PathBuf::from(format!("{SCHEME}{}/{key}", self.bucket))
    }

    /// What all keys begin with that lie in this folder.
    pub(super) fn folder(&self) -> String {
        match self.key.as_str() {
            "" => String::new(),
            key if key.ends_with('/') => key.to_owned(),
            key => format!("{key}/"),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{SCHEME}{}/{}", self.bucket, self.key)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Place;

    #[test]
    fn buckets_and_folders() {
        for (path, shown, folder) in [
            ("s3://trail", "s3://trail/", ""),
            ("s3://trail/", "s3://trail/", ""),
            ("s3://trail/AWSLogs", "s3://trail/AWSLogs", "AWSLogs/"),
            ("s3://a.b-c_d/x/AWSLogs/", "s3://a.b-c_d/x/AWSLogs/", "x/AWSLogs/"),
            ("s3://trail//x", "s3://trail//x", "/x/"),
        ] {
            let place = Place::new(Path::new(path)).unwrap();
            assert_eq!((place.to_string().as_str(), place.folder().as_str()), (shown, folder));
        }
        for path in ["s3://", "s3:///AWSLogs", "s3://a b/c", "s3://arn:aws:s3:::trail"] {
            let error = Place::new(Path::new(path)).unwrap_err().to_string();
            assert!(error.ends_with("names no bucket; write s3://BUCKET/PREFIX"), "{error}");
        }
    }
}
