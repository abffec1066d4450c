//! Steps are taken, one setting at a time: read, write down, call, write down.
//!
//! Whatever happens in between - a crash, a refusal, another responder - the next run reads what is
//! there and goes on from it. A setting that is already as wanted is left alone and is not ours; one
//! that is neither as it was nor as wanted belongs to somebody else, and stops the run.

use std::collections::BTreeSet;

use cloudtrail::{AccountId, Time};
use serde::Serialize;

use crate::account::{Account, Accounts, Fault, FaultKind, Secret};
use crate::call::Call;
use crate::document;
use crate::journal::{Changing, Entry, Journal, JournalError, Line};
use crate::plan::{Change, Place, Plan, Step, Wanted};
use crate::progress::{self, Progress};
use crate::thing::{NoWay, State, Thing};
use crate::verify;

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
    /// The journal tells of a setting that the plan does not change.
    #[error("the journal tells of a change by `{step}` that is not in the plan: it was forged")]
    Foreign {
        /// The step that is said to have made it.
        step: String,
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
    of_this_plan(plan, journal.lines())?;
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

/// Nothing is done by a journal that tells of settings that are not the plan's.
pub(crate) fn of_this_plan(plan: &Plan, lines: &[Line]) -> Result<(), ApplyError> {
    match progress::foreign(plan, lines) {
        Some(step) => Err(ApplyError::Foreign { step }),
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
    step.account_among(accounts, management).ok_or_else(|| Stand::NoAccess {
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

/// What there is to do about a setting.
enum Next {
    /// Nothing; the line tells so where the journal does not yet.
    Nothing(Stand, Option<Entry>),
    /// These calls.
    Make(Changing),
}

/// Looks at a setting, and at what earlier runs did to it.
///
/// What a run did is looked at again: a thief takes a denial away as soon as it is there.
fn next(
    step: &Step,
    number: usize,
    change: &Change,
    lines: &[Line],
    account: &dyn Account,
    now: Time,
) -> Result<Next, Fault> {
    let progress = progress::of(lines, &step.name, number);
    let found = account.read(&change.thing)?;
    let ours = match progress {
        Progress::Done(ours) if verify::stands(ours, &found, account)? => {
            return Ok(Next::Nothing(Stand::Done, None));
        }
        // Of a new key that a crash came after, the secret is missing.
        Progress::Begun(ours)
            if ours.to.as_ref() == Some(&found) && !ours.calls.iter().any(Call::makes_a_secret) =>
        {
            let done = Entry::Done { step: step.name.clone(), change: number };
            return Ok(Next::Nothing(Stand::Done, Some(done)));
        }
        Progress::Done(ours) | Progress::Begun(ours) => Some(ours),
        Progress::Untouched | Progress::Already | Progress::Undone => None,
    };
    // The moment is that of this run: sessions were issued since an earlier one failed.
    let to = change.to.at(account.clock().map_or(now, |theirs| theirs.max(now)));
    if ours.is_none() && to.as_ref() == Some(&found) {
        let told = progress == Progress::Already;
        let already = Entry::Already { step: step.name.clone(), change: number };
        return Ok(Next::Nothing(Stand::Already, (!told).then_some(already)));
    }
    if let Some(why) = surprise(change, &found, ours.is_some()) {
        return Err(Fault { doing: change.thing.in_words(), kind: FaultKind::Conflict, why });
    }
    let calls = calls(&change.thing, &found, to.as_ref()).map_err(|no_way| Fault {
        doing: change.thing.in_words(),
        kind: FaultKind::Gone,
        why: no_way.to_string(),
    })?;
    Ok(Next::Make(Changing {
        step: step.name.clone(),
        change: number,
        thing: change.thing.clone(),
        // The first beginning knows how it was before anything was done.
        before: ours.map_or(found, |ours| ours.before.clone()),
        to,
        calls,
    }))
}

/// The calls that lead from what was found to what is wanted.
fn calls(thing: &Thing, found: &State, to: Option<&State>) -> Result<Vec<Call>, NoWay> {
    if let Some(to) = to {
        return thing.calls(found, to);
    }
    // A key that a run made and whose secret was lost with it is deleted, and another one made.
    let mut calls = thing.calls(found, &None)?;
    calls.extend(thing.calls(&None, &Some(String::new()))?);
    Ok(calls)
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
    let now = (applying.now)();
    match next(step, number, change, journal.lines(), account, now) {
        Ok(Next::Nothing(stand, entry)) => {
            if let Some(entry) = entry {
                journal.add(entry, applying.by, now)?;
            }
            Ok(stand)
        }
        Ok(Next::Make(changing)) => perform(step, number, changing, account, journal, applying),
        Err(fault) => failed(journal, applying, step, number, &fault),
    }
}

/// Makes the calls, between two lines.
fn perform(
    step: &Step,
    number: usize,
    changing: Changing,
    account: &dyn Account,
    journal: &mut Journal,
    applying: &mut Applying<'_>,
) -> Result<Stand, ApplyError> {
    let calls = changing.calls.clone();
    journal.add(Entry::Begin(changing), applying.by, (applying.now)())?;
    (applying.about_to)(journal)
        .map_err(|source| ApplyError::File { what: "the undo file", source })?;
    if let Some(fault) = make(&calls, account, applying.keep)? {
        return failed(journal, applying, step, number, &fault);
    }
    let entry = Entry::Done { step: step.name.clone(), change: number };
    journal.add(entry, applying.by, (applying.now)())?;
    Ok(Stand::Done)
}

/// Makes calls one after the other and keeps the secrets in their answers; stops at the first that
/// fails, and gives its fault.
pub(crate) fn make(
    calls: &[Call],
    account: &dyn Account,
    keep: &mut dyn FnMut(&Secret) -> std::io::Result<()>,
) -> Result<Option<Fault>, ApplyError> {
    for call in calls {
        match account.perform(call) {
            Ok(None) => {}
            Ok(Some(secret)) => {
                let what = "the file with new secrets";
                keep(&secret).map_err(|source| ApplyError::File { what, source })?;
            }
            Err(fault) => return Ok(Some(fault)),
        }
    }
    Ok(None)
}

/// Why a wish is void: it was made from something else than what is there.
fn surprise(change: &Change, found: &State, begun: bool) -> Option<String> {
    if let (Wanted::Something, Some(key), false) = (&change.to, found, begun) {
        return Some(format!("the key {key} is there, which the plan does not know; plan again"));
    }
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
    pub calls: Vec<Call>,
    /// How it stands, where nothing would be called.
    pub stand: Option<Stand>,
}

/// Goes through a plan without changing anything.
pub fn rehearse(
    plan: &Plan,
    lines: &[Line],
    applying: &Applying<'_>,
) -> Result<Vec<Rehearsed>, ApplyError> {
    check_names(plan, applying)?;
    of_this_plan(plan, lines)?;
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
        let (mut calls, mut stands) = (Vec::new(), Vec::new());
        for (number, change) in step.changes.iter().enumerate() {
            match next(step, number, change, lines, account, (applying.now)()) {
                Ok(Next::Nothing(stand, _)) => stands.push(stand),
                Ok(Next::Make(changing)) => calls.extend(changing.calls),
                Err(Fault { kind, why, doing }) => {
                    let why = format!("{doing}: {why}");
                    return (calls, Some(Stand::Failed { kind, why }));
                }
            }
        }
        let done = stands.contains(&Stand::Done);
        let stand = if done { Stand::Done } else { Stand::Already };
        let stand = calls.is_empty().then_some(stand);
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
