//! What would be done, what was done, what was put back, what is proven, what is left.

use std::path::Path;

use contain::Plan;
use contain::apply::{Rehearsed, Stand, Told};
use contain::checklist::{Item, State};
use contain::plan::Phase;
use contain::undo::{Outcome, Taking, Undone};
use contain::verify::{Broken, Proof};

use super::command;
use crate::render::page::{Line, Page};
use crate::render::style::{Ink, Screen};
use crate::render::words;

/// What an apply would do.
pub(crate) fn rehearsed(plan: &Plan, steps: &[Rehearsed], screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    page.wrap(
        2,
        &Line::new().ink(
            Ink::Strong,
            "This is what would be done; nothing was changed. With --apply it is done.",
        ),
    );
    for (number, one) in steps.iter().enumerate() {
        let text = plan.step(&one.step).map_or("", |step| step.text.as_str());
        page.blank();
        page.wrap(5, &Line::new().plain(format!("{:>3}. ", number + 1)).plain(text));
        for call in &one.calls {
            command(&mut page, &call.cli());
        }
        if let Some(stand) = &one.stand {
            let (ink, text) = in_words(stand);
            page.wrap(7, &Line::new().gap(5).ink(ink, text));
        }
    }
    page.text(screen.colour)
}

/// What became of each step.
pub(crate) fn applied(
    plan: &Plan,
    told: &[Told],
    undo: &Path,
    secrets: Option<&Path>,
    screen: Screen,
) -> String {
    let mut page = Page::new(screen.width);
    for (number, one) in told.iter().enumerate() {
        let text = plan.step(&one.step).map_or("", |step| step.text.as_str());
        let (ink, stand) = in_words(&one.stand);
        page.wrap(
            7,
            &Line::new().plain(format!("{:>3}. ", number + 1)).plain(text).gap(2).ink(ink, stand),
        );
    }
    page.blank();
    if undo.exists() {
        page.wrap(
            2,
            &Line::new().ink(Ink::Faint, format!("How to take it back: {}", undo.display())),
        );
    }
    if let Some(path) = secrets {
        page.wrap(
            2,
            &Line::new().ink(
                Ink::Warn,
                format!("New secrets: {}. Hand them over, then delete the file.", path.display()),
            ),
        );
    }
    page.text(screen.colour)
}

fn in_words(stand: &Stand) -> (Ink, String) {
    match stand {
        Stand::Done => (Ink::Good, "done".to_owned()),
        Stand::Already => (Ink::Good, "is so already".to_owned()),
        Stand::ByHand => (Ink::Warn, "by hand".to_owned()),
        Stand::LeftOut => (Ink::Faint, "left out".to_owned()),
        Stand::NoAccess { account } => {
            (Ink::Warn, format!("not done: no --profile or --role acts in {account}"))
        }
        Stand::Failed { kind, why } => (Ink::Bad, format!("failed: {why}; {}", kind.advice())),
        Stand::NotTried => (Ink::Faint, "not tried, because a step before it failed".to_owned()),
    }
}

/// What an undo would do.
pub(crate) fn takings(takings: &[Taking], reactivate: bool, screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    let head = if takings.is_empty() {
        "Nothing is there to put back."
    } else {
        "This is what would be put back; nothing was changed. With --apply it is done."
    };
    page.wrap(2, &Line::new().ink(Ink::Strong, head));
    for (number, one) in takings.iter().enumerate() {
        page.blank();
        page.wrap(
            5,
            &Line::new().plain(format!("{:>3}. ", number + 1)).plain(one.thing.in_words()),
        );
        if one.only_when_asked && !reactivate {
            page.wrap(
                5,
                &Line::new()
                    .gap(5)
                    .ink(Ink::Warn, "stays off, unless --reactivate-keys asks for it"),
            );
            continue;
        }
        for text in &one.commands {
            command(&mut page, text);
        }
    }
    page.text(screen.colour)
}

/// What was put back.
pub(crate) fn undone(undone: &[Undone], screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    for (number, one) in undone.iter().enumerate() {
        let (ink, text) = match &one.outcome {
            Outcome::Restored => (Ink::Good, "is as it was".to_owned()),
            Outcome::Already => (Ink::Good, "was as it was".to_owned()),
            Outcome::StaysOff => {
                (Ink::Warn, "stays off, unless --reactivate-keys asks for it".to_owned())
            }
            Outcome::NoAccess => {
                (Ink::Warn, "not put back: no --profile or --role acts in its account".to_owned())
            }
            Outcome::Failed { kind, why } => {
                (Ink::Bad, format!("failed: {why}; {}", kind.advice()))
            }
            Outcome::NotTried => {
                (Ink::Faint, "not tried, because something before it failed".to_owned())
            }
        };
        page.wrap(
            7,
            &Line::new()
                .plain(format!("{:>3}. ", number + 1))
                .plain(one.what.as_str())
                .gap(2)
                .ink(ink, text),
        );
    }
    if undone.is_empty() {
        page.line(Line::new().plain("Nothing was there to put back."));
    }
    page.text(screen.colour)
}

/// What a watch found.
pub(crate) fn proof(plan: &Plan, proof: &Proof, screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    let ink = if proof.proven { Ink::Good } else { Ink::Bad };
    page.wrap(2, &Line::new().ink(ink, proof.text.as_str()));
    let heard = format!(
        "{} heard since {} UTC; {} of the lineage refused",
        words::count(proof.heard, "event", "events"),
        words::moment(proof.since),
        words::count(proof.refused, "call", "calls"),
    );
    page.wrap(2, &Line::new().gap(2).ink(Ink::Faint, heard));
    if proof.powerless > 0 {
        let text = format!(
            "{} of GetCallerIdentity, which no policy can refuse and which gives nothing",
            words::count(proof.powerless, "call", "calls")
        );
        page.wrap(2, &Line::new().gap(2).ink(Ink::Faint, text));
    }
    if !proof.survivors.is_empty() {
        page.heading("Who is still inside");
    }
    for one in &proof.survivors {
        let line = Line::new()
            .gap(2)
            .ink(Ink::Bad, one.who.as_str())
            .plain(format!("  {}  ", words::moment(one.time)))
            .plain(one.action.as_str())
            .ink(Ink::Faint, "  from ")
            .plain(one.source.as_str());
        page.wrap(4, &line);
        page.wrap(6, &Line::new().gap(4).plain(one.text.as_str()));
        if let Some(step) = one.steps.first().and_then(|name| plan.step(name)) {
            page.wrap(6, &Line::new().gap(4).ink(Ink::Guide, step.text.as_str()));
        }
    }
    if proof.further > 0 {
        page.line(Line::new().gap(2).ink(Ink::Faint, format!("… and {} more", proof.further)));
    }
    broken(&mut page, &proof.broken);
    page.text(screen.colour)
}

fn broken(page: &mut Page, broken: &[Broken]) {
    if broken.is_empty() {
        return;
    }
    page.heading("Steps that hold no longer");
    for one in broken {
        let line = Line::new()
            .gap(2)
            .ink(Ink::Bad, one.step.as_str())
            .plain("  ")
            .plain(one.what.as_str())
            .plain(": ")
            .plain(one.found.as_str());
        page.wrap(4, &line);
    }
}

/// The checklist.
pub(crate) fn status(plan: &Plan, items: &[Item], gone: &[Broken], screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    page.wrap(
        2,
        &Line::new()
            .ink(Ink::Strong, format!("Resolution of {}  ", plan.against.incident))
            .plain(plan.against.title.as_str()),
    );
    for phase in Phase::ALL {
        page.heading(phase.title());
        for item in items.iter().filter(|item| item.phase == phase) {
            let (ink, state) = match item.state {
                State::Open => (Ink::Warn, "open"),
                State::Begun => (Ink::Warn, "begun"),
                State::Done => (Ink::Good, "done"),
                State::Verified => (Ink::Good, "verified"),
                State::Already => (Ink::Good, "so already"),
                State::Undone => (Ink::Warn, "undone"),
            };
            let mut line = Line::new().gap(2).ink(ink, state).column(14).plain(item.text.as_str());
            line = line.ink(Ink::Faint, format!("  {}", item.name));
            if let Some((at, by)) = &item.at {
                line = line.ink(Ink::Faint, format!("  {}", words::moment(*at)));
                if !by.is_empty() {
                    line = line.ink(Ink::Faint, format!(" by {by}"));
                }
            }
            if !item.note.is_empty() {
                line = line.plain("  ").plain(item.note.as_str());
            }
            page.wrap(14, &line);
        }
    }
    broken(&mut page, gone);
    page.text(screen.colour)
}
