//! Objects in S3 buckets as a source.
//!
//! Only two requests are made: `ListObjectsV2` and `GetObject`. What is written here is plain and
//! blocking on its outside; inside, requests run beside one another on two threads of their own.

mod ahead;
mod body;
mod client;
mod fault;
mod fetch;
mod layout;
mod list;
mod place;

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_config::SdkConfig;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

use crate::{Error, Listing, Object, Source};

use ahead::Ahead;
use body::Body;
use client::Bucket;
use fetch::Fetcher;
pub(crate) use layout::Period;
pub(crate) use place::Place;

/// Objects in S3 buckets: a prefix with everything below it, or a single object.
///
/// Objects are fetched before they are asked for, up to a bound, and whatever passes is tried again:
/// a busy service, a broken connection, a body that ends too early.
pub(crate) struct S3 {
    places: Vec<Place>,
    period: Period,
    endpoint: Option<String>,
    configuration: OnceCell<SdkConfig>,
    buckets: Mutex<BTreeMap<String, Bucket>>,
    fetcher: Arc<Fetcher>,
    ahead: Ahead,
    // The last field: what runs on it is dropped before it is.
    runtime: Runtime,
}

/// Requests spend their time waiting; these threads only decrypt and copy.
const THREADS: usize = 2;

impl S3 {
    /// The objects at these places. Nothing is asked of anybody before [`Source::list`].
    pub(crate) fn new(
        places: Vec<Place>,
        period: Period,
        endpoint: Option<String>,
    ) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("s3")
            .enable_all()
            .build()
            .map_err(|error| Error::bucket("s3", format!("{error}; close some programs")))?;
        let fetcher = Arc::<Fetcher>::default();
        let ahead = Ahead::new(runtime.handle().clone(), Arc::clone(&fetcher));
        Ok(Self {
            places,
            period,
            endpoint,
            configuration: OnceCell::new(),
            buckets: Mutex::default(),
            fetcher,
            ahead,
            runtime,
        })
    }

    /// The bucket of a place, ready to be asked.
    async fn bucket(&self, place: &Place) -> Result<Bucket, Error> {
        if let Some(bucket) = self.buckets().get(&place.bucket) {
            return Ok(bucket.clone());
        }
        let load = || client::configuration(self.endpoint.as_deref());
        let bucket = Bucket::find(place, self.configuration.get_or_init(load).await).await?;
        self.fetcher.add(&bucket);
        self.buckets().insert(place.bucket.clone(), bucket.clone());
        Ok(bucket)
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<String, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn found(&self) -> Result<Listing, Error> {
        let mut found = list::Found::default();
        for place in &self.places {
            let bucket = self.bucket(place).await?;
            found.add(list::below(&bucket, place, self.period).await?);
        }
        let listing = found.listing();
        tracing::debug!(objects = listing.objects.len(), digests = listing.digests, "listed in S3");
        Ok(listing)
    }
}

impl Source for S3 {
    fn list(&self) -> Result<Listing, Error> {
        self.runtime.block_on(self.found())
    }

    fn version(&self, object: &Object) -> u64 {
        let hash = |tag| foldhash::quality::FixedState::with_seed(0).hash_one(tag);
        object.tag.as_deref().map_or(0, hash)
    }

    fn announce(&self, objects: &mut dyn Iterator<Item = &Object>) {
        self.ahead.announce(objects);
    }

    fn open(&self, object: &Object) -> io::Result<Box<dyn Read + Send>> {
        let first = self.ahead.take(object);
        let body = Body::begin(self.runtime.handle().clone(), &self.fetcher, object, first)?;
        Ok(Box::new(body))
    }
}
