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
    ("aws-*", &["ingest", "contain", "notify", "emulators"]),
    ("axum*", &["server"]),
    ("datafusion*", &["lake"]),
    ("hyper*", &[]),
    ("lapin", &["cluster"]),
    ("parquet*", &["lake"]),
    ("rdkafka*", &["cluster"]),
    ("rusqlite", &[]),
    ("sqlx*", &["store"]),
    ("tokio*", &["ingest", "contain", "notify", "store", "server", "lake", "cluster"]),
    ("utoipa*", &["server"]),
];

/// Owners that every build links: there a heavy tree stands behind a feature.
const ALWAYS_BUILT: &[&str] = &["ingest"];

fn particulars() -> Vec<String> {
    let shown = |owners: &[&str]| match owners {
        [] => "no crate".to_owned(),
        owners => format!("`{}`", owners.join("`, `")),
    };
    let owned = OWNERS.iter().map(|(name, owners)| format!("`{name}`: {}", shown(owners)));
    let optional = ALWAYS_BUILT.iter().map(|name| {
        format!("`{name}` is in every build, so there each of them is optional, behind a feature")
    });
    owned.chain(optional).collect()
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
                if ALWAYS_BUILT.contains(&member.name.as_str()) && !dependency.optional {
                    let message = format!(
                        "`{}` is in every build and names `{}` without a feature: make it optional",
                        member.name, dependency.name
                    );
                    violations.push(Violation::new(member.manifest(), 0, message));
                }
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
    use super::super::tree::{Crate, crate_of};
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

    #[test]
    fn a_heavy_tree_in_every_build_is_told() {
        let mut ingest = crate_of("ingest", &["aws-config"]);
        let told =
            |ingest: &Crate| check(&Tree { crates: vec![ingest.clone()], ..Tree::default() }).len();
        assert_eq!(told(&ingest), 1);
        ingest.dependencies[0].optional = true;
        assert_eq!(told(&ingest), 0);
    }
}
