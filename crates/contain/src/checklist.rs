//! The resolution as a checklist with its state: what is done, what is verified, what is left.

use cloudtrail::Time;
use serde::Serialize;

use crate::journal::{Entry, Line};
use crate::plan::{Phase, Plan, Step};
use crate::progress::{self, Progress};

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its name: a step's, or one of the checklist's own.
    pub name: String,
    /// The part of the resolution that it belongs to.
    pub phase: Phase,
    /// What is to be done.
    pub text: String,
    /// How it stands.
    pub state: State,
    /// Since when, and by whom.
    pub at: Option<(Time, String)>,
    /// What somebody said.
    pub note: String,
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing was done.
    Open,
    /// Begun, and not known to be done: apply goes on with it.
    Begun,
    /// Done.
    Done,
    /// Done, and silence was proven after it.
    Verified,
    /// It was so before anybody did anything.
    Already,
    /// Done and taken back.
    Undone,
}

/// Items that every incident has, beside the steps of its plan.
const OWN: [(&str, Phase, &str); 5] = [
    (
        "resources",
        Phase::Resources,
        "Check the resources that the thief touched; restore earlier versions of what was modified.",
    ),
    (
        "silence",
        Phase::Invalidate,
        "Prove that nobody of the lineage succeeds any more: `keyhound contain verify`.",
    ),
    ("restore", Phase::Restore, "Give the owner new credentials and move what used the old ones."),
    (
        "leftovers",
        Phase::Review,
        "Look at everything that the thief made or changed, and delete what nobody knows: \
         `keyhound contain review`.",
    ),
    (
        "account",
        Phase::Review,
        "Look at the whole account for users, keys, roles and trust that nobody knows: credential \
         report and authorization details.",
    ),
];

/// The items of a plan, by the parts of the resolution.
pub fn checklist(plan: &Plan, lines: &[Line]) -> Vec<Item> {
    let mut items: Vec<Item> = plan.steps.iter().map(|step| of_step(step, lines)).collect();
    items.extend(OWN.into_iter().map(|(name, phase, text)| {
        let open = Item {
            name: name.to_owned(),
            phase,
            text: text.to_owned(),
            state: State::Open,
            at: None,
            note: String::new(),
        };
        ticked(open, lines)
    }));
    let proven = lines.iter().rev().find_map(|line| match &line.entry {
        Entry::Verified { proven, since, .. } => Some((*proven, *since, line)),
        _ => None,
    });
    if let Some((true, since, line)) = proven {
        for item in &mut items {
            let before = item.at.as_ref().is_some_and(|(at, _)| *at <= since);
            if item.name == "silence" {
                item.state = State::Verified;
                item.at = Some((line.at, line.by.clone()));
            } else if item.state == State::Done && before && item.phase == Phase::Invalidate {
                item.state = State::Verified;
            }
        }
    }
    items.sort_by_key(|item| item.phase);
    items
}

/// Whether an item of this name exists.
pub fn has(plan: &Plan, name: &str) -> bool {
    plan.step(name).is_some() || OWN.iter().any(|(own, ..)| *own == name)
}

fn of_step(step: &Step, lines: &[Line]) -> Item {
    let mut item = Item {
        name: step.name.clone(),
        phase: step.phase,
        text: step.text.clone(),
        state: State::Open,
        at: None,
        note: String::new(),
    };
    if step.is_by_hand() {
        return ticked(item, lines);
    }
    let states: Vec<State> = (0..step.changes.len())
        .map(|number| match progress::of(lines, &step.name, number) {
            Progress::Untouched => State::Open,
            Progress::Begun(_) => State::Begun,
            Progress::Done(_) => State::Done,
            Progress::Already => State::Already,
            Progress::Undone => State::Undone,
        })
        .collect();
    let all = |state| states.iter().all(|one| *one == state);
    item.state = if all(State::Already) {
        State::Already
    } else if states.iter().all(|one| matches!(one, State::Done | State::Already)) {
        State::Done
    } else if all(State::Undone) {
        State::Undone
    } else if all(State::Open) {
        State::Open
    } else {
        State::Begun
    };
    let about = |line: &&Line| match &line.entry {
        Entry::Done { step: of, .. }
        | Entry::Already { step: of, .. }
        | Entry::Undone { step: of, .. } => *of == step.name,
        _ => false,
    };
    item.at = lines.iter().rev().find(about).map(|line| (line.at, line.by.clone()));
    item
}

/// The last that somebody said of an item.
fn ticked(mut item: Item, lines: &[Line]) -> Item {
    for line in lines {
        if let Entry::Ticked { item: name, done, note } = &line.entry
            && *name == item.name
        {
            item.state = if *done { State::Done } else { State::Open };
            item.at = Some((line.at, line.by.clone()));
            item.note.clone_from(note);
        }
    }
    item
}
