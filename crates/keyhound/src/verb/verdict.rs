//! `keyhound verdict`: what an incident was, for the scans to come.

use anyhow::Result;
use cloudtrail::Time;
use detect::EvidenceGroup;
use incident::Incident;
use incident::feedback::{self, Decision, Feedback};

use super::{Verdict, deliver, explain, input};
use crate::cannot_run::CannotRun;
use crate::cli::{self, Global};
use crate::clock;
use crate::config::edit::Edit;
use crate::config::{Configuration, Exception, proposal};
use crate::engine;
use crate::render::page::{Line, Page};
use crate::render::style::{Ink, Screen};
use crate::render::{verdicts as told, words};
use crate::verdicts;

pub(super) fn run(arguments: &cli::Verdict, global: &Global) -> Result<Verdict> {
    let configuration = input::configuration(global)?;
    let screen = Screen::stdout(global.color);
    let mut page = Page::new(screen.width);
    if let (Some(wanted), Some(decision)) = (&arguments.incident, arguments.decision) {
        let reason = reason(arguments)?;
        let scanned =
            input::scanned(&arguments.input, input::Beside::default(), &configuration, global)?;
        let incident = explain::find(&scanned.incidents, wanted)?;
        let verdict = feedback::Verdict {
            reason,
            by: arguments.by.clone().unwrap_or_default(),
            ..on(incident, decision.into(), &configuration)?
        };
        let giving = Giving { verdict, incident, arguments, configuration: &configuration };
        giving.give(&mut page)?;
    } else {
        let path = configuration.verdicts();
        told::list(&mut page, &Feedback::of(verdicts::read(&path)?), &path, screen);
    }
    deliver(page.text(screen.colour).as_bytes())?;
    Ok(Verdict::Quiet)
}

/// The reason, which a benign verdict needs.
fn reason(arguments: &cli::Verdict) -> Result<String, CannotRun> {
    let reason = arguments.reason.as_deref().unwrap_or_default().trim();
    if reason.is_empty() && arguments.decision == Some(cli::Decision::Benign) {
        return Err(CannotRun::new(
            "a benign verdict needs a reason",
            "say why it is fine, for example --reason 'new office, ticket 4711'",
        ));
    }
    Ok(reason.to_owned())
}

fn on(
    incident: &Incident,
    decision: Decision,
    configuration: &Configuration,
) -> Result<feedback::Verdict> {
    let weights = engine::weights(&configuration.settings)?;
    Ok(feedback::Verdict::on(incident, decision, clock::now(), &weights))
}

/// A verdict that is being given.
struct Giving<'a> {
    verdict: feedback::Verdict,
    incident: &'a Incident,
    arguments: &'a cli::Verdict,
    configuration: &'a Configuration,
}

impl Giving<'_> {
    /// Writes the verdict down and tells what follows.
    fn give(&self, page: &mut Page) -> Result<()> {
        let Self { verdict, configuration, .. } = self;
        let path = configuration.verdicts();
        verdicts::add(&path, verdict)?;
        let line = Line::new()
            .ink(Ink::Strong, verdict.incident.as_str())
            .plain(format!(" is {}", told::decision(verdict.verdict)))
            .plain(format!("; written to {}", path.display()));
        page.wrap(2, &line);
        page.wrap(0, &Line::new().plain(told::consequence(verdict)));
        let tally = Feedback::of(verdicts::read(&path)?).tally;
        page.wrap(0, &Line::new().ink(Ink::Faint, told::progress(&tally)));
        if verdict.verdict == Decision::Benign {
            self.propose(page)?;
        }
        Ok(())
    }

    /// Proposes exceptions, or writes them.
    fn propose(&self, page: &mut Page) -> Result<()> {
        let Self { arguments, configuration, .. } = self;
        // The day on which it was said counts whole, and so does the last one.
        let given = self.verdict.given;
        let today = given.plus_seconds(-given.seconds().rem_euclid(86_400));
        let expires = today.plus_hours(24 * (i64::from(arguments.days) + 1));
        let exceptions = match self.exceptions(expires) {
            Ok(exceptions) => exceptions,
            Err(why) => {
                page.wrap(0, &Line::new().plain(format!("No exception is proposed: {why}.")));
                return Ok(());
            }
        };
        let count = words::count(exceptions.len() as u64, "exception", "exceptions");
        let path = configuration.written_to();
        let until = words::day(expires.plus_seconds(-1));
        let hides = format!("to hide the same until the end of {until}");
        page.blank();
        let line = if arguments.write {
            Edit::exceptions(&path, &exceptions)?.write()?;
            format!("{} says {count} {hides}:", path.display())
        } else {
            format!("{count} {hides}, for {} (or --write):", path.display())
        };
        page.wrap(0, &Line::new().plain(line));
        page.blank();
        for line in proposal::toml(&exceptions).lines() {
            // Never wrapped: it is there to be copied.
            page.line(Line::new().ink(Ink::Guide, line));
        }
        if let Some(origin) = configuration.overruled("exceptions") {
            let note = format!("exceptions in the file have no effect while {origin} sets them.");
            page.wrap(0, &Line::new().ink(Ink::Warn, note));
        }
        Ok(())
    }

    /// The exceptions to propose; what hard evidence is against gets none.
    fn exceptions(&self, expires: Time) -> Result<Vec<Exception>, String> {
        if self.verdict.evidence.contains_key(&EvidenceGroup::Hard) {
            return Err("hard evidence is never hidden by a proposal".to_owned());
        }
        proposal::exceptions(self.incident, &self.verdict.reason, expires)
    }
}

impl From<cli::Decision> for Decision {
    fn from(decision: cli::Decision) -> Self {
        match decision {
            cli::Decision::Theft => Self::Theft,
            cli::Decision::Benign => Self::Benign,
            cli::Decision::Test => Self::Test,
        }
    }
}
