//! A plan as Markdown, for a ticket or a review.

use std::fmt::Write as _;

use cloudtrail::Time;

use crate::plan::{Plan, Step, When};

/// The plan; every text from records stands in code or is escaped.
pub fn markdown(plan: &Plan, now: Time) -> String {
    let mut out = String::new();
    let against = &plan.against;
    let _ = writeln!(out, "# Containment {}\n\n{}\n", plan.id, escaped(&against.title));
    if let Some((first, last)) = against.seen {
        let _ = writeln!(out, "Suspicious calls from {first} to {last}.\n");
    }
    let _ = writeln!(out, "**What will break:** {}\n", escaped(&plan.impact.verdict));
    if !plan.impact.uses.is_empty() {
        out.push_str("| who | from | with | calls | days | last |\n|---|---|---|---|---|---|\n");
        for one in &plan.impact.uses {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} |",
                escaped(&one.who),
                escaped(&one.network),
                escaped(&one.client),
                one.calls,
                one.days,
                one.last
            );
        }
        out.push('\n');
    }
    for (number, step) in plan.steps.iter().enumerate() {
        write_step(&mut out, number + 1, step, now);
    }
    if !plan.notes.is_empty() {
        out.push_str("## What could not be known\n\n");
        for note in &plan.notes {
            let _ = writeln!(out, "- {}", escaped(note));
        }
    }
    if !plan.blocks.is_empty() {
        out.push_str("\n## Snippets that block the addresses\n\n");
        for block in &plan.blocks {
            let _ = writeln!(
                out,
                "**{}**: {}\n\n{}",
                block.what,
                escaped(&block.text),
                fenced(&block.snippet)
            );
        }
    }
    out
}

fn write_step(out: &mut String, number: usize, step: &Step, now: Time) {
    let when = match step.when {
        When::AtOnce => "",
        When::OnRequest => " (on request)",
    };
    let _ = writeln!(out, "## {number}. {}{when}\n", escaped(&step.text));
    let _ = writeln!(out, "`{}` in {}\n", step.name.replace('`', "'"), step.account);
    let stops: Vec<&str> = step.stops.iter().map(|stops| stops.in_words()).collect();
    let rows = [
        ("Why", step.reason.clone()),
        ("Stops", stops.join(", ")),
        ("Effect", step.effect.clone()),
        ("Takes", step.takes.clone()),
        ("May break", step.risk.clone()),
        ("Can be undone", step.reversible.in_words()),
    ];
    for (name, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = writeln!(out, "- **{name}:** {}", escaped(text));
    }
    let calls = step.changes.iter().flat_map(|change| change.calls(now).unwrap_or_default());
    let commands: Vec<String> =
        step.commands.iter().cloned().chain(calls.map(|call| call.cli())).collect();
    if !commands.is_empty() {
        let _ = writeln!(out, "\n{}", fenced(&commands.join("\n")));
    }
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '&' => {
                out.push('\\');
                out.push(sign);
            }
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// A block of code that nothing in it can end.
fn fenced(text: &str) -> String {
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}\n")
}
