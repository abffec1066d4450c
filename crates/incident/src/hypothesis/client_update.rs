//! The same program in a new version.

use detect::Key;

use super::{Case, Finding};

const NAME: &str = "client-update";

pub(super) fn test(case: &Case<'_>) -> Finding {
    if case.has(&Key::Client) {
        let text = "the client is another program, not a newer version of the usual one";
        return Finding::contradicted(NAME, text);
    }
    if case.moved() {
        let text = "the client may be the usual one, but the network is not";
        return Finding::contradicted(NAME, text);
    }
    Finding::unknown(NAME, "the client is the usual one")
}
