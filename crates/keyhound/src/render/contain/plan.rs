//! A plan: against whom, what will break, step by step.

use contain::plan::{Phase, Place, Plan, Step, When};

use super::{command, labelled};
use crate::render::page::{Line, Page};
use crate::render::safe::Safe;
use crate::render::style::{Ink, Screen};
use crate::render::words;

/// So many uses of the credential are shown.
const USES: usize = 6;

/// The plan; `file` is where it was written, as a shell takes it.
pub(crate) fn plan(plan: &Plan, file: Option<&str>, screen: Screen) -> String {
    let mut page = Page::new(screen.width);
    let against = &plan.against;
    let id = if against.incident.is_empty() { plan.id.as_str() } else { against.incident.as_str() };
    page.wrap(
        2,
        &Line::new()
            .ink(Ink::Strong, format!("Containment of {id}  "))
            .plain(against.title.as_str()),
    );
    if let Some((first, last)) = against.seen {
        let seen =
            format!("Suspicious calls {} to {} UTC", words::moment(first), words::moment(last));
        page.wrap(2, &Line::new().gap(2).ink(Ink::Faint, seen));
    }
    if plan.steps.is_empty() {
        page.wrap(
            2,
            &Line::new()
                .gap(2)
                .ink(Ink::Warn, "There is nobody that could be shut out; the notes below say why."),
        );
    }
    targets(&mut page, plan);
    impact(&mut page, plan);
    for phase in [Phase::Invalidate, Phase::Review, Phase::Restore] {
        let here: Vec<(usize, &Step)> =
            plan.steps.iter().enumerate().filter(|(_, step)| step.phase == phase).collect();
        if here.is_empty() {
            continue;
        }
        page.heading(match phase {
            Phase::Review => "Close the ways back in",
            other => other.title(),
        });
        for (number, step) in here {
            told(&mut page, number + 1, step, plan);
        }
    }
    if !plan.blocks.is_empty() {
        page.heading("Addresses");
        let what: Vec<&str> = plan.blocks.iter().map(|block| block.what.as_str()).collect();
        let text = format!(
            "Snippets that block {}: {} (in the plan, and with --format markdown). A thief changes \
             addresses in seconds.",
            plan.watch.addresses.join(", "),
            what.join(", ")
        );
        page.wrap(4, &Line::new().gap(2).plain(Safe::within(&text, 400)));
    }
    if !plan.notes.is_empty() {
        page.heading("What could not be known, or is not done");
        for note in &plan.notes {
            page.wrap(4, &Line::new().gap(2).plain(note.as_str()));
        }
    }
    next(&mut page, plan, file);
    page.text(screen.colour)
}

fn targets(page: &mut Page, plan: &Plan) {
    if plan.targets.is_empty() {
        return;
    }
    page.heading("Who is shut out");
    for target in &plan.targets {
        let mut line = Line::new().gap(2).plain(target.arn.as_str());
        if target.by_thief {
            line = line.ink(Ink::Bad, "  made by the thief");
        }
        for key in &target.keys {
            line = line.gap(2).ink(Ink::Faint, key.as_str());
        }
        page.wrap(4, &line);
        let alive = target.sessions.iter().filter_map(|one| Some((one, one.ends?)));
        for (session, ends) in alive {
            let key = session.key.as_deref().unwrap_or("without a key in the records");
            let text = format!("{} {key}, works until {}", session.kind, words::moment(ends));
            page.wrap(6, &Line::new().gap(4).ink(Ink::Warn, text));
        }
    }
}

fn impact(page: &mut Page, plan: &Plan) {
    page.heading("What will break");
    page.wrap(4, &Line::new().gap(2).plain(plan.impact.verdict.as_str()));
    for one in plan.impact.uses.iter().take(USES) {
        let line = Line::new()
            .gap(4)
            .plain(format!("{:>9} ", words::grouped(one.calls)))
            .plain(Safe::within(&one.client, 24))
            .ink(Ink::Faint, "  from ")
            .plain(Safe::within(&one.network, 60))
            .ink(
                Ink::Faint,
                format!("  on {}, last ", words::count(u64::from(one.days), "day", "days")),
            )
            .plain(words::moment(one.last))
            .ink(Ink::Faint, format!("  {}", one.services.join(", ")));
        page.wrap(14, &line);
    }
    let more = plan.impact.uses.len().saturating_sub(USES) as u64 + plan.impact.further;
    if more > 0 {
        page.line(Line::new().gap(4).ink(Ink::Faint, format!("… and {more} more")));
    }
}

fn told(page: &mut Page, number: usize, step: &Step, plan: &Plan) {
    page.blank();
    let mut line = Line::new().plain(format!("{number:>3}. ")).ink(Ink::Strong, step.text.as_str());
    if step.when == When::OnRequest {
        line = line.ink(Ink::Warn, format!("  on request: --with {}", step.name));
    } else if step.is_by_hand() {
        line = line.ink(Ink::Warn, "  by hand");
    }
    page.wrap(5, &line);
    labelled(page, "name", Ink::Faint, &step.name);
    if step.place == Place::Management {
        labelled(page, "where", Ink::Warn, "in the organisation's management account");
    } else if Some(step.account) != plan.against.account {
        labelled(page, "where", Ink::Warn, &format!("in account {}", step.account));
    }
    labelled(page, "why", Ink::Plain, &step.reason);
    let stops: Vec<&str> = step.stops.iter().map(|stops| stops.in_words()).collect();
    labelled(page, "stops", Ink::Good, &stops.join("; "));
    labelled(page, "effect", Ink::Plain, &step.effect);
    labelled(page, "may break", Ink::Warn, &step.risk);
    labelled(page, "undo", Ink::Plain, &step.reversible.in_words());
    for change in &step.changes {
        for call in change.calls(plan.made).unwrap_or_default() {
            command(page, &call.cli());
        }
    }
    for text in &step.commands {
        command(page, text);
    }
}

fn next(page: &mut Page, plan: &Plan, file: Option<&str>) {
    page.heading("What to do next");
    let Some(file) = file else {
        let text = "Write the plan to a file with --output plan.json; apply, verify and undo take that file.";
        page.wrap(4, &Line::new().gap(2).plain(text));
        return;
    };
    for (text, line) in [
        ("What the responder must be allowed:", format!("keyhound contain policy {file}")),
        (
            "What would be done, without doing it:",
            format!("keyhound contain apply {file} --profile NAME"),
        ),
        ("Do it:", format!("keyhound contain apply {file} --profile NAME --apply")),
        ("Prove that nobody is left inside:", format!("keyhound contain verify {file} PATH")),
        ("Take it back:", format!("keyhound contain undo {file} --profile NAME --apply")),
    ] {
        page.line(Line::new().gap(2).plain(text));
        command(page, &line);
    }
    if !plan.leftovers.is_empty() {
        page.line(Line::new().gap(2).plain("What was left behind:"));
        command(page, &format!("keyhound contain review {file}"));
    }
}
