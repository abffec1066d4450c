//! The beginnings of objects that will be opened soon, fetched before anybody asks.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::fetch::{Fetcher, PART, Part};
use crate::Object;

/// Bytes that are held for objects nobody has opened yet; one part more at most.
const BYTES: u64 = 32 << 20;

/// Objects that are held, or on their way.
const OBJECTS: usize = 256;

/// What is fetched ahead.
pub(super) struct Ahead {
    handle: Handle,
    fetcher: Arc<Fetcher>,
    window: Mutex<Window>,
}

#[derive(Default)]
struct Window {
    /// Not begun, in the order in which they will be opened.
    announced: VecDeque<Object>,
    /// Begun, by path. A path of objects is a text: `a//b` is another object than `a/b`.
    begun: HashMap<OsString, (u64, JoinHandle<Part>)>,
    bytes: u64,
}

impl Ahead {
    pub(super) fn new(handle: Handle, fetcher: Arc<Fetcher>) -> Self {
        Self { handle, fetcher, window: Mutex::default() }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches these in place of what was announced before.
    pub(super) fn announce(&self, objects: &mut dyn Iterator<Item = &Object>) {
        let mut window = self.window();
        let mut kept = HashMap::new();
        let mut known = HashSet::new();
        window.announced.clear();
        for object in objects {
            let path = object.path.as_os_str();
            if let Some(begun) = window.begun.remove(path) {
                kept.insert(path.to_owned(), begun);
            } else if !kept.contains_key(path) && known.insert(path) {
                window.announced.push_back(object.clone());
            }
        }
        for (_, (_, task)) in std::mem::replace(&mut window.begun, kept) {
            task.abort();
        }
        window.bytes = window.begun.values().map(|(bytes, _)| bytes).sum();
        self.fill(&mut window);
    }

    /// The first part of an object, on its way or about to be.
    pub(super) fn take(&self, object: &Object) -> JoinHandle<Part> {
        let mut window = self.window();
        let path = object.path.as_os_str();
        if let Some((bytes, task)) = window.begun.remove(path) {
            window.bytes -= bytes;
            self.fill(&mut window);
            return task;
        }
        window.announced.retain(|announced| announced.path.as_os_str() != path);
        self.begin(object.clone())
    }

    fn fill(&self, window: &mut Window) {
        while window.bytes < BYTES && window.begun.len() < OBJECTS {
            let Some(object) = window.announced.pop_front() else { return };
            let bytes = object.size.min(PART);
            window.bytes += bytes;
            let path = object.path.as_os_str().to_owned();
            window.begun.insert(path, (bytes, self.begin(object)));
        }
    }

    fn begin(&self, object: Object) -> JoinHandle<Part> {
        let fetcher = Arc::clone(&self.fetcher);
        self.handle.spawn(async move { fetcher.part(&object, 0).await })
    }
}
