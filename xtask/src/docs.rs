//! `cargo xtask docs`: documents that are made from the code, and the check that they are current.
//!
//! A generated document is one entry of [`GENERATED`]: its path and the function that makes its text.
//! `tests/docs.rs` fails when the committed file differs.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{checkout, say, tidy};

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
    /// Makes its text; the same code gives the same text.
    pub text: fn() -> Result<String>,
}

/// Every generated document.
pub const GENERATED: &[Generated] =
    &[Generated { path: "docs/reference/tidy.md", text: || Ok(tidy::reference()) }];

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
        fs::write(&path, (document.text)()?).with_context(|| format!("write {}", document.path))?;
        say(&format!("wrote {}", document.path));
    }
    Ok(())
}

/// Fails when a committed document is not what the code would write today.
pub fn check() -> Result<()> {
    let stale = stale()?;
    if !stale.is_empty() {
        bail!("out of date, run `cargo xtask docs` and commit: {}", stale.join(", "));
    }
    Ok(())
}

/// The paths of the documents that differ from what the code writes, or are not there.
pub fn stale() -> Result<Vec<&'static str>> {
    let mut stale = Vec::new();
    for document in GENERATED {
        let committed =
            fs::read_to_string(checkout::root().join(document.path)).unwrap_or_default();
        if committed != (document.text)()? {
            stale.push(document.path);
        }
    }
    Ok(stale)
}
