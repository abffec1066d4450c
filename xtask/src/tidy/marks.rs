//! Work that is left lives in the tracker, not in marks in the sources.

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "marks",
    holds: "Sources carry no marks of unfinished work.",
    particulars: no_particulars,
    check,
};

/// Split, so that this file does not carry them itself.
const MARKS: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| file.extension() != "md") {
        for (index, line) in file.text.lines().enumerate() {
            let words =
                line.split(|character: char| !character.is_alphanumeric() && character != '_');
            if let Some(mark) = words.into_iter().find(|word| MARKS.contains(word)) {
                let message = format!(
                    "the line carries the mark {mark}: finish the work, or file it in the tracker"
                );
                violations.push(Violation::new(&file.path, index + 1, message));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn marks_are_told_and_longer_words_are_not() {
        let text = format!("fine\n// {}: later\nkey = \"AKIA{}\"\n", MARKS[0], MARKS[2]);
        let told: Vec<_> =
            check(&tree_of(&[("a.rs", &text)])).iter().map(|violation| violation.line).collect();
        assert_eq!(told, [2]);
    }
}
