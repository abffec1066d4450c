//! A store in memory from which the power can be taken, and how other engines see it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A store that fails for good after so many changes.
#[derive(Debug)]
pub(crate) struct Mortal {
    inner: Arc<InMemory>,
    left: Arc<AtomicI64>,
}

impl Mortal {
    pub(crate) fn new(inner: &Arc<InMemory>, changes: i64) -> Self {
        Self { inner: Arc::clone(inner), left: Arc::new(AtomicI64::new(changes)) }
    }

    fn change(left: &AtomicI64) -> Result<()> {
        if left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        Err(object_store::Error::Generic { store: "mortal", source: "killed".into() })
    }
}

impl fmt::Display for Mortal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("mortal")
    }
}

#[async_trait]
impl ObjectStore for Mortal {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        Self::change(&self.left)?;
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let left = Arc::clone(&self.left);
        let allowed = locations.map(move |location| Self::change(&left).and(location));
        self.inner.delete_stream(allowed.boxed())
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        Self::change(&self.left)?;
        self.inner.copy_opts(from, to, options).await
    }
}

/// How often each event is in the files that other engines find, which read every file below
/// `events/`. Fails if one of them is broken.
pub(crate) fn in_place(store: &Arc<InMemory>) -> BTreeMap<String, u32> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let files = runtime.block_on(async {
        let list: Vec<ObjectMeta> =
            store.list(Some(&Path::from("events"))).try_collect().await.unwrap();
        let mut files = Vec::new();
        for object in list {
            files.push(store.get(&object.location).await.unwrap().bytes().await.unwrap());
        }
        files
    });
    let mut counts = BTreeMap::new();
    for file in files {
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let ids = batch.column_by_name("event_id").unwrap();
            let ids = arrow::array::AsArray::as_string::<i32>(ids);
            for id in ids {
                *counts.entry(id.unwrap().to_owned()).or_default() += 1;
            }
        }
    }
    counts
}

/// Paths below a folder.
pub(crate) fn paths(store: &Arc<InMemory>, folder: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let list = store.list(Some(&Path::from(folder))).try_collect::<Vec<_>>();
    runtime.block_on(list).unwrap().into_iter().map(|object| object.location.to_string()).collect()
}
