//! `keyhound contain status`: the checklist with its state.

use anyhow::Result;
use contain::checklist::{self, checklist};
use contain::journal::{Entry, Journal};
use contain::verify;
use serde::Serialize;

use super::access;
use super::apply::in_use;
use super::files;
use crate::cannot_run::CannotRun;
use crate::cli::{ContainFormat, ContainStatus, Global};
use crate::clock;
use crate::render;
use crate::render::style::Screen;
use crate::verb::{Verdict, deliver};

/// The status as JSON.
#[derive(Serialize)]
struct Status<'a> {
    plan: &'a str,
    items: &'a [checklist::Item],
    broken: &'a [verify::Broken],
}

pub(super) fn run(arguments: &ContainStatus, global: &Global) -> Result<Verdict> {
    let plan = files::plan(&arguments.plan)?;
    let path = files::journal(&arguments.plan, &arguments.journal);
    let ticked = arguments.done.as_ref().or(arguments.open.as_ref());
    if let Some(item) = ticked {
        if !checklist::has(&plan, item) {
            return Err(CannotRun::new(
                format!("the checklist has no item `{item}`"),
                "the names of items: keyhound contain status PLAN",
            )
            .into());
        }
        let mut journal =
            Journal::open(&path, &plan.digest, &arguments.by, clock::now()).map_err(in_use)?;
        let entry = Entry::Ticked {
            item: item.clone(),
            done: arguments.done.is_some(),
            note: arguments.note.clone(),
        };
        journal.add(entry, &arguments.by, clock::now()).map_err(in_use)?;
    }
    let lines = files::lines(&path)?;
    let reached = access::reached(&arguments.responder)?;
    let broken = verify::broken(&plan, &lines, &reached.accounts(), reached.management());
    let items = checklist(&plan, &lines);
    let printed = match arguments.format {
        ContainFormat::Json => {
            super::json(&Status { plan: &plan.id, items: &items, broken: &broken })?
        }
        ContainFormat::Terminal => {
            let screen = Screen::stdout(global.color);
            render::contain::status(&plan, &items, &broken, screen).into_bytes()
        }
    };
    deliver(&printed)?;
    Ok(if broken.is_empty() { Verdict::Quiet } else { Verdict::Found })
}
