//! An access key is switched off, never deleted: its id is needed, and a deletion is for ever.

use super::Way;
use crate::call::{Call, KeyStatus};

pub(super) fn calls(user: &str, key: &str, from: Option<&str>, to: Option<&str>) -> Way {
    let status = match (from, to) {
        (Some(_), Some("Active")) => KeyStatus::Active,
        (Some(_), Some("Inactive")) => KeyStatus::Inactive,
        (None, _) => return Err("there is no such key any more"),
        _ => return Err("a key is never deleted"),
    };
    let (user_name, access_key_id) = (user.to_owned(), key.to_owned());
    Ok(vec![Call::UpdateAccessKey { user_name, access_key_id, status }])
}
