//! The pin of a machine's credentials: whoever uses its session from another address than its first
//! is not the machine. (Published by Netflix in 2018, for instances; containers and functions are
//! held to it here as well.)

use std::collections::HashMap;

use compact_str::CompactString;
use foldhash::fast::FixedState;

use super::call::Call;

/// The first address of every session that is no person's, and how many calls came from elsewhere.
#[derive(Default)]
pub(super) struct Pins(HashMap<CompactString, (CompactString, u32), FixedState>);

impl Pins {
    /// How many calls of the session have come from elsewhere, if this is one.
    pub(super) fn see(&mut self, call: &Call<'_>) -> f64 {
        let identity = &call.event.identity;
        let session = identity.assumed_role().map(|(_, session)| session);
        if session.is_none_or(|session| session.contains('@')) {
            return 0.0;
        }
        // A machine keeps its session's name when its keys are renewed.
        let first = || (call.address.clone(), 0);
        let (first, elsewhere) = self.0.entry(identity.arn.clone()).or_insert_with(first);
        if *first == call.address {
            return 0.0;
        }
        *elsewhere += 1;
        f64::from(*elsewhere)
    }
}
