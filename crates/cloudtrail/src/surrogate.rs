//! Halves of characters in JSON: `\ud800` without its other half is legal to write and impossible
//! to read, and would cost everything around it.

use std::borrow::Cow;

use memchr::memchr;

/// What stands for half a character once it is read.
const REPLACEMENT: &str = "\\ufffd";

/// The JSON text with every half of a character replaced; the same text if there is none, which is
/// seen at once where nothing is escaped.
pub(crate) fn mended(json: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', json.as_bytes()) else { return Cow::Borrowed(json) };
    let mut out = String::new();
    // Up to here the text is in `out`.
    let mut done = 0;
    let mut at = first;
    while let Some(backslash) = memchr(b'\\', &json.as_bytes()[at..]) {
        let begin = at + backslash;
        at = match (unit(json, begin), unit(json, begin + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => begin + 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str(&json[done..begin]);
                out.push_str(REPLACEMENT);
                done = begin + 6;
                done
            }
            // The byte behind the backslash is escaped, so it is none itself.
            _ => begin + 2,
        };
        if at >= json.len() {
            break;
        }
    }
    if done == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(&json[done..]);
    Cow::Owned(out)
}

/// The number of the escape `\uXXXX` that begins here.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.as_bytes().get(at..at + 6)?.strip_prefix(b"\\u")?;
    let is_number = digits.iter().all(u8::is_ascii_hexdigit);
    is_number.then(|| u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn halves_are_replaced_and_nothing_else() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""x\uDE00y\uD83Dz""#, r#""x\ufffdy\ufffdz""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            // An escaped backslash before `ud800` makes it five letters.
            (r#""\\ud800\\\ud800""#, r#""\\ud800\\\ufffd""#),
            (r#""\u00e9\ud80""#, r#""\u00e9\ud80""#),
            (r#""é\u0041\"#, r#""é\u0041\"#),
        ];
        for (text, expected) in cases {
            assert_eq!(mended(text), expected);
        }
    }
}
