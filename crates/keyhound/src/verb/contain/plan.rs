//! `keyhound contain plan`: what to do, in which order, and what will break.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use cloudtrail::AccountId;
use contain::account::{Account, Accounts};
use contain::format;
use contain::impact::Impact;
use contain::offline::Offline;
use contain::plan::{Plan, Setting, plan, plan_for};
use incident::Incident;
#[cfg(not(feature = "lake"))]
use intel::address::AddressBook;

use super::access::{self, Reached};
use super::files;
#[cfg(feature = "lake")]
use super::lake::impact as from_lake;
use crate::cannot_run::CannotRun;
use crate::cli::{ContainPlan, Global, PlanFormat};
use crate::clock;
use crate::config::Configuration;
use crate::engine;
use crate::render;
use crate::render::page::Line;
use crate::render::style::{Ink, Screen};
use crate::verb::input::{self, Beside, Judged};
use crate::verb::{Verdict, authorization, deliver, explain};

pub(super) fn run(arguments: &ContainPlan, global: &Global) -> Result<Verdict> {
    let configuration = input::configuration(global)?;
    let reached = access::reached(&arguments.responder)?;
    let offline = offline(arguments)?;
    let accounts = accounts(&reached, &offline);
    let spared = |arn: &str| super::apply::is_spared(&configuration.settings.break_glass, arn);
    let setting = |impact: Impact| Setting {
        now: clock::now(),
        accounts: &accounts,
        spared: &spared,
        impact,
    };
    let made = match (&arguments.incident, &arguments.arn) {
        (Some(wanted), _) => {
            let judged = Judged::of(&arguments.input, Beside::default(), &configuration, global)?;
            let incident = explain::find(&judged.scanned.incidents, wanted)?;
            let impact = impact(arguments, &configuration, Some((&judged, incident)))?;
            plan(incident, setting(impact))
        }
        (None, Some(arn)) => {
            let impact = impact(arguments, &configuration, None)?;
            plan_for(arn, arguments.access_key.as_deref(), setting(impact)).map_err(|why| {
                CannotRun::new(why, "give --arn the ARN of a user, a role or a root")
            })?
        }
        (None, None) => {
            return Err(CannotRun::new("no incident is given", "name it, or give --arn").into());
        }
    };
    if let Some(path) = &arguments.output {
        files::write_whole(path, made.to_json()?.as_bytes())
            .with_context(|| format!("cannot write the plan {}", path.display()))?;
        if !global.quiet {
            let line =
                Line::new().ink(Ink::Faint, format!("plan: {} in {}", made.id, path.display()));
            input::say(Screen::stderr(global.color), &line);
        }
    }
    deliver(&printed(&made, arguments, global)?)?;
    Ok(Verdict::Quiet)
}

fn printed(made: &Plan, arguments: &ContainPlan, global: &Global) -> Result<Vec<u8>> {
    Ok(match arguments.format {
        PlanFormat::Terminal => {
            let screen = Screen::stdout(global.color);
            let file = arguments.output.as_deref().map(input::quoted_path);
            render::contain::plan(made, file.as_deref(), screen).into_bytes()
        }
        PlanFormat::Json => made.to_json()?.into_bytes(),
        PlanFormat::Markdown => format::markdown(made, made.made).into_bytes(),
        PlanFormat::Sh => format::sh(made, made.made).into_bytes(),
        PlanFormat::Cloudformation => {
            let account = made.against.account.ok_or_else(|| {
                CannotRun::new("the plan has no account", "nobody could be made out to be shut out")
            })?;
            super::json(&format::cloudformation(made, account, made.made))?
        }
    })
}

/// What files tell of accounts, by account.
fn offline(arguments: &ContainPlan) -> Result<BTreeMap<AccountId, Offline>> {
    let mut all = Offline::default();
    for path in &arguments.input.authorization {
        let text = authorization::text(path)?;
        all.add(&text).map_err(|why| authorization::unreadable(path, &why))?;
    }
    Ok(all.accounts().into_iter().map(|account| (account, all.clone())).collect())
}

/// AWS itself where it may be asked, else the files.
fn accounts<'a>(reached: &'a Reached, offline: &'a BTreeMap<AccountId, Offline>) -> Accounts<'a> {
    let mut accounts: Accounts<'a> =
        offline.iter().map(|(id, files)| (*id, files as &dyn Account)).collect();
    accounts.extend(reached.accounts());
    accounts
}

/// Who else used the credentials: as the lake tells, where one is named, since it may hold more than
/// the logs that were read; else as those logs tell.
fn impact(
    arguments: &ContainPlan,
    configuration: &Configuration,
    judged: Option<(&Judged, &Incident)>,
) -> Result<Impact> {
    let book = engine::address_book(&configuration.settings)?;
    match (&arguments.lake, judged) {
        (Some(place), judged) => {
            from_lake(place, book, arguments, judged.map(|(_, incident)| incident))
        }
        (None, Some((judged, incident))) => {
            engine::impact(&judged.places, &judged.request, incident, &book)
                .context("cannot read the weeks before the theft")
        }
        (None, None) => Ok(Impact::of(None, Vec::new())),
    }
}

#[cfg(not(feature = "lake"))]
fn from_lake(_: &str, _: AddressBook, _: &ContainPlan, _: Option<&Incident>) -> Result<Impact> {
    Err(crate::verb::lake::not_built().into())
}
