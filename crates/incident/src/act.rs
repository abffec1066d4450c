//! What is known of a suspicious event's action.

use detect::Act;
use intel::action::{Access, Action};

/// What intel knows of the action, which an act names as `service:Name`.
pub(crate) fn action_of(act: &Act) -> Action {
    let (service, name) = act.action.split_once(':').unwrap_or(("", &act.action));
    intel::action::lookup(service, name, None)
}

/// Whether an action changes something rather than look at it.
pub(crate) fn changes(action: &Action) -> bool {
    !matches!(action.access, Access::List | Access::Read | Access::Unknown)
}
