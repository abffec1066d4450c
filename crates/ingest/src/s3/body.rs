//! The bytes of one object, part by part.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::fetch::{Fetcher, PART, Part};
use crate::Object;

/// Parts of one object that are on their way while another is being read.
const AHEAD: usize = 2;

/// Reads an object. Up to [`AHEAD`] further parts of a large one are under way meanwhile.
pub(super) struct Body {
    handle: Handle,
    fetcher: Arc<Fetcher>,
    object: Arc<Object>,
    part: Part,
    /// How much of the part has been read.
    read: usize,
    /// Where the next part begins that is not on its way.
    next: u64,
    coming: VecDeque<JoinHandle<Part>>,
}

impl Body {
    /// Begins with the first part of an object; fails if there is not one byte of it.
    pub(super) fn begin(
        handle: Handle,
        fetcher: &Arc<Fetcher>,
        object: &Object,
        first: JoinHandle<Part>,
    ) -> io::Result<Self> {
        let part = wait(&handle, first).begun()?;
        let (fetcher, object) = (Arc::clone(fetcher), Arc::new(object.clone()));
        Ok(Self { handle, fetcher, object, part, read: 0, next: PART, coming: VecDeque::new() })
    }

    fn fill(&mut self) {
        while self.coming.len() < AHEAD && self.next < self.object.size {
            let (fetcher, object) = (Arc::clone(&self.fetcher), Arc::clone(&self.object));
            let begin = self.next;
            self.coming
                .push_back(self.handle.spawn(async move { fetcher.part(&object, begin).await }));
            self.next += PART;
        }
    }
}

fn wait(handle: &Handle, part: JoinHandle<Part>) -> Part {
    handle.block_on(part).unwrap_or_else(|error| Part::lost(&error))
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = (&self.part.bytes[self.read..]).read(buffer)?;
            self.read += count;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            if let Some(fault) = &self.part.fault {
                return Err(fault.into());
            }
            self.fill();
            let Some(part) = self.coming.pop_front() else { return Ok(0) };
            self.part = wait(&self.handle, part);
            self.read = 0;
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.coming.iter().for_each(JoinHandle::abort);
    }
}
