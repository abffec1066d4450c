//! A key beside the old one. Taken back, it is deleted: it is ours, and its secret is in our file.

use super::Way;
use crate::call::{Call, KeyStatus};

pub(super) fn calls(user: &str, from: Option<&str>, to: Option<&str>) -> Way {
    let user_name = user.to_owned();
    match (from, to) {
        (None, _) => Ok(vec![Call::CreateAccessKey { user_name }]),
        (Some(key), None) => {
            let access_key_id = key.to_owned();
            let off = Call::UpdateAccessKey {
                user_name: user_name.clone(),
                access_key_id: access_key_id.clone(),
                status: KeyStatus::Inactive,
            };
            Ok(vec![off, Call::DeleteAccessKey { user_name, access_key_id }])
        }
        (Some(_), Some(_)) => Err("a key's id is chosen by AWS"),
    }
}
