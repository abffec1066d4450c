//! Every direct dependency is there for a reason that somebody wrote down.

use std::collections::BTreeMap;

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "dependency-reasons",
    holds: "Every direct dependency has its row in `docs/dependencies.md`, and every row has its dependency.",
    particulars: no_particulars,
    check,
};

const PAGE: &str = "docs/dependencies.md";

fn check(tree: &Tree) -> Vec<Violation> {
    let text = tree.file(PAGE).map_or("", |file| file.text.as_str());
    let rows = rows(text);
    let mut used = BTreeMap::new();
    for member in &tree.crates {
        for dependency in
            member.dependencies.iter().filter(|dependency| tree.member(&dependency.name).is_none())
        {
            used.entry(dependency.name.as_str()).or_insert(member);
        }
    }
    let mut violations = Vec::new();
    for (name, member) in &used {
        if !rows.contains_key(name) {
            let message = format!(
                "dependency `{name}` has no row in {PAGE}: add one that says why it is there and what else was looked at"
            );
            violations.push(Violation::new(member.manifest(), 0, message));
        }
    }
    for (name, line) in rows {
        if !used.contains_key(name) {
            violations.push(Violation::new(
                PAGE,
                line,
                format!("no crate depends on `{name}`: remove its row"),
            ));
        }
    }
    violations
}

/// The crates named in the first column of the table, with their lines.
fn rows(page: &str) -> BTreeMap<&str, usize> {
    let mut rows = BTreeMap::new();
    for (index, line) in page.lines().enumerate() {
        let Some(cell) = line.strip_prefix('|').and_then(|rest| rest.split('|').next()) else {
            continue;
        };
        // Between backticks stand the odd parts.
        for name in cell.split('`').skip(1).step_by(2) {
            rows.insert(name, index + 1);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::tree::{crate_of, tree_of};
    use super::*;

    #[test]
    fn a_missing_row_and_a_row_too_many_are_told() {
        let page = "| crate | why |\n|---|---|\n| `serde`, `serde_json` | decoding |\n| `gone` | was useful |\n";
        let crates = vec![
            crate_of("detect", &["serde", "serde_json", "blake3", "profile"]),
            crate_of("profile", &[]),
        ];
        let told = check(&Tree { crates, ..tree_of(&[(PAGE, page)]) });
        assert_eq!(told.len(), 2);
        assert!(told[0].message.contains("`blake3` has no row"), "{}", told[0]);
        assert_eq!(
            told[1].to_string(),
            "docs/dependencies.md:4: no crate depends on `gone`: remove its row"
        );
    }
}
