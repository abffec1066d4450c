//! The invariants of the architecture and of the sources, each a small rule over the checkout as data.
//!
//! Start at [`RULES`]; a rule is one file with one [`Rule`] constant and the tests that show it firing.

mod allowances;
mod core_dependencies;
mod core_sources;
mod crate_documents;
mod dependency_reasons;
mod file_length;
mod heavy_trees;
mod layers;
mod layout;
mod links;
mod manifests;
mod marks;
mod names;
mod provenance;
mod purpose_lines;
mod rust;
mod tree;

use std::fmt::{self, Write};

use anyhow::{Result, bail};

use crate::{checkout, say};

pub use tree::{Crate, Dependency, SourceFile, Tree};

/// Every rule, in the order in which they are told.
pub const RULES: &[Rule] = &[
    layers::RULE,
    core_dependencies::RULE,
    core_sources::RULE,
    heavy_trees::RULE,
    manifests::RULE,
    dependency_reasons::RULE,
    crate_documents::RULE,
    purpose_lines::RULE,
    file_length::RULE,
    names::RULE,
    allowances::RULE,
    marks::RULE,
    links::RULE,
    provenance::RULE,
];

/// One invariant.
pub struct Rule {
    /// Its name, as messages show it.
    pub name: &'static str,
    /// What holds, in one sentence.
    pub holds: &'static str,
    /// The particulars, as lines of a Markdown list; empty for most rules.
    pub particulars: fn() -> Vec<String>,
    /// Finds where it does not hold.
    pub check: fn(&Tree) -> Vec<Violation>,
}

/// One place where an invariant does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file, from the root of the checkout.
    pub path: String,
    /// The line, from 1; 0 speaks of the whole file.
    pub line: usize,
    /// What is wrong and the way on, one sentence.
    pub message: String,
}

impl Violation {
    fn new(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.path, self.message),
            line => write!(out, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// `cargo xtask tidy`: checks the checkout and tells every violation.
pub fn run() -> Result<()> {
    let tree = Tree::load(&checkout::root())?;
    let violations = check(&tree);
    for violation in &violations {
        say(&violation.to_string());
    }
    if !violations.is_empty() {
        bail!("{} places break a rule of docs/reference/tidy.md", violations.len());
    }
    say(&format!("tidy: {} rules hold for {} files", RULES.len(), tree.files.len()));
    Ok(())
}

/// Every place where a rule does not hold, rule by rule, sorted by path and line.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut all = Vec::new();
    for rule in RULES {
        let mut violations = (rule.check)(tree);
        violations.sort();
        violations.dedup();
        for violation in &mut violations {
            let _ = write!(violation.message, " [{}]", rule.name);
        }
        all.append(&mut violations);
    }
    all
}

/// The rules as a page of the reference.
pub fn reference() -> String {
    let mut page = String::from(
        "# What `cargo xtask tidy` enforces\n\n\
         Written by `cargo xtask docs` from `xtask/src/tidy/`; do not edit.\n\
         Tidy is also an ordinary test (`xtask/tests/tidy.rs`), so `cargo test` fails where a rule does not hold.\n",
    );
    for rule in RULES {
        let _ = write!(page, "\n## {}\n\n{}\n", rule.name, rule.holds);
        let particulars = (rule.particulars)();
        if !particulars.is_empty() {
            page.push('\n');
        }
        for line in particulars {
            let _ = writeln!(page, "- {line}");
        }
    }
    page
}

/// For rules whose sentence says it all.
fn no_particulars() -> Vec<String> {
    Vec::new()
}
