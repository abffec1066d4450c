//! What is known of the input as a whole.

use cloudtrail::Time;
use iam::Authorization;

/// What is known of the input as a whole: incidents are told against it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// What could not be checked, one sentence each.
    pub coverage: &'a [String],
    /// The last event of all.
    pub last: Option<Time>,
    /// Which sorts of events there were at all.
    pub shown: Shown,
    /// What identities of the accounts may do, where the user gave their policies.
    pub authorization: Option<&'a Authorization>,
}

/// Sorts of events that a trail may lack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Shown {
    /// Objects read and written in S3.
    pub objects: bool,
    /// Functions invoked, table items read, and other data events.
    pub other_data: bool,
    /// Sign-ins to the console.
    pub sign_ins: bool,
    /// What AWS Health says of keys.
    pub health: bool,
}
