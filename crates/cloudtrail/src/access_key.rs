//! Access key ids: which kind a key is, and which account it belongs to.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::AccountId;

/// An access key id, kept as CloudTrail wrote it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessKeyId(CompactString);

/// How long a key lives, told by its first four letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// `AKIA`: lives until somebody deletes it.
    LongTerm,
    /// `ASIA`: minted by STS, lives for hours.
    Temporary,
    /// Anything else, such as a key that a log exporter has masked.
    Other,
}

impl AccessKeyId {
    /// The key with this id; `None` for the empty text that root console sign-ins carry.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(CompactString::new(text)))
    }

    /// The id as CloudTrail wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind that the first four letters tell.
    pub fn kind(&self) -> KeyKind {
        match self.0.as_bytes().get(..4) {
            Some(b"AKIA") => KeyKind::LongTerm,
            Some(b"ASIA") => KeyKind::Temporary,
            _ => KeyKind::Other,
        }
    }

    /// The account that owns the key, decoded from the id itself.
    ///
    /// Ids issued since 2019 hold the account in base 32 behind the prefix: the first 48 bits,
    /// without the top bit and the lowest seven (Aidan Steele, "AWS Access Key ID formats", 2020).
    /// Older ids and made-up ones give a number that means nothing, so this is a hint and never
    /// stands above an account that the record names.
    pub fn account(&self) -> Option<AccountId> {
        let body = self.0.as_bytes().get(4..14)?;
        if self.0.len() < 20 {
            return None;
        }
        let mut bits: u64 = 0;
        for byte in body {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'2'..=b'7' => byte - b'2' + 26,
                _ => return None,
            };
            bits = (bits << 5) | u64::from(digit);
        }
        let first_48 = bits >> 2;
        AccountId::new((first_48 & 0x7fff_ffff_ff80) >> 7)
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for AccessKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.as_str(), formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessKeyId, KeyKind};

    #[test]
    fn the_prefix_tells_the_kind() {
        let kind = |text: &str| AccessKeyId::new(text).unwrap().kind();
        assert_eq!(kind("AKIAIOSFODNN7EXAMPLE"), KeyKind::LongTerm);
        assert_eq!(kind("ASIAY34FZKBOKMUTVV7A"), KeyKind::Temporary);
        assert_eq!(kind("HIDDEN_DUE_TO_SECURITY_REASONS"), KeyKind::Other);
        assert_eq!(AccessKeyId::new(""), None);
    }

    #[test]
    fn the_account_is_inside_the_id() {
        let account =
            |text: &str| AccessKeyId::new(text).unwrap().account().map(|id| id.to_string());
        assert_eq!(account("ASIAY34FZKBOKMUTVV7A").as_deref(), Some("609629065308"));
        assert_eq!(account("ASIAQNZGKIQY56JQ7WML").as_deref(), Some("029608264753"));
        assert_eq!(account("AKIA"), None);
        assert_eq!(account("AKIA1111111111111111"), None);
    }
}
