//! The core crates name nothing of the standard library that reaches outside.

use super::rust::{self, Named};
use super::{Rule, Tree, Violation, layout};

pub(super) const RULE: Rule = Rule {
    name: "core-sources",
    holds: "The sources of the core crates, tests apart, use no files, sockets, environment, clock, threads, \
            processes or chance.",
    particulars,
    check,
};

/// Paths that the core must not name, each with the reason and the way on.
const FORBIDDEN: &[(&str, &str)] = &[
    ("std::env", "the environment is read by `keyhound`; pass the value in"),
    ("std::fs", "files are read by `ingest`; take bytes, or include the file at compile time"),
    (
        "std::hash::RandomState",
        "its seed differs in every run; use a BTreeMap or a hasher with a fixed seed",
    ),
    (
        "std::collections::hash_map::RandomState",
        "its seed differs in every run; use a BTreeMap or a hasher with a fixed seed",
    ),
    ("std::io::stderr", "return problems beside the result; the edges tell them"),
    ("std::io::stdin", "bytes come from `ingest`"),
    ("std::io::stdout", "return the result; `keyhound` renders it"),
    ("std::net::TcpListener", "sockets belong to the edges"),
    ("std::net::TcpStream", "sockets belong to the edges"),
    ("std::net::ToSocketAddrs", "names are looked up by the edges, if at all"),
    ("std::net::UdpSocket", "sockets belong to the edges"),
    ("std::os", "the core does not know its operating system"),
    ("std::process", "the core neither starts programs nor ends its own"),
    ("std::thread", "the runner spreads principals over threads"),
    ("std::time::Instant", "time comes from the event"),
    ("std::time::SystemTime", "time comes from the event"),
    ("jiff::Timestamp::now", "time comes from the event"),
    ("jiff::Zoned::now", "time comes from the event"),
    ("jiff::tz::TimeZone::system", "the zone of the machine is environment"),
];

/// Maps whose order differs in every run when nothing says otherwise, with the number of generic arguments
/// at which the hasher is the random one, and the functions that exist for the random one only.
const RANDOM_ORDER: &[(&str, usize)] =
    &[("std::collections::HashMap", 2), ("std::collections::HashSet", 1)];
const RANDOM_MAKERS: &[&str] = &["new", "with_capacity", "from"];

fn particulars() -> Vec<String> {
    let mut lines: Vec<String> =
        FORBIDDEN.iter().map(|(path, reason)| format!("`{path}`: {reason}")).collect();
    lines.push(
        "`HashMap` and `HashSet` with the default hasher: their order differs in every run"
            .to_owned(),
    );
    lines
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for member in tree.crates.iter().filter(|member| layout::CORE.contains(&member.name.as_str())) {
        for file in tree.with_extension("rs").filter(|file| member.has_source(&file.path)) {
            let Some(code) = file.production() else { continue };
            for named in rust::named_paths(code) {
                if let Some((path, reason)) = broken(&named) {
                    let message = format!("core crate `{}` names `{path}`: {reason}", member.name);
                    violations.push(Violation::new(&file.path, named.line, message));
                }
            }
        }
    }
    violations
}

fn broken(named: &Named) -> Option<(&str, &'static str)> {
    let path = named.path.as_str();
    for &(forbidden, reason) in FORBIDDEN {
        // `use std::net::*` brings the sockets in as well.
        let brought_by_glob =
            path.strip_suffix('*').is_some_and(|start| forbidden.starts_with(start));
        if brought_by_glob
            || path == forbidden
            || path.strip_prefix(forbidden).is_some_and(|rest| rest.starts_with("::"))
        {
            return Some((path, reason));
        }
    }
    for &(map, arguments) in RANDOM_ORDER {
        let maker = path.strip_prefix(map).and_then(|rest| rest.strip_prefix("::"));
        let random = maker.is_some_and(|maker| RANDOM_MAKERS.contains(&maker))
            || (path == map && named.arguments == arguments);
        if random {
            return Some((
                path,
                "its order differs in every run; use a BTreeMap or a hasher with a fixed seed",
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tree::{crate_of, tree_of};
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let tree = Tree {
            crates: vec![crate_of("detect", &[]), crate_of("ingest", &[])],
            ..tree_of(&[(path, text)])
        };
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_clock_is_told_with_its_line() {
        let told =
            told("crates/detect/src/step.rs", "//! Step.\nuse std::time::{Duration, Instant};\n");
        assert_eq!(told.len(), 1);
        assert!(
            told[0].starts_with("crates/detect/src/step.rs:2: ")
                && told[0].contains("time comes from the event"),
            "{told:?}"
        );
    }

    #[test]
    fn files_sockets_and_environment_are_told() {
        for code in [
            "fn f() { std::fs::read(\"x\"); }",
            "use std::env; fn f() { env::var(\"X\"); }",
            "use std::net::TcpStream;",
            "use std::net::*;",
            "fn f() { jiff::Timestamp::now(); }",
            "fn f() { std::thread::spawn(g); }",
        ] {
            assert!(!told("crates/detect/src/a.rs", code).is_empty(), "{code}");
        }
    }

    #[test]
    fn addresses_durations_and_fixed_hashers_are_fine() {
        let code = "use std::net::IpAddr; use std::time::Duration; use std::collections::HashMap;\n\
                    struct S { map: HashMap<u8, u8, Fixed>, wait: Duration, from: IpAddr }\n\
                    fn f() -> S { env!(\"CARGO_PKG_VERSION\"); HashMap::with_hasher(Fixed) }";
        assert_eq!(told("crates/detect/src/a.rs", code), Vec::<String>::new());
    }

    #[test]
    fn maps_in_random_order_are_told() {
        assert_eq!(
            told(
                "crates/detect/src/a.rs",
                "use std::collections::HashMap; struct S(HashMap<u8, u8>);"
            )
            .len(),
            1
        );
        assert_eq!(
            told("crates/detect/src/a.rs", "fn f() { std::collections::HashSet::new(); }").len(),
            1
        );
    }

    #[test]
    fn tests_and_edges_may() {
        assert!(
            told("crates/detect/src/a.rs", "#[cfg(test)]\nmod tests { use std::fs; }").is_empty()
        );
        assert!(told("crates/detect/src/a/tests.rs", "use std::fs;").is_empty());
        assert!(told("crates/ingest/src/a.rs", "use std::fs;").is_empty());
    }
}
