//! Manifests take lints and versions from the workspace.

use toml::{Table, Value};

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "manifests",
    holds: "Every crate opts in to the workspace's lints and takes the version of every dependency from \
            `[workspace.dependencies]`.",
    particulars: no_particulars,
    check,
};

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for member in &tree.crates {
        let path = member.manifest();
        let Some(manifest) = tree.file(&path) else { continue };
        // Cargo has read the manifest before us and told what is wrong with it.
        let Ok(table) = manifest.text.parse::<Table>() else { continue };
        let inherits = |value: Option<&Value>| {
            value.and_then(|value| value.get("workspace")) == Some(&Value::Boolean(true))
        };
        if !inherits(table.get("lints")) {
            let message = format!(
                "crate `{}` does not opt in to the workspace's lints: add `[lints]` with `workspace = true`",
                member.name
            );
            violations.push(Violation::new(&path, 0, message));
        }
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in table.get(kind).and_then(Value::as_table).into_iter().flatten() {
                if !inherits(Some(value)) {
                    let line = line_of(&manifest.text, name);
                    let message = format!(
                        "dependency `{name}` has a version of its own: move it to [workspace.dependencies] and write `{name}.workspace = true`"
                    );
                    violations.push(Violation::new(&path, line, message));
                }
            }
        }
    }
    violations
}

fn line_of(manifest: &str, dependency: &str) -> usize {
    manifest.lines().position(|line| line.starts_with(dependency)).map_or(0, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::super::tree::{crate_of, tree_of};
    use super::*;

    fn told(manifest: &str) -> Vec<String> {
        let tree = Tree {
            crates: vec![crate_of("detect", &[])],
            ..tree_of(&[("crates/detect/Cargo.toml", manifest)])
        };
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn missing_lints_and_own_versions_are_told() {
        let told = told("[package]\nname = \"detect\"\n[dependencies]\nserde = \"1\"\n");
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("does not opt in"), "{told:?}");
        assert!(told[1].starts_with("crates/detect/Cargo.toml:4: "), "{told:?}");
    }

    #[test]
    fn a_manifest_that_inherits_is_fine() {
        assert!(told("[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\nx = { workspace = true, optional = true }\n").is_empty());
    }
}
