//! Untrusted text made plain, and cut to what a receiver takes.

/// One line of text that hides nothing: control characters, marks that turn the reading
/// direction, and what has no shape are spelled out.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    text.chars().for_each(|character| spell(character, &mut plain));
    plain
}

fn spell(character: char, out: &mut String) {
    match character {
        '"' | '\'' | '\\' => out.push(character),
        // Letters by their class, and blank.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => {
            out.extend(character.escape_unicode());
        }
        _ => out.extend(character.escape_debug()),
    }
}

/// The same, of at most so many characters, which says how many of the text were left out; no more
/// of a long text is looked at than is kept.
pub(crate) fn line(text: &str, most: usize) -> String {
    let total = text.chars().count();
    if total <= most {
        let whole = plain(text);
        if whole.chars().count() <= most {
            return whole;
        }
    }
    let room = most.saturating_sub(note(total).chars().count());
    let (mut line, mut used, mut kept) = (String::new(), 0, 0);
    for character in text.chars() {
        let mut spelled = String::new();
        spell(character, &mut spelled);
        used += spelled.chars().count();
        if used > room {
            break;
        }
        line += &spelled;
        kept += 1;
    }
    line += &note(total - kept);
    line
}

/// A text of at most so many characters, which says how many were left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    cut_by(text, most, |_| 1)
}

/// A text of at most so many bytes, which says how many characters were left out.
pub(crate) fn cut_bytes(text: &str, most: usize) -> String {
    cut_by(text, most, char::len_utf8)
}

/// A text of at most so many units of UTF-16, in which some receivers count, which says how many
/// characters were left out.
pub(crate) fn cut_utf16(text: &str, most: usize) -> String {
    cut_by(text, most, char::len_utf16)
}

/// Cuts between characters: what is kept, together with the note on what is not, weighs at most
/// `most`.
fn cut_by(text: &str, most: usize, weight: impl Fn(char) -> usize) -> String {
    let weigh = |text: &str| text.chars().map(&weight).sum::<usize>();
    if weigh(text) <= most {
        return text.to_owned();
    }
    let total = text.chars().count();
    // The longest note there can be leaves the least room, so that the final one fits.
    let room = most.saturating_sub(weigh(&note(total)));
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|character| {
            used += weight(*character);
            used <= room
        })
        .collect();
    let cut = format!("{kept}{}", note(total - kept.chars().count()));
    if weigh(&cut) <= most { cut } else { String::new() }
}

fn note(count: usize) -> String {
    format!(" … ({count} more characters)")
}

/// The first few of a list, each as a line of at most so many characters, and a line that says how
/// many there are besides. What is blank does not count.
pub(crate) fn first(items: &[String], few: usize, most: usize) -> Vec<String> {
    let items = || items.iter().filter(|item| !item.trim().is_empty());
    let mut lines: Vec<String> = items().take(few).map(|item| line(item, most)).collect();
    let more = items().count() - lines.len();
    if more > 0 {
        lines.push(format!("… and {more} more"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{cut, cut_bytes, cut_utf16, first, line, plain};

    #[test]
    fn what_would_be_obeyed_or_hidden_is_spelled_out() {
        let cases = [
            ("deploy's \"C:\\x\" René 日本", "deploy's \"C:\\x\" René 日本"),
            ("a\r\nBcc: x", r"a\r\nBcc: x"),
            ("\u{1b}[2J", r"\u{1b}[2J"),
            ("user\u{202e}nimda", r"user\u{202e}nimda"),
            ("ad\u{200b}min\u{feff}", r"ad\u{200b}min\u{feff}"),
            ("x\u{2028}y\u{a0}z", r"x\u{2028}y\u{a0}z"),
            ("a\u{301}", r"a\u{301}"),
            ("\u{3164}\u{2800}", r"\u{3164}\u{2800}"),
            ("x\u{e0041}\u{fe0f}\u{ad}", r"x\u{e0041}\u{fe0f}\u{ad}"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn a_cut_says_what_is_missing() {
        assert_eq!(cut("short", 5), "short");
        let cut = cut(&"x".repeat(200), 40);
        assert_eq!(cut, format!("{} … (184 more characters)", "x".repeat(16)));
        assert_eq!(cut.chars().count(), 40);
    }

    #[test]
    fn a_line_is_cut_between_what_is_spelled_out() {
        let text = "\u{1b}".repeat(20);
        assert_eq!(line(&text, 120), text.chars().map(|_| r"\u{1b}").collect::<String>());
        assert_eq!(line(&text, 40), format!(r"\u{{1b}}\u{{1b}} … (18 more characters)"));
    }

    #[test]
    fn a_list_says_how_many_more_there_are() {
        let items: Vec<String> = ["a", " ", "b", "c"].map(ToOwned::to_owned).to_vec();
        assert_eq!(first(&items, 3, 9), ["a", "b", "c"]);
        assert_eq!(first(&items, 1, 9), ["a", "… and 2 more"]);
        assert!(first(&items[1..2], 3, 9).is_empty());
    }

    type Measure = fn(&str) -> usize;

    proptest! {
        #[test]
        fn a_cut_keeps_its_bound_and_begins_as_the_text(text in "\\PC{0,120}", most in 0_usize..130) {
            prop_assert!(most < 30 || line(&text, most).chars().count() <= most);
            let measures: [(String, Measure); 3] = [
                (cut(&text, most), |text| text.chars().count()),
                (cut_bytes(&text, most), str::len),
                (cut_utf16(&text, most), |text| text.encode_utf16().count()),
            ];
            for (cut, measure) in measures {
                prop_assert!(measure(&cut) <= most);
                let kept = cut.split(" … (").next().unwrap();
                prop_assert!(text.starts_with(kept));
            }
        }
    }
}
