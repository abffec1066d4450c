//! Ids that other programs ask for, made from what they name: the same in every run.

use uuid::Uuid;

/// Everything below is Keyhound's own name space: version 5 of its address.
fn space() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://github.com/keyhound/keyhound")
}

/// The id of something of this kind and name.
pub(crate) fn of(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&space(), format!("{kind}\n{name}").as_bytes())
}
