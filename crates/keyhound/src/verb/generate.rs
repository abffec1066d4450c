//! `keyhound generate`, hidden: pages of docs/reference, made from the code.

use anyhow::Result;

use super::{Verdict, deliver};
use crate::cli::{Generate, ReferencePage};
use crate::reference;

pub(super) fn run(arguments: &Generate) -> Result<Verdict> {
    let page = match arguments.page {
        ReferencePage::Cli => reference::cli(),
        ReferencePage::Configuration => reference::configuration(),
        ReferencePage::Signals => reference::signals(),
    };
    deliver(page.as_bytes())?;
    Ok(Verdict::Quiet)
}
