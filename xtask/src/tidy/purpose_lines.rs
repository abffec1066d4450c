//! Every module says what it is for before anything else.

use super::{Rule, SourceFile, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "purpose-lines",
    holds: "Every Rust file opens with a `//!` line that says what it is for, `tests.rs` beside a module apart.",
    particulars: no_particulars,
    check,
};

fn check(tree: &Tree) -> Vec<Violation> {
    let lacking = tree
        .with_extension("rs")
        .filter(|file| !opens_with_purpose(&file.text) && !is_exempt(file));
    let message =
        "the file does not open with its purpose: start it with a line `//! What it is for.`";
    lacking.map(|file| Violation::new(&file.path, 1, message)).collect()
}

/// What `tests.rs` is for stands in the module that it tests.
fn is_exempt(file: &SourceFile) -> bool {
    file.is_generated() || file.path.ends_with("/tests.rs")
}

fn opens_with_purpose(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("//!").is_some_and(|purpose| !purpose.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn a_file_without_purpose_is_told() {
        let files = [
            ("a.rs", "//! What a is for.\n"),
            ("b.rs", "use a;\n//! too late\n"),
            ("c.rs", ""),
            ("d.rs", "//!\n"),
        ];
        let told: Vec<_> =
            check(&tree_of(&files)).into_iter().map(|violation| violation.path).collect();
        assert_eq!(told, ["b.rs", "c.rs", "d.rs"]);
    }
}
