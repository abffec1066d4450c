//! Shuts a thief out of AWS: plan, apply, verify, undo.
//!
//! A [`Thing`](thing::Thing) is one setting in AWS; a plan says which settings become what, and the
//! [`Call`]s that lead there. An [`Account`](account::Account) is read and changed through one small
//! trait: from files when offline, by the AWS SDK (feature `aws`) otherwise. Nothing here knows who
//! asked, and nothing is changed unless `apply` is told to.

pub mod account;
#[cfg(feature = "aws")]
pub mod aws;
pub mod call;
pub mod document;
pub mod shell;
pub mod thing;

pub use call::Call;
