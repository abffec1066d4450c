//! `keyhound contain apply`: the steps are taken, or shown.

use std::collections::BTreeSet;
use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, Result};
use contain::Plan;
use contain::account::Secret;
use contain::apply::{self, Applying, Stand};
use contain::journal::{Journal, JournalError};
use detect::Pattern;

use super::access::{self, Reached};
use super::files;
use crate::cannot_run::CannotRun;
use crate::cli::{Consent, ContainApply, Global};
use crate::clock;
use crate::render;
use crate::render::page::{Line, Page};
use crate::render::style::{Ink, Screen};
use crate::verb::{Verdict, deliver, input, tell};

pub(super) fn run(arguments: &ContainApply, global: &Global) -> Result<Verdict> {
    access::required(&arguments.responder)?;
    let plan = files::plan(&arguments.plan)?;
    spared(&plan, global)?;
    let reached = access::reached(&arguments.responder)?;
    not_oneself(&plan, &reached)?;
    let accounts = reached.accounts();
    let (with, without) = (named(&arguments.with), named(&arguments.without));
    let path = files::journal(&arguments.plan, &arguments.journal);
    let (undo, secrets) =
        (files::beside(&arguments.plan, "undo.json"), files::beside(&arguments.plan, "secrets"));
    let by = reached.by();
    let mut keep = |secret: &Secret| files::keep(&secrets, secret);
    let mut about_to = |journal: &Journal| files::write_undo(&plan, &undo, journal);
    let mut applying = Applying {
        accounts: &accounts,
        management: reached.management(),
        with: &with,
        without: &without,
        now: &clock::now,
        keep: &mut keep,
        about_to: &mut about_to,
        by: &by,
    };
    let screen = Screen::stdout(global.color);
    if !arguments.consent.apply {
        let lines = files::lines(&path)?;
        let rehearsed = apply::rehearse(&plan, &lines, &applying).map_err(advised)?;
        deliver(render::contain::rehearsed(&plan, &rehearsed, screen).as_bytes())?;
        return Ok(Verdict::Quiet);
    }
    confirmed(&plan, &arguments.consent, &reached, "apply", global)?;
    let mut journal = Journal::open(&path, &plan.digest, &by, clock::now()).map_err(in_use)?;
    if journal.torn {
        let line =
            "the last run was cut off while it wrote the journal; nothing was called for that line";
        input::say(Screen::stderr(global.color), &Line::new().ink(Ink::Warn, line));
    }
    let told = apply::apply(&plan, &mut journal, &mut applying).map_err(advised)?;
    deliver(
        render::contain::applied(
            &plan,
            &told,
            &undo,
            secrets.exists().then_some(&*secrets),
            screen,
        )
        .as_bytes(),
    )?;
    let left = |stand: &Stand| {
        matches!(stand, Stand::Failed { .. } | Stand::NotTried | Stand::NoAccess { .. })
    };
    Ok(if told.iter().any(|one| left(&one.stand)) { Verdict::Found } else { Verdict::Quiet })
}

fn named(steps: &[String]) -> BTreeSet<String> {
    steps.iter().cloned().collect()
}

/// Refuses to touch those who must be able to get in when nobody else can, whatever the plan says.
pub(super) fn spared(plan: &Plan, global: &Global) -> Result<()> {
    let configuration = input::configuration(global)?;
    let patterns = &configuration.settings.break_glass;
    let spared = |arn: &str| is_spared(patterns, arn);
    match plan.targets.iter().find(|target| spared(&target.arn)) {
        None => Ok(()),
        Some(target) => Err(CannotRun::new(
            format!(
                "{} is on your list of break-glass principals, and is never touched",
                target.arn
            ),
            "plan again: the plan was made before it was on the list",
        )
        .into()),
    }
}

/// Whether a principal is on the list. Records of sessions leave a role's path out, so what the list
/// says is also taken without its path, unless nothing but a star would be left.
pub(super) fn is_spared(patterns: &[Pattern], arn: &str) -> bool {
    let bare = |pattern: &Pattern| {
        let (before, path) = pattern.as_str().split_once(":role/")?;
        let (_, name) = path.rsplit_once('/').filter(|(_, name)| *name != "*")?;
        Pattern::new(&format!("{before}:role/{name}"))
    };
    let matches = |pattern: &Pattern| {
        pattern.matches(arn) || bare(pattern).is_some_and(|bare| bare.matches(arn))
    };
    patterns.iter().any(matches)
}

/// Refuses to shut out whoever acts.
pub(super) fn not_oneself(plan: &Plan, reached: &Reached) -> Result<()> {
    for caller in reached.callers() {
        apply::not_oneself(plan, &caller.arn, caller.account).map_err(advised)?;
    }
    Ok(())
}

/// Asks for the account and the key, so that nobody changes the wrong ones by habit.
pub(super) fn confirmed(
    plan: &Plan,
    consent: &Consent,
    reached: &Reached,
    what: &str,
    global: &Global,
) -> Result<()> {
    if consent.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(CannotRun::new(
            "nobody is there to confirm the account and the key",
            "run it in a terminal, or say --yes",
        )
        .into());
    }
    let account = plan.against.account.map(|account| account.to_string()).unwrap_or_default();
    let mut page = Page::new(Screen::stderr(global.color).width);
    for caller in reached.callers() {
        page.wrap(
            2,
            &Line::new().plain("You act as ").ink(Ink::Strong, caller.arn.as_str()).plain("."),
        );
    }
    let ask = format!("To {what} this plan, type the account and {}: ", plan.against.confirm);
    page.wrap(2, &Line::new().ink(Ink::Strong, ask.as_str()));
    tell(&page.text(Screen::stderr(global.color).colour));
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).context("cannot read what you typed")?;
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words == [account.as_str(), plan.against.confirm.as_str()] {
        return Ok(());
    }
    Err(CannotRun::new(
        "this is not what the plan is against; nothing was changed",
        format!("type: {account} {}", plan.against.confirm),
    )
    .into())
}

/// What keeps a run from going on, with advice.
pub(super) fn advised(error: apply::ApplyError) -> anyhow::Error {
    use contain::apply::ApplyError;

    let tip = match &error {
        ApplyError::NoStep(_) => {
            "the names of steps stand in the plan: keyhound contain status PLAN"
        }
        ApplyError::Oneself { .. } => "use a responder who is not part of the incident",
        ApplyError::Foreign { .. } => "keep the journal as evidence, and plan again",
        ApplyError::Journal(_) => return anyhow::Error::new(error),
        _ => return error.into(),
    };
    CannotRun::new(error.to_string(), tip).into()
}

/// What is wrong with a journal, with advice.
pub(super) fn in_use(error: JournalError) -> anyhow::Error {
    let tip = match &error {
        JournalError::Busy(_) => "wait for it to end",
        JournalError::Broken { .. } => {
            "keep it as evidence; undo by the commands in the undo file, and plan again"
        }
        JournalError::OtherPlan { .. } => "give --journal another file",
        _ => return error.into(),
    };
    CannotRun::new(error.to_string(), tip).into()
}

#[cfg(test)]
mod tests {
    use detect::Pattern;

    use super::is_spared;

    #[test]
    fn break_glass_is_known_without_its_path() {
        let list = |text: &str| [Pattern::new(text).unwrap()];
        let spared = |text: &str, arn: &str| is_spared(&list(text), arn);
        let role = |name: &str| format!("arn:aws:iam::111122223333:role/{name}");
        assert!(spared("arn:aws:iam::*:role/emergency/break-glass", &role("break-glass")));
        assert!(spared("arn:aws:iam::*:role/emergency/*", &role("emergency/break-glass")));
        assert!(!spared("arn:aws:iam::*:role/emergency/*", &role("deploy")));
        assert!(!spared("arn:aws:iam::*:role/emergency/break-glass", &role("deploy")));
        assert!(!spared("arn:aws:iam::*:user/x/break-glass", &role("break-glass")));
    }
}
