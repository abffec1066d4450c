//! An event as bytes, and back.

use std::collections::HashSet;
use std::hash::Hash;
use std::io;
use std::sync::Arc;

use cloudtrail::{Event, Identity};

use super::run::Frame;

/// The bytes of an event; equal for equal events. Empty where it cannot be written, which no event
/// that was decoded is a case of.
pub(crate) fn code(event: &Event) -> Vec<u8> {
    postcard::to_stdvec(event).unwrap_or_default()
}

/// The memory that an event takes, in bytes, roughly: what it shares with others is counted as its
/// own, and the rounding of the allocator as a constant.
pub(crate) fn weight(event: &Event) -> usize {
    const ROUNDING: usize = 64;
    let details = [&event.request, &event.response, &event.record];
    let details: usize = details.into_iter().flatten().map(|text| text.len()).sum();
    let resources: usize = event.resources.iter().map(|name| size_of_val(name) + name.len()).sum();
    let matches = event.matches.iter().flat_map(|matches| &matches.values);
    let matches: usize = matches.map(size_of_val).sum();
    let identity = &event.identity;
    let caller = identity.arn.len() + identity.principal_id.len() + event.user_agent.len();
    size_of::<Event>() + details + resources + matches + caller + event.error.len() + ROUNDING
}

type Table<T> = HashSet<Arc<T>, foldhash::fast::FixedState>;

/// Callers and clients that came back from disk lately: those of many events are kept once.
#[derive(Default)]
pub(super) struct Known {
    identities: Table<Identity>,
    clients: Table<str>,
}

impl Known {
    /// The event of a frame, and its lane.
    pub(super) fn event(&mut self, frame: &Frame) -> io::Result<(u8, Event)> {
        let mut event: Event = postcard::from_bytes(&frame.code)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        share(&mut self.identities, &mut event.identity);
        share(&mut self.clients, &mut event.user_agent);
        Ok((frame.lane, event))
    }
}

/// Takes the equal value that is known; remembers a new one.
fn share<T: Hash + Eq + ?Sized>(known: &mut Table<T>, value: &mut Arc<T>) {
    /// Beyond this many entries a table starts anew.
    const MOST: usize = 8_192;
    if let Some(same) = known.get(value) {
        *value = Arc::clone(same);
        return;
    }
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(Arc::clone(value));
}
