//! Text with `*` for anything and `?` for one character, as in IAM policies.

use std::fmt;

/// A pattern over a whole text; upper and lower case differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern; `None` for the empty text, which nothing would match.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it matches the whole of a text. Takes time proportional to the product of both
    /// lengths at worst, however many stars there are.
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_bytes(), text.as_bytes());
        let (mut at, mut here) = (0, 0);
        // Where to go on after the last star: behind it, and one further into the text.
        let mut retry: Option<(usize, usize)> = None;
        while here < text.len() {
            match pattern.get(at) {
                Some(b'*') => {
                    retry = Some((at + 1, here));
                    at += 1;
                }
                Some(b'?') => {
                    at += 1;
                    here += 1;
                    // One character may be several bytes.
                    while text.get(here).is_some_and(|byte| byte & 0xc0 == 0x80) {
                        here += 1;
                    }
                }
                Some(byte) if *byte == text[here] => {
                    at += 1;
                    here += 1;
                }
                _ => {
                    let Some((after, from)) = retry else { return false };
                    retry = Some((after, from + 1));
                    at = after;
                    here = from + 1;
                }
            }
        }
        pattern[at..].iter().all(|byte| *byte == b'*')
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn stars_and_question_marks() {
        let cases = [
            ("deploy", "deploy", true),
            ("deploy", "deployer", false),
            ("deploy", "Deploy", false),
            ("arn:aws:iam::*:role/audit", "arn:aws:iam::111122223333:role/audit", true),
            ("arn:aws:iam::*:role/audit*", "arn:aws:iam::1:role/audit-ro", true),
            ("*", "", true),
            ("*", "anything", true),
            ("a?c", "abc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*ab*ab", "aabab", true),
            ("*a*b*c", "xaxbxcx", false),
            ("a**", "a", true),
            ("[x]", "[x]", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Pattern::new(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(Pattern::new(""), None);
    }

    #[test]
    fn many_stars_stay_quick() {
        let pattern = Pattern::new(&"*a".repeat(50)).unwrap();
        assert!(!pattern.matches(&("a".repeat(20_000) + "b")));
    }
}
