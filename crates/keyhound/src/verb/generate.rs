//! `keyhound generate`, hidden: pages of docs/reference, made from the code.

use anyhow::Result;

use super::{Verdict, deliver};
use crate::cli::{Generate, ReferencePage};
use crate::reference;

pub(super) fn run(arguments: &Generate) -> Result<Verdict> {
    let page = match arguments.page {
        ReferencePage::Cli => reference::cli(),
        ReferencePage::Configuration => reference::configuration(),
        #[cfg(feature = "lake")]
        ReferencePage::Lake => lake::reference(),
        #[cfg(not(feature = "lake"))]
        ReferencePage::Lake => return Err(super::lake::not_built().into()),
        ReferencePage::Signals => reference::signals(),
    };
    deliver(page.as_bytes())?;
    Ok(Verdict::Quiet)
}
