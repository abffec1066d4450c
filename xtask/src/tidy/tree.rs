//! The checkout as data: its files and its crates, so that every rule is a function without I/O.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use ignore::WalkBuilder;

use super::{layout, rust};
use crate::checkout;

/// What the rules look at.
#[derive(Default)]
pub struct Tree {
    /// Every file that is not ignored by git, with `/` between folders, from the root.
    pub paths: BTreeSet<String>,
    /// Those of them that people write and read as text, sorted by path.
    pub files: Vec<SourceFile>,
    /// The members of the workspace, sorted by name.
    pub crates: Vec<Crate>,
}

/// One text file.
pub struct SourceFile {
    /// Its path from the root.
    pub path: String,
    /// What is in it.
    pub text: String,
    parsed: OnceCell<Option<syn::File>>,
}

/// One member of the workspace.
#[derive(Debug, Default, Clone)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its folder, from the root.
    pub folder: String,
    /// What its manifest names.
    pub dependencies: Vec<Dependency>,
    /// Every crate that is linked with it, itself apart; filled in for the core crates only.
    pub linked: BTreeSet<String>,
}

/// One line of a `[dependencies]` table, of whichever kind.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The name of the crate it brings.
    pub name: String,
    /// It is for tests only.
    pub development: bool,
    /// It is linked only where a feature asks for it.
    pub optional: bool,
}

impl Tree {
    /// Reads the checkout at `root`.
    pub fn load(root: &Path) -> Result<Self> {
        let mut tree = Self { crates: read_crates(root)?, ..Self::default() };
        // Hidden folders such as .ci are ours as well; git's own is not.
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .parents(false)
            .git_global(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        for entry in walk {
            let entry = entry.context("walk the checkout")?;
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
            let path = path.to_string_lossy().replace('\\', "/");
            if is_text(&path) {
                // A file that goes away while we look is somebody's editor at work.
                let Ok(text) = fs::read_to_string(entry.path()) else { continue };
                tree.files.push(SourceFile::new(&path, &text));
            }
            tree.paths.insert(path);
        }
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    /// The files with this extension.
    pub fn with_extension(&self, extension: &str) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| file.extension() == extension)
    }

    /// The file at this path.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The crate of this name.
    pub fn member(&self, name: &str) -> Option<&Crate> {
        self.crates.iter().find(|member| member.name == name)
    }
}

impl SourceFile {
    /// A file with this path and text.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), parsed: OnceCell::new() }
    }

    /// The part of the name behind its last dot, or nothing.
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether it is test code as a whole.
    pub fn is_test(&self) -> bool {
        let mut parts = self.path.rsplit('/');
        let name = parts.next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        stem == "tests"
            || stem.ends_with("_tests")
            || name.contains(".test.")
            || name.contains(".spec.")
            || parts.any(|folder| matches!(folder, "tests" | "e2e" | "fuzz"))
    }

    /// Whether a program wrote it.
    pub fn is_generated(&self) -> bool {
        self.path.contains("/generated/")
            || self.path.contains(".gen.")
            || self.text.lines().take(3).any(|line| line.contains("@generated"))
    }

    /// Its Rust syntax without what is compiled for tests only; nothing for test files and other languages.
    pub fn production(&self) -> Option<&syn::File> {
        if self.extension() != "rs" || self.is_test() {
            return None;
        }
        self.parsed.get_or_init(|| rust::production(&self.text)).as_ref()
    }
}

impl Crate {
    /// Its manifest, from the root.
    pub fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }

    /// Whether this file is one of its sources.
    pub fn has_source(&self, path: &str) -> bool {
        path.strip_prefix(self.folder.as_str()).is_some_and(|rest| rest.starts_with("/src/"))
    }
}

fn is_text(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "css", "html", "js", "md", "py", "rs", "sh", "sql", "tf", "toml", "ts", "tsx", "yaml",
        "yml",
    ];
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.contains(&extension) || path.starts_with(".ci/")
}

fn read_crates(root: &Path) -> Result<Vec<Crate>> {
    let host = host_triple(root)?;
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(vec!["--filter-platform".to_owned(), host])
        .exec()
        .context("read cargo metadata")?;
    let mut crates = Vec::new();
    for package in metadata.workspace_packages() {
        let mut member = Crate {
            name: package.name.to_string(),
            folder: folder_of(package, &metadata),
            ..Crate::default()
        };
        for dependency in &package.dependencies {
            member.dependencies.push(Dependency {
                name: dependency.name.clone(),
                development: dependency.kind == DependencyKind::Development,
                optional: dependency.optional,
            });
        }
        if layout::CORE.contains(&member.name.as_str()) {
            member.linked = linked(&member.name)?;
        }
        crates.push(member);
    }
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(crates)
}

fn folder_of(package: &cargo_metadata::Package, metadata: &Metadata) -> String {
    let folder = package.manifest_path.parent().unwrap_or(&metadata.workspace_root);
    folder.strip_prefix(&metadata.workspace_root).unwrap_or(folder).as_str().replace('\\', "/")
}

/// The crates linked with one member, as cargo resolves them for that member alone: `cargo metadata` joins
/// the features of the whole workspace, and would lay one crate's choices at another's door.
fn linked(name: &str) -> Result<BTreeSet<String>> {
    let arguments =
        ["tree", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let listed = checkout::output(&mut checkout::cargo(&arguments))?;
    let names = listed.lines().filter_map(|line| line.split(' ').next());
    Ok(names.filter(|&other| !other.is_empty() && other != name).map(str::to_owned).collect())
}

fn host_triple(root: &Path) -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = std::process::Command::new(rustc);
    let version = checkout::output(command.current_dir(root).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// A tree made of these files, for the tests of the rules.
#[cfg(test)]
pub(super) fn tree_of(files: &[(&str, &str)]) -> Tree {
    Tree {
        paths: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
        files: files.iter().map(|(path, text)| SourceFile::new(path, text)).collect(),
        crates: Vec::new(),
    }
}

/// A crate under `crates/` with these dependencies, for the tests of the rules.
#[cfg(test)]
pub(super) fn crate_of(name: &str, dependencies: &[&str]) -> Crate {
    let dependencies = dependencies
        .iter()
        .map(|dependency| Dependency {
            name: (*dependency).to_owned(),
            development: false,
            optional: false,
        })
        .collect();
    Crate {
        name: name.to_owned(),
        folder: format!("crates/{name}"),
        dependencies,
        linked: BTreeSet::new(),
    }
}
