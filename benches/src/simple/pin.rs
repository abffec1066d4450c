//! The pin of a machine's credentials: whoever uses its session from another address than its first
//! is not the machine. (Published by Netflix in 2018, for instances; containers and functions are
//! held to it here as well.)

use std::collections::HashMap;

use compact_str::CompactString;
use foldhash::fast::FixedState;

use super::call::Call;

/// Every session that is no person's.
#[derive(Default)]
pub(super) struct Pins(HashMap<CompactString, Pin, FixedState>);

/// The first address of a session, and how many calls came from there and from elsewhere.
struct Pin {
    first: CompactString,
    there: u32,
    elsewhere: u32,
}

impl Pins {
    /// How firmly the pin held until this call, if the call is from elsewhere: calls from the first
    /// address for each from another. Sessions that move all the time are not worth a word.
    pub(super) fn see(&mut self, call: &Call<'_>) -> f64 {
        let identity = &call.event.identity;
        let session = identity.assumed_role().map(|(_, session)| session);
        if session.is_none_or(|session| session.contains('@')) {
            return 0.0;
        }
        // A machine keeps its session's name when its keys are renewed.
        let first = || Pin { first: call.address.clone(), there: 0, elsewhere: 0 };
        let pin = self.0.entry(identity.arn.clone()).or_insert_with(first);
        if pin.first == call.address {
            pin.there += 1;
            return 0.0;
        }
        pin.elsewhere += 1;
        f64::from(pin.there) / f64::from(pin.elsewhere)
    }
}
