//! The texts of values whose codes cannot be put into words again.

use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::code::Code;

/// Texts by code, few and in order, one after the other: each is its code in eight bytes, its
/// length in two, and itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names(ThinVec<u8>);

const CODE: usize = 8;
const HEAD: usize = CODE + 2;

impl Names {
    /// The text of a code, if it has one.
    pub(crate) fn get(&self, code: Code) -> Option<&str> {
        self.iter().find(|(_, known, _)| *known == code).map(|(.., text)| text)
    }

    /// Notes a text; of one that is far too long, the beginning.
    pub(crate) fn add(&mut self, code: Code, text: &str) {
        let next = self.iter().find(|(_, known, _)| *known >= code);
        if next.is_some_and(|(_, known, _)| known == code) {
            return;
        }
        let at = next.map_or(self.0.len(), |(at, ..)| at);
        let text = &text[..text.floor_char_boundary(usize::from(u16::MAX))];
        let length = (text.len() as u16).to_be_bytes();
        self.0.reserve_exact(HEAD + text.len());
        let bytes = code.number().to_be_bytes().into_iter().chain(length).chain(text.bytes());
        self.0.splice(at..at, bytes);
    }

    /// Adds all texts of another collection.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (_, code, text) in other.iter() {
            self.add(code, text);
        }
    }

    /// Forgets the texts of codes that are not wanted any more.
    pub(crate) fn retain(&mut self, wanted: impl Fn(Code) -> bool) {
        let mut stay = Self::default();
        for (_, code, text) in self.iter().filter(|(_, code, _)| wanted(*code)) {
            stay.add(code, text);
        }
        *self = stay;
    }

    /// Gives back memory that is not used.
    pub(crate) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Where each text begins, its code, itself.
    fn iter(&self) -> impl Iterator<Item = (usize, Code, &str)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (code, rest) = self.0.get(at..)?.split_first_chunk::<CODE>()?;
            let (length, rest) = rest.split_first_chunk::<2>()?;
            let text = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
            let item = (at, Code::of_number(u64::from_be_bytes(*code)), str::from_utf8(text).ok()?);
            at += HEAD + text.len();
            Some(item)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::code::Code;

    #[test]
    fn texts_are_found_whatever_the_order_in_which_they_came() {
        let texts = [(7, "seven"), (0, ""), (u64::MAX, "日本"), (8, "eight")];
        let names = |texts: &[(u64, &str)]| {
            let mut names = Names::default();
            for (code, text) in texts {
                names.add(Code::of_number(*code), text);
                names.add(Code::of_number(*code), "another");
            }
            names
        };
        let mut all = names(&texts);
        let mut reversed = texts;
        reversed.reverse();
        assert_eq!(all, names(&reversed));
        all.merge(&names(&texts[..2]));
        for (code, text) in texts {
            assert_eq!(all.get(Code::of_number(code)), Some(text));
        }
        assert_eq!(all.get(Code::of_number(1)), None);
        all.retain(|code| code.number() == 7 || code.number() == 9);
        assert_eq!(all, names(&texts[..1]));
        let mut long = Names::default();
        long.add(Code::of_number(1), &"é".repeat(40_000));
        assert_eq!(long.get(Code::of_number(1)).map(str::len), Some(65_534));
    }
}
