//! What is normal for a principal: bounded, decaying, mergeable.
//!
//! A [`Profile`] remembers for each value of each dimension *on which of the last 128 days* it was
//! seen. That memory can be merged exactly: learning a history in slices, in any order, gives the
//! same profile as learning it at once. A [`Crowd`] counts how many principals have a value, so
//! that one busy scanner cannot make a call normal. Nothing here knows what is suspicious.

mod code;
mod crowd;
mod days;
mod names;
mod network;
mod profile;
mod rate;
mod table;
mod volume;

pub use code::{
    Accounts, Actions, Classes, Clients, Code, Dimension, Legible, Places, Platforms, Prefixes,
    Regions, Systems, TimeBins,
};
pub use crowd::{Crowd, Crowds, Group};
pub use days::{Day, Days};
pub use network::{Network, Place, Prefix, System};
pub use profile::{Fresh, Profile, Shown, Sighting, Values};
pub use rate::{back_off, novelty_rate, with_novelty};
pub use table::Entry;
pub use volume::{Amount, Taken, Volume, WINDOW_SECONDS};
