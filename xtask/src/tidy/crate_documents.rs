//! Every crate can be found and introduces itself.

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "crate-documents",
    holds: "Every crate has a section in the code map of `ARCHITECTURE.md` and a `README.md` in its folder.",
    particulars: no_particulars,
    check,
};

const MAP: &str = "ARCHITECTURE.md";

fn check(tree: &Tree) -> Vec<Violation> {
    let map = tree.file(MAP).map_or("", |file| file.text.as_str());
    let mut violations = Vec::new();
    for member in &tree.crates {
        let heading = format!("### `{}`", member.folder);
        if !map.lines().any(|line| line.starts_with(&heading)) {
            violations.push(Violation::new(
                MAP,
                0,
                format!("the code map lacks crate `{}`: add a section `{heading}`", member.name),
            ));
        }
        let readme = format!("{}/README.md", member.folder);
        if !tree.paths.contains(&readme) {
            let message = format!(
                "crate `{}` has no README.md: say what it is, what it must not know and where to start",
                member.name
            );
            violations.push(Violation::new(readme, 0, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::{crate_of, tree_of};
    use super::*;

    #[test]
    fn a_crate_without_section_and_readme_is_told_twice() {
        let files = [
            (MAP, "## Code map\n\n### `crates/detect`\n"),
            ("crates/detect/README.md", "# detect\n"),
        ];
        let crates = vec![crate_of("detect", &[]), crate_of("profile", &[])];
        let told = check(&Tree { crates, ..tree_of(&files) });
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|violation| violation.message.contains("`profile`")), "{told:?}");
    }
}
