//! An observation in words, packed: most are never read.

use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

/// What was observed, what is usual and what peers do, in one piece of memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words(ThinVec<u8>);

impl Words {
    /// So many bytes of each text are kept; text of a record can be long, and nobody reads on.
    const LONGEST: usize = 2_048;

    /// The three texts.
    pub fn new(observed: &str, usual: &str, peers: &str) -> Self {
        let texts =
            [observed, usual, peers].map(|text| &text[..text.floor_char_boundary(Self::LONGEST)]);
        let mut packed =
            ThinVec::with_capacity(4 + texts.iter().map(|text| text.len()).sum::<usize>());
        for text in &texts[..2] {
            packed.extend_from_slice(&(text.len() as u16).to_le_bytes());
        }
        for text in texts {
            packed.extend_from_slice(text.as_bytes());
        }
        Self(packed)
    }

    /// What was seen.
    pub fn observed(&self) -> &str {
        self.split()[0]
    }

    /// What is usual for the principal.
    pub fn usual(&self) -> &str {
        self.split()[1]
    }

    /// What the peers do.
    pub fn peers(&self) -> &str {
        self.split()[2]
    }

    /// The three texts again; empty where a snapshot holds something else.
    fn split(&self) -> [&str; 3] {
        let texts = || {
            let (lengths, rest) = self.0.split_first_chunk::<4>()?;
            let [a, b, c, d] = *lengths;
            let (observed, rest) = rest.split_at_checked(u16::from_le_bytes([a, b]).into())?;
            let (usual, peers) = rest.split_at_checked(u16::from_le_bytes([c, d]).into())?;
            let text = |bytes| std::str::from_utf8(bytes).ok();
            Some([text(observed)?, text(usual)?, text(peers)?])
        };
        texts().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn texts_come_out_as_they_went_in() {
        for texts in [["", "", ""], ["a", "", "ü"], ["one", "two", "three"]] {
            let words = Words::new(texts[0], texts[1], texts[2]);
            assert_eq!([words.observed(), words.usual(), words.peers()], texts);
        }
        assert_eq!(Words::default().peers(), "");
        let long = "ä".repeat(5_000);
        assert_eq!(Words::new(&long, "b", "c").observed().len(), 2_048);
    }
}
