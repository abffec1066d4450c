//! Dependencies between the crates of the workspace run one way.

use super::{Rule, Tree, Violation, layout};

pub(super) const RULE: Rule = Rule {
    name: "layers",
    holds: "A crate of the workspace depends only on crates in layers to its left; only `keyhound` and the \
            project's tools depend on `range`, and no crate on a tool, apart from tests, which may use `range` \
            and `emulators`.",
    particulars,
    check,
};

fn particulars() -> Vec<String> {
    let layers: Vec<String> =
        layout::LAYERS.iter().map(|layer| format!("`{}`", layer.join("`, `"))).collect();
    vec![format!("layers, from left to right: {}", layers.join(" → ")), {
        format!("tools: `{}`", layout::TOOLS.join("`, `"))
    }]
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for member in &tree.crates {
        if layout::TOOLS.contains(&member.name.as_str()) {
            continue;
        }
        let Some(own) = layout::layer_of(&member.name) else {
            let message = format!(
                "crate `{}` stands in no layer: place it in xtask/src/tidy/layout.rs",
                member.name
            );
            violations.push(Violation::new(member.manifest(), 0, message));
            continue;
        };
        for dependency in &member.dependencies {
            let (from, to) = (member.name.as_str(), dependency.name.as_str());
            if tree.member(to).is_none()
                || (dependency.development && layout::FOR_TESTS.contains(&to))
            {
                continue;
            }
            let message = match layout::layer_of(to) {
                Some(_) if to == "range" && from != "keyhound" => {
                    format!(
                        "`{from}` depends on `range`, which serves drills and benchmarks only: move what it needs into a product crate"
                    )
                }
                Some(other) if other < own => continue,
                _ => format!(
                    "`{from}` depends on `{to}`, which does not stand to its left: pass the data in, or move the code left"
                ),
            };
            violations.push(Violation::new(member.manifest(), 0, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::crate_of;
    use super::*;

    fn told(crates: Vec<super::super::Crate>) -> Vec<String> {
        let tree = Tree { crates, ..Tree::default() };
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_edge_to_the_left_is_fine() {
        assert!(
            told(vec![crate_of("profile", &["cloudtrail", "serde"]), crate_of("cloudtrail", &[])])
                .is_empty()
        );
    }

    #[test]
    fn an_edge_to_the_right_or_sideways_is_told() {
        let right = told(vec![crate_of("cloudtrail", &["detect"]), crate_of("detect", &[])]);
        assert!(
            right[0].contains("crates/cloudtrail/Cargo.toml") && right[0].contains("`detect`"),
            "{right:?}"
        );
        assert_eq!(told(vec![crate_of("ingest", &["lake"]), crate_of("lake", &[])]).len(), 1);
    }

    #[test]
    fn range_serves_keyhound_and_tests_only() {
        let range = || crate_of("range", &[]);
        assert!(told(vec![crate_of("keyhound", &["range"]), range()]).is_empty());
        assert_eq!(told(vec![crate_of("server", &["range"]), range()]).len(), 1);
        let mut tested = crate_of("detect", &["range"]);
        tested.dependencies[0].development = true;
        assert!(told(vec![tested, range()]).is_empty());
    }

    #[test]
    fn an_unknown_crate_and_a_use_of_a_tool_are_told() {
        assert!(told(vec![crate_of("novel", &[])])[0].contains("no layer"));
        assert_eq!(told(vec![crate_of("keyhound", &["xtask"]), crate_of("xtask", &[])]).len(), 1);
    }
}
