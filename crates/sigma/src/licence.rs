//! What a licence file says, in a few words that can stand behind every rule of its folder.

use crate::file::line;

/// Licences that rules are met under, by words that stand near the beginning of their text.
const KNOWN: &[(&str, &str, &str)] = &[
    ("detection rule license", "1.1", "Detection Rule License 1.1"),
    ("detection rule license", "1.0", "Detection Rule License 1.0"),
    ("detection rule license", "", "Detection Rule License"),
    ("apache license", "2.0", "Apache License 2.0"),
    ("mit license", "", "MIT License"),
    ("gnu affero general public license", "", "GNU Affero General Public License"),
    ("gnu general public license", "", "GNU General Public License"),
    ("elastic license", "2.0", "Elastic License 2.0"),
];

/// The licence that a text is; its first line where it is none of the known ones.
pub fn in_words(text: &str) -> String {
    /// A licence names itself in its first lines; further down it may name others.
    const BEGINNING: usize = 400;
    let beginning = text[..text.floor_char_boundary(BEGINNING)].to_lowercase();
    let known = KNOWN
        .iter()
        .find(|(name, version, _)| beginning.contains(name) && beginning.contains(version));
    if let Some((.., words)) = known {
        return (*words).to_owned();
    }
    let title = |line: &str| line.trim_matches(|c: char| c.is_whitespace() || c == '#').to_owned();
    let first = text.lines().map(title).find(|line| !line.is_empty());
    first.map_or_else(String::new, |first| line(&first, 80))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn licences_are_told_by_their_beginning() {
        let cases = [
            ("# Detection Rule License (DRL) 1.1\n\nPermission is", "Detection Rule License 1.1"),
            ("\n   Apache License\n  Version 2.0, January 2004", "Apache License 2.0"),
            ("MIT License\n\nCopyright", "MIT License"),
            ("\n## Rules of Example GmbH\nAll rights reserved", "Rules of Example GmbH"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(in_words(text), expected);
        }
    }
}
