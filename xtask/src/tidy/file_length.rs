//! Files stay short enough to be read.

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "file-length",
    holds: "No hand-written Rust or TypeScript file has more than 800 lines, tests apart; most have 100 to 300.",
    particulars: no_particulars,
    check,
};

const LIMIT: usize = 800;

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        let lines = file.text.lines().count();
        let measured = matches!(file.extension(), "rs" | "ts" | "tsx")
            && !file.is_test()
            && !file.is_generated();
        if measured && lines > LIMIT {
            let message =
                format!("the file has {lines} lines, more than {LIMIT}: split it by idea");
            violations.push(Violation::new(&file.path, LIMIT + 1, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn a_long_file_is_told_unless_it_is_a_test_or_generated() {
        let long = "line\n".repeat(LIMIT + 1);
        let generated = format!("// @generated\n{long}");
        let files = [
            ("a.rs", long.as_str()),
            ("ui/src/Page.tsx", &long),
            ("crates/x/src/a/tests.rs", &long),
            ("crates/x/tests/a.rs", &long),
            ("b.rs", &generated),
            ("c.rs", "short\n"),
            ("notes.md", &long),
        ];
        let told: Vec<_> =
            check(&tree_of(&files)).into_iter().map(|violation| violation.path).collect();
        assert_eq!(told, ["a.rs", "ui/src/Page.tsx"]);
    }
}
