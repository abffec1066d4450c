//! A key that reads only what is public is renewed without haste: a new key first, then the old one
//! is switched off when nothing uses it.

use super::Case;
use super::restore_access::new_key;
use crate::plan::{Action, Step};
use crate::target::Target;

pub(super) fn steps(case: &Case<'_>, target: &Target) -> Vec<Step> {
    if !case.public_only || target.by_thief || target.keys.is_empty() {
        return Vec::new();
    }
    let step = new_key(case, target, Action::Rotate, "rotate").because(
        "The key only reads what is public anyway: what runs with it is moved to a new key before \
         the old one is switched off with --with deactivate-key.",
    );
    vec![step]
}
