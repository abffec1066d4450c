//! Digests as text.

use std::fmt::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Error;

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of a thing as this version writes it in JSON.
pub(crate) fn digest(thing: &impl Serialize) -> Result<String, Error> {
    Ok(hex(&Sha256::digest(serde_json::to_vec(thing)?)))
}
