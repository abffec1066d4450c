//! `keyhound contain undo`: what was changed is put back, or shown.

use std::collections::BTreeSet;

use anyhow::Result;
use contain::account::Secret;
use contain::journal::Journal;
use contain::undo::{self, Outcome, Undoing};

use super::access;
use super::apply::{advised, confirmed, in_use};
use super::files;
use crate::cannot_run::CannotRun;
use crate::cli::{ContainUndo, Global};
use crate::clock;
use crate::render;
use crate::render::style::Screen;
use crate::verb::{Verdict, deliver};

pub(super) fn run(arguments: &ContainUndo, global: &Global) -> Result<Verdict> {
    let plan = files::plan(&arguments.plan)?;
    let path = files::journal(&arguments.plan, &arguments.journal);
    let lines = files::lines(&path)?;
    let screen = Screen::stdout(global.color);
    if lines.is_empty() {
        return Err(CannotRun::new(
            format!("nothing of this plan was applied: there is no journal {}", path.display()),
            "give --journal if it is elsewhere",
        )
        .into());
    }
    if !arguments.consent.apply {
        let takings = undo::takings(&plan, &lines);
        deliver(render::contain::takings(&takings, arguments.reactivate_keys, screen).as_bytes())?;
        return Ok(Verdict::Quiet);
    }
    access::required(&arguments.responder)?;
    let reached = access::reached(&arguments.responder)?;
    confirmed(&plan, &arguments.consent, &reached, "undo", global)?;
    let by = reached.by();
    let only: BTreeSet<String> = arguments.only.iter().cloned().collect();
    let secrets = files::beside(&arguments.plan, "secrets");
    let mut keep = |secret: &Secret| files::keep(&secrets, secret);
    let accounts = reached.accounts();
    let mut undoing = Undoing {
        accounts: &accounts,
        management: reached.management(),
        only: &only,
        reactivate_keys: arguments.reactivate_keys,
        force: arguments.force,
        now: &clock::now,
        keep: &mut keep,
        by: &by,
    };
    let mut journal = Journal::open(&path, &plan.digest, &by, clock::now()).map_err(in_use)?;
    let undone = undo::undo(&plan, &mut journal, &mut undoing).map_err(advised)?;
    deliver(render::contain::undone(&undone, screen).as_bytes())?;
    let left = |outcome: &Outcome| {
        matches!(outcome, Outcome::Failed { .. } | Outcome::NotTried | Outcome::NoAccess)
    };
    Ok(if undone.iter().any(|one| left(&one.outcome)) { Verdict::Found } else { Verdict::Quiet })
}
