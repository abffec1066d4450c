//! API action → access level, tactics, hot or not, popularity, resource class.

mod access;
mod names;
mod popularity;
mod resource;
mod table;
mod tactic;

#[cfg(test)]
mod tests;

pub use access::Access;
pub use names::{base_name, service};
pub use resource::ResourceClass;
pub(crate) use table::observed_incidents;
pub use table::{actions, iam_actions, lookup};
pub use tactic::{Tactic, TacticSet};

/// What is known about an API action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Action {
    /// What the action does to what it touches.
    pub access: Access,
    /// ATT&CK tactics it was seen to serve (`TrailDiscover`).
    pub tactics: TacticSet,
    /// A read that is worth much to a thief and rare for everybody else.
    pub hot: bool,
    /// In how many public incidents attackers called it (`TrailDiscover`).
    pub incidents: u16,
    /// Probability that the next new action of a benign principal is this one; over all actions, known and
    /// unknown, they sum to one.
    pub popularity: f64,
    /// What the action touches.
    pub resource_class: Option<ResourceClass>,
    /// Whether the action is in a table; if not, access is a guess from its verb.
    pub listed: bool,
    techniques: &'static str,
}

impl Action {
    /// ATT&CK technique ids, such as `T1580` (`TrailDiscover`).
    pub fn techniques(&self) -> impl Iterator<Item = &'static str> {
        self.techniques.split_ascii_whitespace()
    }
}
