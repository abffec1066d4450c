//! An event as bytes, and back.

use std::collections::HashSet;
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
    let details = [&event.request, &event.response];
    let details: usize = details.into_iter().flatten().map(|text| text.len()).sum();
    let resources: usize = event.resources.iter().map(|name| size_of_val(name) + name.len()).sum();
    let matches = event.matches.iter().flat_map(|matches| &matches.values);
    let matches: usize = matches.map(|value| size_of_val(value)).sum();
    let identity = &event.identity;
    let caller = identity.arn.len() + identity.principal_id.len() + event.user_agent.len();
    size_of::<Event>() + details + resources + matches + caller + event.error.len() + ROUNDING
}

/// Callers and clients that came back from disk lately: those of many events are kept once.
#[derive(Default)]
pub(super) struct Known {
    identities: HashSet<Arc<Identity>, foldhash::fast::FixedState>,
    clients: HashSet<Arc<str>, foldhash::fast::FixedState>,
}

impl Known {
    /// Beyond this many entries a table starts anew.
    const MOST: usize = 8_192;

    /// The event of a frame, and its lane.
    pub(super) fn event(&mut self, frame: &Frame) -> io::Result<(u8, Event)> {
        let mut event: Event = postcard::from_bytes(&frame.code)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        match self.identities.get(&event.identity) {
            Some(known) => event.identity = Arc::clone(known),
            None => {
                if self.identities.len() >= Self::MOST {
                    self.identities.clear();
                }
                self.identities.insert(Arc::clone(&event.identity));
            }
        }
        match self.clients.get(&event.user_agent) {
            Some(known) => event.user_agent = Arc::clone(known),
            None => {
                if self.clients.len() >= Self::MOST {
                    self.clients.clear();
                }
                self.clients.insert(Arc::clone(&event.user_agent));
            }
        }
        Ok((frame.lane, event))
    }
}
