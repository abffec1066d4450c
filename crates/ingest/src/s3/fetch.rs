//! Parts of objects, fetched with patience.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use aws_sdk_s3::Client;
use tokio::sync::Semaphore;

use super::client::Bucket;
use super::fault::{Fault, chain};
use super::place::Place;
use crate::Object;

/// Objects are fetched in parts of so many bytes; nearly all of CloudTrail's are one part.
pub(super) const PART: u64 = 2 << 20;

/// Requests that are on their way at the same time.
const REQUESTS: usize = 64;

/// What the SDK has given up, or does not try again, is gone on with so often, further and further
/// apart.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Fetches parts of objects.
pub(super) struct Fetcher {
    clients: RwLock<BTreeMap<String, Client>>,
    requests: Semaphore,
}

/// What came of a part: all of it, or its beginning and why there is no more.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) bytes: Vec<u8>,
    pub(super) fault: Option<Fault>,
}

impl Default for Fetcher {
    fn default() -> Self {
        Self { clients: RwLock::default(), requests: Semaphore::new(REQUESTS) }
    }
}

impl Fetcher {
    /// Gets to know a bucket.
    pub(super) fn add(&self, bucket: &Bucket) {
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.insert(bucket.name.clone(), bucket.client.clone());
    }

    fn client(&self, bucket: &str) -> Option<Client> {
        self.clients.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()
    }

    /// Fetches the part of an object that begins at this byte.
    pub(super) async fn part(&self, object: &Object, begin: u64) -> Part {
        let end = object.size.min(begin + PART);
        let mut part = Part::default();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt - 1)).await;
            }
            let rest = begin + part.bytes.len() as u64..end;
            part.fault = self.get(object, rest, &mut part.bytes).await.err();
            match &part.fault {
                Some(fault) if fault.passes() => {
                    tracing::debug!(path = %object.path.display(), ?fault, attempt, "once more");
                }
                _ => break,
            }
        }
        part
    }

    /// Adds what comes of a range to what is there.
    async fn get(
        &self,
        object: &Object,
        range: Range<u64>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let unknown = || Fault::Other("it is in no bucket that was listed".to_owned());
        let place = object.path.to_str().and_then(Place::split);
        let (bucket, key) = place.ok_or_else(unknown)?;
        let client = self.client(bucket).ok_or_else(unknown)?;
        // The semaphore is never closed.
        let _turn = self.requests.acquire().await;
        let mut request = client.get_object().bucket(bucket).key(key);
        // What is read is what was listed, though it comes in several parts.
        request = request.set_if_match(object.tag.as_deref().map(ToOwned::to_owned));
        if range.start > 0 || range.end < object.size {
            request = request.range(format!("bytes={}-{}", range.start, range.end - 1));
        }
        let mut body = request.send().await.map_err(|error| Fault::of(&error))?.body;
        let wanted = (range.end - range.start) as usize;
        let mut got = 0;
        bytes.reserve_exact(wanted);
        let why = loop {
            match body.next().await {
                Some(Ok(chunk)) => {
                    let chunk = &chunk[..chunk.len().min(wanted - got)];
                    bytes.extend_from_slice(chunk);
                    got += chunk.len();
                }
                None if got == wanted => return Ok(()),
                None => break "its end".to_owned(),
                Some(Err(error)) => break chain(&error),
            }
        };
        if got == wanted {
            // All is there, but it is not what it should be: its checksum is another.
            bytes.truncate(bytes.len() - got);
            got = 0;
        }
        Err(Fault::Cut { got: range.start + got as u64, of: object.size, why })
    }
}

impl Part {
    /// A part that a task was to fetch and did not.
    pub(super) fn lost(error: &tokio::task::JoinError) -> Self {
        Self { bytes: Vec::new(), fault: Some(Fault::Other(error.to_string())) }
    }

    /// Its bytes, unless there is not one of them but a reason.
    pub(super) fn begun(self) -> io::Result<Self> {
        match &self.fault {
            Some(fault) if self.bytes.is_empty() => Err(fault.into()),
            _ => Ok(self),
        }
    }
}
