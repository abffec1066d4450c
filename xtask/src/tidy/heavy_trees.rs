//! Dependencies that take minutes to build live in one crate each.

use super::core_dependencies::matches;
use super::{Rule, Tree, Violation};

pub(super) const RULE: Rule = Rule {
    name: "heavy-trees",
    holds: "Dependencies with heavy trees are named only by the crates that own them, so that everything else \
            builds in seconds.",
    particulars,
    check,
};

/// Each heavy tree with the crates that may name it; a trailing `*` stands for any ending.
const OWNERS: &[(&str, &[&str])] = &[
    ("arrow*", &["lake"]),
    ("async-nats", &["cluster"]),
    ("aws-*", &["ingest", "contain"]),
    ("axum*", &["server"]),
    ("datafusion*", &["lake"]),
    ("lapin", &["cluster"]),
    ("parquet*", &["lake"]),
    ("rdkafka*", &["cluster"]),
    ("rusqlite", &[]),
    ("sqlx*", &["store"]),
    ("utoipa*", &["server"]),
];

fn particulars() -> Vec<String> {
    let shown = |owners: &[&str]| match owners {
        [] => "no crate".to_owned(),
        owners => format!("`{}`", owners.join("`, `")),
    };
    OWNERS.iter().map(|(name, owners)| format!("`{name}`: {}", shown(owners))).collect()
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for member in &tree.crates {
        for dependency in &member.dependencies {
            let Some((_, owners)) =
                OWNERS.iter().find(|(pattern, _)| matches(pattern, &dependency.name))
            else {
                continue;
            };
            if owners.contains(&member.name.as_str()) {
                continue;
            }
            let owner = if owners.is_empty() {
                "no crate".to_owned()
            } else {
                format!("`{}` only", owners.join("` and `"))
            };
            let message = format!(
                "`{}` names `{}`, which belongs to {owner}: ask the owner through its own types",
                member.name, dependency.name
            );
            violations.push(Violation::new(member.manifest(), 0, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::crate_of;
    use super::*;

    #[test]
    fn a_heavy_tree_outside_its_crate_is_told() {
        let crates = vec![
            crate_of("server", &["sqlx", "axum"]),
            crate_of("lake", &["datafusion", "arrow-schema"]),
        ];
        let told = check(&Tree { crates, ..Tree::default() });
        assert_eq!(told.len(), 1);
        assert!(
            told[0].message.contains("`server` names `sqlx`, which belongs to `store` only"),
            "{}",
            told[0]
        );
    }
}
