//! Everything is put back as it was, the last change first.
//!
//! Only what we changed is put back, and only where it is still as we left it. Keys that were
//! switched off stay so unless somebody asks: AWS advises against switching a stolen key on again.

use std::collections::BTreeSet;

use cloudtrail::Time;
use serde::Serialize;

use crate::account::{Account, Accounts, Fault, FaultKind, Secret};
use crate::apply::{ApplyError, make, of_this_plan};
use crate::call::{Call, KeyStatus};
use crate::journal::{Changing, Entry, Journal, Line};
use crate::plan::Plan;
use crate::progress::{self, Progress};
use crate::thing::{State, Thing};

/// How a containment is taken back.
pub struct Undoing<'a> {
    /// The accounts that may be changed.
    pub accounts: &'a Accounts<'a>,
    /// The management account, where somebody may act in it.
    pub management: Option<&'a dyn Account>,
    /// Only these steps; all if empty.
    pub only: &'a BTreeSet<String>,
    /// Whether stolen keys are switched on again.
    pub reactivate_keys: bool,
    /// Whether what somebody else changed since is overwritten.
    pub force: bool,
    /// The clock.
    pub now: &'a dyn Fn() -> Time,
    /// Keeps a secret.
    pub keep: &'a mut dyn FnMut(&Secret) -> std::io::Result<()>,
    /// Who acts.
    pub by: &'a str,
}

/// One change that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taking {
    /// The step.
    pub step: String,
    /// Which of its changes.
    pub change: usize,
    /// The setting.
    pub thing: Thing,
    /// How we left it.
    pub left: State,
    /// How it was.
    pub before: State,
    /// The calls that put it back.
    pub calls: Vec<Call>,
    /// The same for a shell.
    pub commands: Vec<String>,
    /// Whether it is put back only when asked: a key that was switched off.
    pub only_when_asked: bool,
}

/// What became of a change that was to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The step.
    pub step: String,
    /// The setting, in words.
    pub what: String,
    /// How it went.
    pub outcome: Outcome,
}

/// How taking back went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It is as it was.
    Restored,
    /// It was as it was: somebody else put it back.
    Already,
    /// A stolen key, which stays off.
    StaysOff,
    /// Nobody may act in its account.
    NoAccess,
    /// It could not be put back, and the run stopped here.
    Failed {
        /// What sort of failure.
        kind: FaultKind,
        /// What was said.
        why: String,
    },
    /// Not tried: something before it failed.
    NotTried,
}

/// Everything that was changed and not taken back yet, the last first.
pub fn takings(plan: &Plan, lines: &[Line]) -> Vec<Taking> {
    let mut found = Vec::new();
    for step in &plan.steps {
        for number in 0..step.changes.len() {
            let (Progress::Done(changing) | Progress::Begun(changing)) =
                progress::of(lines, &step.name, number)
            else {
                continue;
            };
            // A journal that tells of other settings was forged.
            if progress::is_planned(plan, changing) {
                found.push(taking(changing));
            }
        }
    }
    found.reverse();
    found
}

fn taking(changing: &Changing) -> Taking {
    // What AWS chose is whatever is there now.
    let left = changing.to.clone().unwrap_or_else(|| Some(String::new()));
    let calls = changing.thing.calls(&left, &changing.before).unwrap_or_default();
    let switches_on =
        |call: &Call| matches!(call, Call::UpdateAccessKey { status: KeyStatus::Active, .. });
    Taking {
        step: changing.step.clone(),
        change: changing.change,
        thing: changing.thing.clone(),
        left,
        before: changing.before.clone(),
        only_when_asked: calls.iter().any(switches_on),
        commands: calls.iter().map(Call::cli).collect(),
        calls,
    }
}

/// Takes back what a journal says was done, the last first, and stops at the first that fails.
pub fn undo(
    plan: &Plan,
    journal: &mut Journal,
    undoing: &mut Undoing<'_>,
) -> Result<Vec<Undone>, ApplyError> {
    if let Some(name) = undoing.only.iter().find(|name| plan.step(name).is_none()) {
        return Err(ApplyError::NoStep(name.clone()));
    }
    of_this_plan(plan, journal.lines())?;
    let mut told = Vec::new();
    let mut stopped = false;
    for taking in takings(plan, journal.lines()) {
        if !undoing.only.is_empty() && !undoing.only.contains(&taking.step) {
            continue;
        }
        let outcome = if stopped {
            Outcome::NotTried
        } else if taking.only_when_asked && !undoing.reactivate_keys {
            Outcome::StaysOff
        } else {
            put_back(plan, &taking, journal, undoing)?
        };
        stopped |= matches!(outcome, Outcome::Failed { .. });
        told.push(Undone { step: taking.step, what: taking.thing.in_words(), outcome });
    }
    Ok(told)
}

fn put_back(
    plan: &Plan,
    taking: &Taking,
    journal: &mut Journal,
    undoing: &mut Undoing<'_>,
) -> Result<Outcome, ApplyError> {
    let Some(step) = plan.step(&taking.step) else { return Ok(Outcome::NoAccess) };
    let account = step.account_among(undoing.accounts, undoing.management);
    let Some(account) = account else { return Ok(Outcome::NoAccess) };
    let found = match account.read(&taking.thing) {
        Ok(found) => found,
        Err(fault) => return failed(journal, undoing, taking, &fault),
    };
    let undone = || Entry::Undone { step: taking.step.clone(), change: taking.change };
    if found == taking.before {
        journal.add(undone(), undoing.by, (undoing.now)())?;
        return Ok(Outcome::Already);
    }
    let ours = found == taking.left || matches!(taking.thing, Thing::NewKey { .. });
    if !ours && !undoing.force {
        let why = "somebody changed it since; look at it, then undo with --force to overwrite it";
        let fault = Fault {
            doing: taking.thing.in_words(),
            kind: FaultKind::Conflict,
            why: why.to_owned(),
        };
        return failed(journal, undoing, taking, &fault);
    }
    let calls = match taking.thing.calls(&found, &taking.before) {
        Ok(calls) => calls,
        Err(no_way) => {
            let doing = taking.thing.in_words();
            let fault = Fault { doing, kind: FaultKind::Gone, why: no_way.to_string() };
            return failed(journal, undoing, taking, &fault);
        }
    };
    let changing = Changing {
        step: taking.step.clone(),
        change: taking.change,
        thing: taking.thing.clone(),
        before: found,
        to: Some(taking.before.clone()),
        calls: calls.clone(),
    };
    journal.add(Entry::UndoBegin(changing), undoing.by, (undoing.now)())?;
    if let Some(fault) = make(&calls, account, undoing.keep)? {
        return failed(journal, undoing, taking, &fault);
    }
    journal.add(undone(), undoing.by, (undoing.now)())?;
    Ok(Outcome::Restored)
}

fn failed(
    journal: &mut Journal,
    undoing: &Undoing<'_>,
    taking: &Taking,
    fault: &Fault,
) -> Result<Outcome, ApplyError> {
    let why = fault.to_string();
    let entry = Entry::Failed {
        step: taking.step.clone(),
        change: taking.change,
        kind: fault.kind,
        why: why.clone(),
    };
    journal.add(entry, undoing.by, (undoing.now)())?;
    Ok(Outcome::Failed { kind: fault.kind, why })
}
