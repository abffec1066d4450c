//! Steps are taken, one setting at a time: read, write down, call, write down.
//!
//! Whatever happens in between - a crash, a refusal, another responder - the next run reads what is
//! there and goes on from it. A setting that is already as wanted is left alone and is not ours; one
//! that is neither as it was nor as wanted belongs to somebody else, and stops the run.

use std::collections::BTreeSet;

use cloudtrail::{AccountId, Time};
use serde::Serialize;

use crate::account::{Account, Accounts, Fault, FaultKind, Secret};
use crate::document;
use crate::journal::{Changing, Entry, Journal, JournalError};
use crate::plan::{Change, Place, Plan, Step};
use crate::progress::{self, Progress};
use crate::thing::{State, Thing};

/// How a plan is applied.
pub struct Applying<'a> {
    /// The accounts that may be changed, by their ids.
    pub accounts: &'a Accounts<'a>,
    /// The organisation's management account, where somebody may act in it.
    pub management: Option<&'a dyn Account>,
    /// Steps that are taken though they are not taken at once.
    pub with: &'a BTreeSet<String>,
    /// Steps that are left out.
    pub without: &'a BTreeSet<String>,
    /// The clock.
    pub now: &'a dyn Fn() -> Time,
    /// Keeps a secret: called before the line that says that it is done.
    pub keep: &'a mut dyn FnMut(&Secret) -> std::io::Result<()>,
    /// Told before each setting is changed, with everything that undo needs.
    pub about_to: &'a mut dyn FnMut(&Journal) -> std::io::Result<()>,
    /// Who acts, for the journal.
    pub by: &'a str,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The step.
    pub step: String,
    /// How it stands.
    pub stand: Stand,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "stand", rename_all = "kebab-case")]
pub enum Stand {
    /// Taken, now or by an earlier run.
    Done,
    /// It was so before: nothing was done.
    Already,
    /// Not taken: it is for people.
    ByHand,
    /// Not taken: nobody asked for it, or somebody left it out.
    LeftOut,
    /// Not taken: nobody may act in its account.
    NoAccess {
        /// Where somebody must act.
        account: String,
    },
    /// It failed, and the run stopped here.
    Failed {
        /// What sort of failure.
        kind: FaultKind,
        /// What was said.
        why: String,
    },
    /// Not tried: a step before it failed.
    NotTried,
}

/// Why a run could not go on at all; what is done is in the journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The journal cannot be written: nothing is done without it.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The undo file or a secret cannot be written.
    #[error("cannot write {what}")]
    File {
        /// Which file.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// Who acts would shut themselves out.
    #[error("you act as {who}, whom the plan shuts out: use another profile or role")]
    Oneself {
        /// Who acts.
        who: String,
    },
    /// A step is named that the plan does not have.
    #[error("the plan has no step `{0}`")]
    NoStep(String),
}

/// Takes the steps of a plan in their order and stops at the first that fails.
pub fn apply(
    plan: &Plan,
    journal: &mut Journal,
    applying: &mut Applying<'_>,
) -> Result<Vec<Told>, ApplyError> {
    check_names(plan, applying)?;
    let mut stopped = false;
    let mut told = Vec::new();
    for step in &plan.steps {
        let stand = if stopped {
            Stand::NotTried
        } else if step.is_by_hand() {
            Stand::ByHand
        } else if !wanted(step, applying) {
            Stand::LeftOut
        } else {
            take(step, journal, applying)?
        };
        stopped |= matches!(stand, Stand::Failed { .. });
        told.push(Told { step: step.name.clone(), stand });
    }
    Ok(told)
}

/// Steps that are named must be there: a step that was meant and mistyped would be left out.
fn check_names(plan: &Plan, applying: &Applying<'_>) -> Result<(), ApplyError> {
    let mut named = applying.with.iter().chain(applying.without);
    match named.find(|name| plan.step(name).is_none()) {
        Some(name) => Err(ApplyError::NoStep(name.clone())),
        None => Ok(()),
    }
}

/// Whether a step is taken by this run.
fn wanted(step: &Step, applying: &Applying<'_>) -> bool {
    let asked = crate::plan::is_at_once(step) || applying.with.contains(&step.name);
    asked && !applying.without.contains(&step.name)
}

/// The account in which a step is taken.
fn account_of<'a>(
    step: &Step,
    accounts: &Accounts<'a>,
    management: Option<&'a dyn Account>,
) -> Result<&'a dyn Account, Stand> {
    let found = match step.place {
        Place::Account => accounts.get(&step.account).copied(),
        Place::Management => management,
    };
    found.ok_or_else(|| Stand::NoAccess {
        account: match step.place {
            Place::Account => step.account.to_string(),
            Place::Management => "the organisation's management account".to_owned(),
        },
    })
}

fn take(
    step: &Step,
    journal: &mut Journal,
    applying: &mut Applying<'_>,
) -> Result<Stand, ApplyError> {
    let account = match account_of(step, applying.accounts, applying.management) {
        Ok(account) => account,
        Err(stand) => return Ok(stand),
    };
    let mut stands = Vec::new();
    for (number, change) in step.changes.iter().enumerate() {
        match set(step, number, change, account, journal, applying)? {
            failed @ Stand::Failed { .. } => return Ok(failed),
            stand => stands.push(stand),
        }
    }
    let all_there = stands.iter().all(|stand| *stand == Stand::Already);
    Ok(if all_there { Stand::Already } else { Stand::Done })
}

/// Brings one setting to where it should be.
fn set(
    step: &Step,
    number: usize,
    change: &Change,
    account: &dyn Account,
    journal: &mut Journal,
    applying: &mut Applying<'_>,
) -> Result<Stand, ApplyError> {
    let began = match progress::of(journal.lines(), &step.name, number) {
        Progress::Done(_) => return Ok(Stand::Done),
        Progress::Already => return Ok(Stand::Already),
        Progress::Begun(changing) => Some(changing.clone()),
        Progress::Untouched | Progress::Undone => None,
    };
    let found = match account.read(&change.thing) {
        Ok(found) => found,
        Err(fault) => return failed(journal, applying, step, number, &fault),
    };
    let changing = if let Some(began) = began {
        // Of a new key that a crash came after, the secret is missing.
        let kept = !began.calls.iter().any(crate::Call::makes_a_secret);
        if kept && as_wanted(&began.thing, &found, began.to.as_ref()) {
            let entry = Entry::Done { step: step.name.clone(), change: number };
            journal.add(entry, applying.by, (applying.now)())?;
            return Ok(Stand::Done);
        }
        began
    } else {
        let to = change.to.at((applying.now)());
        if as_wanted(&change.thing, &found, to.as_ref()) {
            let entry = Entry::Already { step: step.name.clone(), change: number };
            journal.add(entry, applying.by, (applying.now)())?;
            return Ok(Stand::Already);
        }
        if let Some(why) = surprise(change, &found) {
            let fault = Fault { doing: change.thing.in_words(), kind: FaultKind::Conflict, why };
            return failed(journal, applying, step, number, &fault);
        }
        Changing {
            step: step.name.clone(),
            change: number,
            thing: change.thing.clone(),
            before: found.clone(),
            to,
            calls: Vec::new(),
        }
    };
    perform(step, number, changing, &found, account, journal, applying)
}

/// Makes the calls that lead from what was found to what is wanted, each between two lines.
fn perform(
    step: &Step,
    number: usize,
    mut changing: Changing,
    found: &State,
    account: &dyn Account,
    journal: &mut Journal,
    applying: &mut Applying<'_>,
) -> Result<Stand, ApplyError> {
    let wanted = changing.to.clone().unwrap_or_else(|| Some(String::new()));
    // A key that a run made and whose secret was lost with it is deleted, and another one made.
    let lost = changing.to.is_none() && found.is_some();
    let from = if lost { None } else { found.clone() };
    let ways = lost.then(|| changing.thing.calls(found, &None)).into_iter();
    let ways: Result<Vec<_>, _> = ways.chain([changing.thing.calls(&from, &wanted)]).collect();
    changing.calls = match ways {
        Ok(calls) => calls.concat(),
        Err(no_way) => {
            let doing = changing.thing.in_words();
            let fault = Fault { doing, kind: FaultKind::Gone, why: no_way.to_string() };
            return failed(journal, applying, step, number, &fault);
        }
    };
    let calls = changing.calls.clone();
    journal.add(Entry::Begin(changing), applying.by, (applying.now)())?;
    (applying.about_to)(journal)
        .map_err(|source| ApplyError::File { what: "the undo file", source })?;
    for call in &calls {
        match account.perform(call) {
            Ok(None) => {}
            Ok(Some(secret)) => {
                let what = "the file with new secrets";
                (applying.keep)(&secret).map_err(|source| ApplyError::File { what, source })?;
            }
            Err(fault) => return failed(journal, applying, step, number, &fault),
        }
    }
    let entry = Entry::Done { step: step.name.clone(), change: number };
    journal.add(entry, applying.by, (applying.now)())?;
    Ok(Stand::Done)
}

/// Whether a setting is as it should be. Of what AWS chooses, anything is.
fn as_wanted(thing: &Thing, found: &State, to: Option<&State>) -> bool {
    match to {
        Some(to) => found == to,
        None => matches!(thing, Thing::NewKey { .. }) && found.is_some(),
    }
}

/// Why a wish is void: it was made from something else than what is there.
fn surprise(change: &Change, found: &State) -> Option<String> {
    let was = change.was.as_ref().filter(|_| change.only_from_was)?;
    let same = was == found || document::same(was.as_deref(), found.as_deref());
    (!same).then(|| "it was changed since the plan was made; plan again".to_owned())
}

fn failed(
    journal: &mut Journal,
    applying: &Applying<'_>,
    step: &Step,
    number: usize,
    fault: &Fault,
) -> Result<Stand, ApplyError> {
    let why = fault.to_string();
    let entry = Entry::Failed {
        step: step.name.clone(),
        change: number,
        kind: fault.kind,
        why: why.clone(),
    };
    journal.add(entry, applying.by, (applying.now)())?;
    Ok(Stand::Failed { kind: fault.kind, why })
}

/// What an apply would do now, without doing it: only reads are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsed {
    /// The step.
    pub step: String,
    /// The calls that it would make, and nothing where it stands as `stand` says.
    pub calls: Vec<crate::Call>,
    /// How it stands, where nothing would be called.
    pub stand: Option<Stand>,
}

/// Goes through a plan without changing anything.
pub fn rehearse(
    plan: &Plan,
    lines: &[crate::journal::Line],
    applying: &Applying<'_>,
) -> Result<Vec<Rehearsed>, ApplyError> {
    check_names(plan, applying)?;
    let one = |step: &Step| {
        if step.is_by_hand() {
            return (Vec::new(), Some(Stand::ByHand));
        }
        if !wanted(step, applying) {
            return (Vec::new(), Some(Stand::LeftOut));
        }
        let account = match account_of(step, applying.accounts, applying.management) {
            Ok(account) => account,
            Err(stand) => return (Vec::new(), Some(stand)),
        };
        let mut calls = Vec::new();
        for (number, change) in step.changes.iter().enumerate() {
            if matches!(progress::of(lines, &step.name, number), Progress::Done(_)) {
                continue;
            }
            let found = match account.read(&change.thing) {
                Ok(found) => found,
                Err(fault) => {
                    return (
                        calls,
                        Some(Stand::Failed { kind: fault.kind, why: fault.to_string() }),
                    );
                }
            };
            let to = change.to.at((applying.now)());
            if as_wanted(&change.thing, &found, to.as_ref()) {
                continue;
            }
            if let Some(why) = surprise(change, &found) {
                return (calls, Some(Stand::Failed { kind: FaultKind::Conflict, why }));
            }
            match change.thing.calls(&found, &to.unwrap_or_else(|| Some(String::new()))) {
                Ok(more) => calls.extend(more),
                Err(no_way) => {
                    let why = no_way.to_string();
                    return (calls, Some(Stand::Failed { kind: FaultKind::Gone, why }));
                }
            }
        }
        let stand = calls.is_empty().then_some(Stand::Already);
        (calls, stand)
    };
    let told = plan.steps.iter().map(|step| {
        let (calls, stand) = one(step);
        Rehearsed { step: step.name.clone(), calls, stand }
    });
    Ok(told.collect())
}

/// Refuses to go on when whoever acts is among those who are shut out.
pub fn not_oneself(plan: &Plan, caller: &str, account: AccountId) -> Result<(), ApplyError> {
    let acts = cloudtrail::Arn::parse(caller);
    let role = acts.as_ref().and_then(|arn| Some(arn.assumed_role()?.0));
    let user = acts.as_ref().and_then(|arn| arn.resource.strip_prefix("user/"));
    let name = role.or_else(|| user.map(|path| path.rsplit('/').next().unwrap_or(path)));
    let oneself = plan.targets.iter().any(|target| {
        let same_kind = matches!(target.kind, crate::target::TargetKind::User) == user.is_some();
        target.account == account && same_kind && name == Some(target.name.as_str())
            || target.arn == caller
    });
    if oneself { Err(ApplyError::Oneself { who: caller.to_owned() }) } else { Ok(()) }
}
