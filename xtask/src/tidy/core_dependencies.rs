//! The core crates link nothing that reaches outside.

use super::{Rule, Tree, Violation, layout};

pub(super) const RULE: Rule = Rule {
    name: "core-dependencies",
    holds: "The core crates link no I/O, async runtime, clock, randomness, environment or thread pool, neither \
            directly nor through another crate.",
    particulars,
    check,
};

/// Crates that the core must not link, each with the reason; a trailing `*` stands for any ending.
const FORBIDDEN: &[(&str, &str)] = &[
    ("actix*", "a server belongs to `server`"),
    ("arrow*", "columns belong to `lake`"),
    ("async-*", "async code belongs to the edges"),
    ("aws-*", "AWS is called by `ingest` and `contain`"),
    ("axum*", "HTTP belongs to `server`"),
    ("datafusion*", "SQL over events belongs to `lake`"),
    ("dirs*", "folders of the user are environment"),
    ("fastrand", "results must not depend on chance"),
    ("futures*", "async code belongs to the edges"),
    ("getrandom", "results must not depend on chance"),
    ("hyper*", "HTTP belongs to `server` and `notify`"),
    ("ignore", "files are found by `ingest`"),
    ("memmap2", "files are read by `ingest`"),
    ("mio", "sockets belong to the edges"),
    ("num_cpus", "results must not depend on the machine"),
    ("object_store", "object storage belongs to `ingest` and `lake`"),
    ("parquet*", "columns belong to `lake`"),
    ("rand", "results must not depend on chance"),
    ("rand_*", "results must not depend on chance"),
    ("rayon*", "the runner spreads principals over threads, a step is sequential"),
    ("reqwest", "the network belongs to the edges"),
    ("rusqlite", "incidents are kept by `store`"),
    ("socket2", "sockets belong to the edges"),
    ("sqlx*", "incidents are kept by `store`"),
    ("tempfile", "files belong to the edges"),
    ("tokio*", "async code belongs to the edges"),
    ("tower*", "HTTP belongs to `server`"),
    ("tracing-subscriber", "where logs go is the business of `keyhound`"),
    ("ureq", "the network belongs to the edges"),
    ("uuid", "ids come from what an incident is, not from chance or clock"),
    ("walkdir", "files are found by `ingest`"),
];

fn particulars() -> Vec<String> {
    FORBIDDEN.iter().map(|(name, reason)| format!("`{name}`: {reason}")).collect()
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for member in tree.crates.iter().filter(|member| layout::CORE.contains(&member.name.as_str())) {
        let direct: Vec<&str> = (member.dependencies.iter())
            .filter(|dependency| !dependency.development)
            .map(|dependency| dependency.name.as_str())
            .collect();
        let linked = member.linked.iter().map(String::as_str);
        for name in direct.iter().copied().chain(linked.filter(|name| !direct.contains(name))) {
            let Some((_, reason)) = FORBIDDEN.iter().find(|(pattern, _)| matches(pattern, name))
            else {
                continue;
            };
            let (member_name, through) =
                (&member.name, if direct.contains(&name) { "" } else { " through another crate" });
            let message = format!(
                "core crate `{member_name}` links `{name}`{through}: {reason}; `cargo tree -p {member_name} -i {name}` shows the way"
            );
            violations.push(Violation::new(member.manifest(), 0, message));
        }
    }
    violations
}

/// Whether a crate name fits a pattern, which may end in `*`.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::tree::crate_of;
    use super::*;

    #[test]
    fn a_runtime_in_the_core_is_told_once() {
        let mut detect = crate_of("detect", &["serde", "tokio"]);
        detect.linked.insert("tokio".to_owned());
        let told = check(&Tree { crates: vec![detect], ..Tree::default() });
        assert_eq!(told.len(), 1);
        assert!(told[0].message.contains("`detect` links `tokio`:"), "{}", told[0]);
    }

    #[test]
    fn what_comes_through_another_crate_is_told() {
        let mut detect = crate_of("detect", &["serde"]);
        detect.linked.insert("aws-sdk-sts".to_owned());
        let told = check(&Tree { crates: vec![detect], ..Tree::default() });
        assert!(told[0].message.contains("through another crate"), "{}", told[0]);
    }

    #[test]
    fn the_edges_may() {
        assert!(
            check(&Tree {
                crates: vec![crate_of("ingest", &["walkdir", "rayon"])],
                ..Tree::default()
            })
            .is_empty()
        );
    }
}
