//! A plan as a shell script for the AWS CLI, for responders who have nothing else.

use std::fmt::Write as _;

use cloudtrail::Time;

use crate::plan::{Place, Plan, Step, Wanted};
use crate::shell::quoted;

/// The script. It stops at the first command that fails; what is for people, or taken on request, is
/// in comments.
///
/// A script has no undo file: where one matters, `keyhound contain apply` is the way.
pub fn sh(plan: &Plan, now: Time) -> String {
    let mut out = String::from("#!/bin/sh\n");
    let mut say = |text: &str| {
        for line in text.lines() {
            // A comment that ends in a backslash is still one line in a POSIX shell.
            let _ = writeln!(out, "# {}", one_line(line));
        }
    };
    say(&format!("{}: {}", plan.id, plan.against.title));
    say("Made by keyhound. Read it before you run it: it shuts the owner out as well.");
    say(&plan.impact.verdict);
    out.push_str("set -eu\n");
    // Sessions that were issued since the plan was made are older than the run, too.
    out.push_str("NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)\n");
    if let Some(account) = plan.against.account {
        let other = quoted(&format!("these are not credentials of account {account}"));
        let _ = writeln!(
            out,
            "[ \"$(aws sts get-caller-identity --query Account --output text)\" = {account} ] || {{ echo {other} >&2; exit 2; }}"
        );
    }
    for step in &plan.steps {
        out.push('\n');
        write_step(&mut out, plan, step, now);
    }
    out
}

fn write_step(out: &mut String, plan: &Plan, step: &Step, now: Time) {
    let _ = writeln!(out, "# {} ({})", one_line(&step.text), step.name);
    let _ = writeln!(out, "# Why: {}", one_line(&step.reason));
    let elsewhere = step.place == Place::Management || Some(step.account) != plan.against.account;
    if elsewhere {
        let account = match step.place {
            Place::Management => "the organisation's management account".to_owned(),
            Place::Account => format!("account {}", step.account),
        };
        let _ = writeln!(out, "# With credentials of {account}:");
    }
    let mut commands = step.commands.clone();
    let mut cannot = None;
    for change in &step.changes {
        match change.calls(now) {
            Ok(calls) => {
                let as_of_run = |call: &crate::Call| match &change.to {
                    Wanted::AsOfNow(_) => of_the_run(&call.cli(), now),
                    _ => call.cli(),
                };
                commands.extend(calls.iter().map(as_of_run));
            }
            Err(why) => cannot = Some(why.to_string()),
        }
    }
    if let Some(why) = cannot {
        let _ = writeln!(out, "# Not written: {}", one_line(&why));
    }
    let now = crate::plan::is_at_once(step) && !elsewhere;
    for command in commands {
        for line in command.lines() {
            let _ = writeln!(out, "{}{line}", if now { "" } else { "# " });
        }
    }
}

/// A command with the moment of the run in its quoted document instead of the plan's.
fn of_the_run(command: &str, now: Time) -> String {
    let moment = Wanted::AsOfNow(Wanted::NOW.to_owned()).at(now).flatten().unwrap_or_default();
    command.replace(&moment, "'\"$NOW\"'")
}

fn one_line(text: &str) -> String {
    crate::names::whole(text)
}
