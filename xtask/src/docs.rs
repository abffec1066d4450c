//! `cargo xtask docs`: documents that are made from the code, and the check that they are current.
//!
//! A generated document is one entry of [`GENERATED`]: its path and who writes its text.
//! `cargo xtask test` checks them all; an ordinary test beside each writer checks its own.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{checkout, say, test, tidy, weights};

/// How to treat the documents.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write nothing; fail when a committed document is out of date.
    #[arg(long)]
    check: bool,
}

/// One document that the code writes.
pub struct Generated {
    /// Where it is committed, from the root of the checkout.
    pub path: &'static str,
    /// Who makes its text; the same code gives the same text.
    pub writer: Writer,
}

/// Who makes the text of a document.
pub enum Writer {
    /// A function of this crate.
    Here(fn() -> String),
    /// `keyhound` with these arguments, on its standard output.
    Keyhound(&'static [&'static str]),
}

/// Every generated document.
pub const GENERATED: &[Generated] = &[
    Generated { path: "docs/reference/cli.md", writer: Writer::Keyhound(&["generate", "cli"]) },
    Generated {
        path: "docs/reference/configuration.md",
        writer: Writer::Keyhound(&["generate", "configuration"]),
    },
    Generated { path: "docs/reference/lake.md", writer: Writer::Keyhound(&["generate", "lake"]) },
    Generated {
        path: "docs/reference/signals.md",
        writer: Writer::Keyhound(&["generate", "signals"]),
    },
    Generated { path: "docs/reference/tidy.md", writer: Writer::Here(tidy::reference) },
    Generated { path: "docs/reference/weights.md", writer: Writer::Here(weights::reference) },
];

impl Generated {
    /// What the code writes today.
    pub fn text(&self) -> Result<String> {
        match self.writer {
            Writer::Here(make) => Ok(make()),
            Writer::Keyhound(arguments) => {
                let mut build = checkout::cargo(&test::BESIDE);
                checkout::run(build.args(["--quiet", "--bin", "keyhound"]))?;
                let program = checkout::target()?.join("debug/keyhound");
                checkout::output(
                    Command::new(program).args(arguments).current_dir(checkout::root()),
                )
            }
        }
    }

    /// Whether the committed file is what the code writes today.
    pub fn is_current(&self) -> Result<bool> {
        let text = self.text()?;
        // A document that is not there is not current, whatever its text.
        Ok(fs::read_to_string(checkout::root().join(self.path))
            .is_ok_and(|committed| committed == text))
    }
}

/// Writes the documents, or checks them.
pub fn run(options: &Options) -> Result<()> {
    if options.check {
        return check();
    }
    for document in GENERATED {
        let path = checkout::root().join(document.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        }
        fs::write(&path, document.text()?).with_context(|| format!("write {}", document.path))?;
        say(&format!("wrote {}", document.path));
    }
    Ok(())
}

/// Fails when a committed document is not what the code would write today.
pub fn check() -> Result<()> {
    let mut stale = Vec::new();
    for document in GENERATED {
        if !document.is_current()? {
            stale.push(document.path);
        }
    }
    if !stale.is_empty() {
        bail!("out of date, run `cargo xtask docs` and commit: {}", stale.join(", "));
    }
    Ok(())
}
