//! Client string → tool, SDK, operating system, version.
//!
//! The string is whatever the caller sent, so it identifies nobody; what it is good for is comparison with
//! what the same credential sent before, and the tells of a few tools.

mod kind;
mod os;
mod parse;
mod products;

#[cfg(test)]
mod tests;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

pub use kind::ClientKind;
pub use os::{AttackDistribution, Os, Runtime};
pub use parse::parse;

/// A client string, understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Client {
    /// What to compare: the tool, or the SDK if no tool is named; never its version.
    ///
    /// Lower case, at most 32 ASCII letters, digits and `.-_+`; `none` for an empty string.
    pub family: CompactString,
    /// Version of the tool as it gives it, at most 24 characters, often empty.
    pub version: CompactString,
    /// The SDK beneath a tool that wraps one: `botocore`, `aws-sdk-go-v2`.
    pub sdk: Option<CompactString>,
    /// Operating system, if it is told.
    pub os: Os,
    /// Where the program says it runs.
    pub runtime: Option<Runtime>,
    /// What sort of program it is.
    pub kind: ClientKind,
    /// An attack distribution of Linux that shows in the string.
    pub attack_distribution: Option<AttackDistribution>,
}
