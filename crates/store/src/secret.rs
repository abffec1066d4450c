//! Secrets that are handed out once: sessions, API tokens, setup links.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// What every secret begins with, so that programs that look for leaked secrets know it.
const PREFIX: &str = "keyhound_";

/// 256 random bits. The store keeps their SHA-256 only: nobody can guess 256 bits, so that a slow hash
/// would gain nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Of bits that the caller took from the operating system.
    pub const fn new(bits: [u8; 32]) -> Self {
        Self(bits)
    }

    /// As it is handed out.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// Reads what somebody hands in; none if it is no secret of ours.
    pub fn read(text: &str) -> Option<Self> {
        let bits = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        Some(Self(bits.try_into().ok()?))
    }

    /// As it is kept.
    pub(crate) fn hash(&self) -> String {
        hex(&Sha256::digest(self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_out_is_known_again_and_never_shown() {
        let secret = Secret::new(std::array::from_fn(|index| index as u8));
        let text = secret.text();
        assert_eq!(text, "keyhound_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        assert_eq!(Secret::read(&text), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret");
        // printf '%b' "$(printf '\\x%02x' {0..31})" | sha256sum
        assert_eq!(
            secret.hash(),
            "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
        );
        for other in ["", "keyhound_", &text[1..], &text[..text.len() - 1], "keyhound_%%%"] {
            assert_eq!(Secret::read(other), None, "{other}");
        }
    }
}
