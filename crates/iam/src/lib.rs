//! What policies allow: policy documents, their evaluation, and what an account's identities may do.
//!
//! Evaluation follows the IAM user guide, "Policy evaluation logic": an explicit deny anywhere
//! wins; otherwise the identity's policies, its boundary, every level of service control policies
//! and the session's policies must each allow. What is not documented is not guessed: it counts as
//! *maybe*.

mod authorization;
mod condition;
mod context;
mod escalation;
mod evaluate;
mod glob;
mod policy;
mod reach;
mod statement;
mod tri;
mod variable;

pub use authorization::{Authorization, Identity, IdentityKind};
pub use context::Context;
pub use evaluate::{Decision, Policies, decide};
pub use policy::Policy;
pub use reach::{Extent, Level, Reach, ServiceReach, may, reach};
