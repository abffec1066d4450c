//! The lints that guard an invariant are switched off only where the list below says so.

use proc_macro2::TokenTree;
use syn::visit::Visit;
use syn::{Attribute, Meta};

use super::{Rule, Tree, Violation};

pub(super) const RULE: Rule = Rule {
    name: "allowances",
    holds: "Lints that guard an invariant are not switched off outside tests, apart from the places listed.",
    particulars,
    check,
};

/// Lints whose silence would let a panic, a stray print or a wall-clock read into the product.
const GUARDED: &[&str] = &[
    "clippy::dbg_macro",
    "clippy::disallowed_methods",
    "clippy::disallowed_types",
    "clippy::exit",
    "clippy::expect_used",
    "clippy::panic",
    "clippy::print_stderr",
    "clippy::print_stdout",
    "clippy::restriction",
    "clippy::todo",
    "clippy::unimplemented",
    "clippy::unwrap_used",
    "dead_code",
    "unsafe_code",
    "unused",
    "warnings",
];

/// Where a guarded lint may be switched off: the start of the path, the lint, the reason.
const PERMITTED: &[(&str, &str, &str)] = &[
    (
        "benches/src/bin/baseline.rs",
        "dead_code",
        "the baseline decodes fields that it does not count",
    ),
    (
        "crates/keyhound/src/clock.rs",
        "clippy::disallowed_methods",
        "a verdict says when it was given",
    ),
    ("emulators/src/", "clippy::expect_used", "a test that cannot be prepared must stop"),
    ("emulators/src/", "clippy::disallowed_methods", "a signature says when it was made"),
    (
        "crates/keyhound/src/render/",
        "clippy::print_stdout",
        "the terminal renderer writes to the terminal",
    ),
    (
        "crates/keyhound/src/render/",
        "clippy::print_stderr",
        "the terminal renderer writes to the terminal",
    ),
];

fn particulars() -> Vec<String> {
    let mut lines = vec![format!("guarded: `{}`", GUARDED.join("`, `"))];
    lines.extend(
        PERMITTED.iter().map(|(path, lint, reason)| {
            format!("permitted: `{lint}` in `{path}`, because {reason}")
        }),
    );
    lines
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        let Some(code) = file.production() else { continue };
        let mut silenced = Silenced::default();
        silenced.visit_file(code);
        for (lint, line) in silenced.found {
            let permitted = PERMITTED
                .iter()
                .any(|(path, name, _)| file.path.starts_with(path) && *name == lint);
            if GUARDED.contains(&lint.as_str()) && !permitted {
                let message = format!(
                    "`{lint}` is switched off here: handle the case, or add the place and its reason to xtask/src/tidy/allowances.rs"
                );
                violations.push(Violation::new(&file.path, line, message));
            }
        }
    }
    violations
}

/// The lints named by `allow` and `expect`, also inside `cfg_attr`.
#[derive(Default)]
struct Silenced {
    found: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for Silenced {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else { return };
        let line =
            list.path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
        if list.path.is_ident("allow") || list.path.is_ident("expect") {
            self.add(list.tokens.to_string().as_str(), line);
        } else if list.path.is_ident("cfg_attr") {
            let mut tokens = list.tokens.clone().into_iter().peekable();
            while let Some(token) = tokens.next() {
                if let (TokenTree::Ident(name), Some(TokenTree::Group(inner))) =
                    (&token, tokens.peek())
                    && (name == "allow" || name == "expect")
                {
                    self.add(inner.stream().to_string().as_str(), line);
                }
            }
        }
    }
}

impl Silenced {
    fn add(&mut self, lints: &str, line: usize) {
        let named = lints
            .split(',')
            .map(|lint| lint.replace(' ', ""))
            .filter(|lint| !lint.starts_with("reason="));
        self.found.extend(named.map(|lint| (lint, line)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn a_silenced_guard_is_told() {
        let code = "//! A.\n#[allow(clippy::unwrap_used, reason = \"lazy\")]\nfn f() {}\n#[expect(clippy::too_many_lines)]\nfn g() {}\n";
        let told = check(&tree_of(&[("crates/detect/src/a.rs", code)]));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].line, 2);
    }

    #[test]
    fn whole_files_and_conditions_count() {
        assert_eq!(check(&tree_of(&[("a.rs", "//! A.\n#![allow(dead_code)]\n")])).len(), 1);
        assert_eq!(
            check(&tree_of(&[("a.rs", "//! A.\n#![cfg_attr(windows, allow(unsafe_code))]\n")]))
                .len(),
            1
        );
    }

    #[test]
    fn tests_and_permitted_places_may() {
        let code = "//! A.\n#[cfg(test)]\nmod tests {\n    #[allow(clippy::unwrap_used)]\n    fn f() {}\n}\n";
        assert_eq!(check(&tree_of(&[("a.rs", code)])), []);
        let renderer = "//! A.\n#[allow(clippy::print_stdout)]\nfn f() {}\n";
        assert_eq!(check(&tree_of(&[("crates/keyhound/src/render/table.rs", renderer)])), []);
    }
}
