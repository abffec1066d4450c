//! One pure step: the state of a principal and an event become a new state and what is to be told.
//!
//! No I/O, no clock, no randomness: time comes with the events, and the same events in the same
//! order give the same output on any machine. Where events come from, and who builds incidents
//! from what is told here, this crate does not know.

mod act;
mod basis;
mod bits;
mod call;
mod episode;
mod evidence;
mod fact;
mod output;
mod pattern;
mod policy;
mod principal;
mod readdressed;
mod resource;
mod rule;
mod settings;
mod shard;
pub mod signal;
mod state;
mod step;
mod steps;
mod summary;
mod texts;
mod totals;
mod trust;
mod weights;
mod window;

pub use act::{Act, Untold};
pub use basis::Basis;
pub use bits::Bits;
pub use call::{Call, KnownAction, Lens, Origin};
pub use episode::Episode;
pub use evidence::{Evidence, Item, Key, Limit, Line, Score, Words};
pub use fact::{Fact, Subject};
pub use output::{
    Arrival, Destination, EpisodeId, GrantMade, News, Notice, Outputs, Readdressed, Report, Told,
    What,
};
pub use pattern::Pattern;
pub use principal::{Caller, Kind, Principal};
pub use rule::{Completed, Level, Rule};
pub use settings::{AnnouncedTest, Lesson, Settings};
pub use shard::Shard;
pub use state::State;
pub use step::Judge;
pub use summary::Summary;
pub use totals::Totals;
pub use trust::{EvidenceGroup, Trust};
pub use weights::Weights;

pub use profile::{Prefix, System};
