//! Shuts a thief out of AWS: plan, apply, verify, undo.
//!
//! A [`Thing`](thing::Thing) is one setting in AWS; a [`Plan`] says which settings become what, and
//! the [`Call`]s that lead there. An [`Account`](account::Account) is read and changed through one
//! small trait: from files when offline, by the AWS SDK (feature `aws`) otherwise. Nothing here knows
//! who asked, and nothing is changed unless [`apply`](apply::apply) is told to.

pub mod account;
mod action;
pub mod apply;
#[cfg(feature = "aws")]
pub mod aws;
pub mod call;
pub mod checklist;
pub mod document;
pub mod format;
pub mod impact;
pub mod journal;
mod leftover;
pub mod matrix;
mod names;
pub mod offline;
pub mod plan;
pub mod policy;
pub mod progress;
pub mod shell;
pub mod target;
pub mod thing;
pub mod undo;
pub mod verify;

pub use call::Call;
pub use plan::Plan;
