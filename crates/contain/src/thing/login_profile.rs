//! A password is deleted, and a new one made: the old one cannot be put back by anybody.

use crate::call::Call;

pub(super) fn calls(user: &str, to: Option<&str>) -> Vec<Call> {
    let user_name = user.to_owned();
    vec![match to {
        Some(_) => Call::CreateLoginProfile { user_name },
        None => Call::DeleteLoginProfile { user_name },
    }]
}
