//! Where a lake lies: a folder, or a bucket.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use tokio::runtime::{Builder, Runtime};

use crate::Error;

/// A place with files, behind an interface that waits.
#[derive(Debug)]
pub(crate) struct Place {
    /// As it was given.
    pub(crate) name: String,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) runtime: Runtime,
    /// The folder, if it is one.
    folder: Option<PathBuf>,
}

/// How the place of a lake is reached.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The address of the S3 service, if it is another than AWS names.
    pub s3_endpoint: Option<String>,
}

impl Place {
    /// Opens a folder or `s3://BUCKET/PREFIX`. Makes the folder if asked to.
    pub(crate) fn open(name: &str, access: &Access, make: bool) -> Result<Self, Error> {
        let wrong = |why: String| Error::Place { place: name.to_owned(), why };
        if let Some(rest) = name.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let bucket = bucket_store(bucket, access).map_err(wrong)?;
            let prefix = Path::parse(prefix.trim_end_matches('/'))
                .map_err(|error| wrong(error.to_string()))?;
            let store: Arc<dyn ObjectStore> = if prefix.as_ref().is_empty() {
                bucket
            } else {
                Arc::new(PrefixStore::new(bucket, prefix))
            };
            return Self::of(name, store);
        }
        if name.contains("://") {
            return Err(wrong("give a folder or s3://BUCKET/PREFIX".to_owned()));
        }
        let folder = FilePath::new(name);
        if make {
            std::fs::create_dir_all(folder).map_err(|error| wrong(error.to_string()))?;
        } else if !folder.is_dir() {
            return Err(Error::NoLake { place: name.to_owned() });
        }
        let folder = folder.canonicalize().map_err(|error| wrong(error.to_string()))?;
        let store =
            LocalFileSystem::new_with_prefix(&folder).map_err(|error| wrong(error.to_string()))?;
        // Folders of days that are gone go as well.
        let store: Arc<dyn ObjectStore> = Arc::new(store.with_automatic_cleanup(true));
        Ok(Self { folder: Some(folder), ..Self::of(name, store)? })
    }

    /// Any store.
    pub(crate) fn of(name: &str, store: Arc<dyn ObjectStore>) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("lake")
            .enable_all()
            .build()
            .map_err(|source| Error::Runtime { source })?;
        Ok(Self { name: name.to_owned(), store, runtime, folder: None })
    }

    /// Waits for what a store does.
    pub(crate) fn wait<T>(&self, doing: impl Future<Output = T>) -> T {
        self.runtime.block_on(doing)
    }

    /// The objects under a prefix.
    pub(crate) fn list(&self, prefix: &str) -> Result<Vec<ObjectMeta>, Error> {
        let prefix = Path::from(prefix);
        self.wait(self.store.list(Some(&prefix)).try_collect::<Vec<_>>())
            .map_err(Error::store("list", &prefix))
    }

    /// An object's bytes; `None` if there is none.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Bytes>, Error> {
        let path = Path::from(path);
        let read = self.wait(async { self.store.get(&path).await?.bytes().await });
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::store("read", &path)(error)),
        }
    }

    /// Whether there is an object.
    pub(crate) fn has(&self, path: &str) -> Result<bool, Error> {
        let path = Path::from(path);
        match self.wait(self.store.head(&path)) {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(Error::store("look for", &path)(error)),
        }
    }

    /// Writes an object, whole or not at all, over what is there.
    pub(crate) fn write(&self, path: &str, bytes: Bytes) -> Result<(), Error> {
        let path = Path::from(path);
        self.wait(self.store.put(&path, PutPayload::from_bytes(bytes)))
            .map_err(Error::store("write", &path))?;
        self.keep(&path)
    }

    /// Writes an object if there is none; tells whether there was none.
    pub(crate) fn create(&self, path: &str, bytes: Bytes) -> Result<bool, Error> {
        let path = Path::from(path);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let put = self.store.put_opts(&path, PutPayload::from_bytes(bytes), options);
        match self.wait(put) {
            Ok(_) => self.keep(&path).map(|()| true),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. },
            ) => Ok(false),
            Err(error) => Err(Error::store("write", &path)(error)),
        }
    }

    /// Moves objects, each over what is there; those that are gone are left out.
    pub(crate) fn rename_all(&self, moves: Vec<(String, String)>) -> Result<(), Error> {
        self.all(moves, async |(from, to)| {
            let (from, to) = (Path::from(from), Path::from(to));
            missing_ok(self.store.rename(&from, &to).await, "move", &from)
        })
    }

    /// Removes objects that may be there.
    pub(crate) fn remove_all(&self, paths: Vec<String>) -> Result<(), Error> {
        self.all(paths, async |path| {
            let path = Path::from(path);
            missing_ok(self.store.delete(&path).await, "remove", &path)
        })
    }

    /// Does something with each of many, several at a time.
    fn all<T>(
        &self,
        list: Vec<T>,
        doing: impl AsyncFn(T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        const AT_ONCE: usize = 16;
        let doing = &doing;
        let each = futures::stream::iter(list).map(Ok);
        self.wait(each.try_for_each_concurrent(AT_ONCE, |one| doing(one)))
    }

    /// Brings a file of a folder onto the disk, so that what follows never outlives it when the
    /// power fails. Buckets promise as much by themselves.
    fn keep(&self, path: &Path) -> Result<(), Error> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let file = path.parts().fold(folder.clone(), |folder, part| folder.join(part.as_ref()));
        let kept = std::fs::File::open(&file).and_then(|file| file.sync_all());
        kept.map_err(|error| {
            let source = object_store::Error::Generic { store: "folder", source: Box::new(error) };
            Error::store("write", path)(source)
        })
    }
}

fn missing_ok(
    result: object_store::Result<()>,
    doing: &'static str,
    path: &Path,
) -> Result<(), Error> {
    match result {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(Error::store(doing, path)(error)),
    }
}

#[cfg(feature = "aws")]
fn bucket_store(bucket: &str, access: &Access) -> Result<Arc<dyn ObjectStore>, String> {
    use object_store::aws::AmazonS3Builder;
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    let named = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].map(|name| std::env::var(name).ok());
    let mut endpoint = access.s3_endpoint.clone().into_iter().chain(named.into_iter().flatten());
    if let Some(endpoint) = endpoint.find(|url| !url.is_empty()) {
        builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
    }
    let store = builder.build().map_err(|error| error.to_string())?;
    Ok(Arc::new(store))
}

#[cfg(not(feature = "aws"))]
fn bucket_store(_: &str, _: &Access) -> Result<Arc<dyn ObjectStore>, String> {
    Err("this keyhound was built without S3; build it with `--features aws`".to_owned())
}
