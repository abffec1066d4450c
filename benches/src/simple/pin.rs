//! The pin of instance credentials: whoever uses a session from another address than its first is
//! not the instance. (Published by Netflix in 2018.)

use std::collections::HashMap;

use compact_str::CompactString;
use foldhash::fast::FixedState;

use super::alarms::key_of;
use super::call::Call;

/// The first address of every instance session, and how many calls came from elsewhere.
#[derive(Default)]
pub(super) struct Pins(HashMap<CompactString, (CompactString, u32), FixedState>);

impl Pins {
    /// How many calls of the session have come from elsewhere, if this is one.
    pub(super) fn see(&mut self, call: &Call<'_>) -> f64 {
        let session = call.event.identity.assumed_role().map(|(_, session)| session);
        if !session.is_some_and(|session| session.starts_with("i-")) {
            return 0.0;
        }
        let (first, elsewhere) =
            self.0.entry(key_of(call)).or_insert_with(|| (call.address.clone(), 0));
        if *first == call.address {
            return 0.0;
        }
        *elsewhere += 1;
        f64::from(*elsewhere)
    }
}
