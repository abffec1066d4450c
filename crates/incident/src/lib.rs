//! Episodes become incidents: ledger, hypotheses, story, advice.
//!
//! A [`Tracker`] hears everything that [`detect`] tells, in the order of the events, and joins the
//! episodes of one theft: by lineage, by what was made, by a network that several principals have
//! in common. It knows nothing of storage, HTTP or AWS.

mod across;
mod act;
mod blast;
mod closure;
pub mod feedback;
mod grants;
mod hypothesis;
mod incident;
mod index;
mod input;
pub mod investigation;
mod ledger;
mod movements;
mod severity;
mod story;
mod summary;
mod tracker;

pub use detect::Act;
pub use incident::{
    Edge, Hypothesis, IdentitySummary, Incident, LedgerLine, SCHEMA, Severity, Status, Verdict,
};
pub use input::{Input, Shown};
pub use investigation::Investigation;
pub use tracker::Tracker;
