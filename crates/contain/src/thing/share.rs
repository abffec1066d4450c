//! Whom a snapshot or an image is given to.

use std::collections::BTreeSet;

use crate::call::Call;

pub(super) fn calls(region: &str, what: &str, from: Option<&str>, to: Option<&str>) -> Vec<Call> {
    let listed = |state: Option<&str>| -> BTreeSet<String> {
        state.unwrap_or_default().split_whitespace().map(ToOwned::to_owned).collect()
    };
    let (from, to) = (listed(from), listed(to));
    let add: Vec<String> = to.difference(&from).cloned().collect();
    let remove: Vec<String> = from.difference(&to).cloned().collect();
    if add.is_empty() && remove.is_empty() {
        return Vec::new();
    }
    let (region, id) = (region.to_owned(), what.to_owned());
    vec![if what.starts_with("ami-") {
        Call::ModifyImageAttribute { region, image_id: id, add, remove }
    } else {
        Call::ModifySnapshotAttribute { region, snapshot_id: id, add, remove }
    }]
}
