//! What the thief made or changed, with the commands that people may run.

use contain::Plan;

use super::command;
use crate::render::page::{Line, Page};
use crate::render::safe::Safe;
use crate::render::style::{Ink, Screen};
use crate::render::words;

/// Everything that was made or changed; what was made first.
pub(crate) fn leftovers(plan: &Plan, screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    if plan.leftovers.is_empty() {
        page.line(Line::new().plain("The records show nothing that was made or changed."));
        return page.text(screen.colour);
    }
    for (made, heading) in [(true, "Made by the thief"), (false, "Changed by the thief")] {
        if !plan.leftovers.iter().any(|one| one.made == made) {
            continue;
        }
        page.heading(heading);
        for one in plan.leftovers.iter().filter(|one| one.made == made) {
            let mut line = Line::new()
                .gap(2)
                .ink(Ink::Strong, one.kind.as_str())
                .plain(" ")
                .plain(Safe::within(&one.name, 120))
                .ink(Ink::Faint, format!("  {} {}", one.action, words::moment(one.time)));
            if !one.region.is_empty() {
                line = line.ink(Ink::Faint, format!(" in {}", one.region));
            }
            match one.standing.as_str() {
                "gone" => line = line.ink(Ink::Good, "  gone since"),
                "stands" => line = line.ink(Ink::Bad, "  still there"),
                _ => {}
            }
            page.wrap(4, &line);
            if !one.steps.is_empty() {
                let text = format!("made powerless by {}", one.steps.join(", "));
                page.wrap(6, &Line::new().gap(4).ink(Ink::Good, text));
            }
            if let Some(text) = one.command.as_ref().filter(|_| one.standing != "gone") {
                command(&mut page, text);
            }
        }
    }
    page.blank();
    page.wrap(
        2,
        &Line::new().ink(
            Ink::Faint,
            "Nothing is deleted by keyhound. Keep a copy as evidence before you delete.",
        ),
    );
    page.text(screen.colour)
}
