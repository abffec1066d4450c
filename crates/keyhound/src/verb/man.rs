//! `keyhound man`: the manual pages.

use anyhow::{Context, Result};
use clap_mangen::Man as Page;

use super::{Verdict, deliver};
use crate::cannot_run::CannotRun;
use crate::cli::{self, Man};

pub(super) fn run(arguments: &Man) -> Result<Verdict> {
    if let Some(folder) = &arguments.to {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        clap_mangen::generate_to(cli::command(), folder)
            .with_context(|| format!("cannot write the manual pages into {}", folder.display()))?;
        return Ok(Verdict::Quiet);
    }
    let mut page = Vec::new();
    of(arguments.verb.as_deref())?.render(&mut page).context("cannot render the manual page")?;
    deliver(&page)?;
    Ok(Verdict::Quiet)
}

fn of(verb: Option<&str>) -> Result<Page, CannotRun> {
    let mut command = cli::command();
    command.build();
    let Some(name) = verb else { return Ok(Page::new(command)) };
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    let names: Vec<String> = verbs.map(|verb| verb.get_name().to_owned()).collect();
    match command.find_subcommand(name) {
        Some(found) => Ok(Page::new(found.clone())),
        None => Err(CannotRun::new(
            format!("there is no verb {name}"),
            format!("the verbs are {}", names.join(", ")),
        )),
    }
}
