//! `keyhound scan`: is one of my keys stolen?

use anyhow::Result;
use incident::{Incident, Status};

use super::export::{self, Told};
use super::input::{self, Judged};
use super::{Verdict, deliver};
use crate::cannot_run::CannotRun;
use crate::cli::{FailOn, Format, Global, Input, Scan};
use crate::config::Configuration;
use crate::engine::Scanned;
use crate::render::card::{self, Telling};
use crate::render::page::Page;
use crate::render::style::Screen;
use crate::render::{identities, json, ndjson, summary};

pub(super) fn run(arguments: &Scan, global: &Global) -> Result<Verdict> {
    check(arguments)?;
    let configuration = input::configuration(global)?;
    let beside =
        input::Beside { identities: arguments.identities, lake: arguments.lake.as_deref() };
    let judged = Judged::of(&arguments.input, beside, &configuration, global)?;
    let scanned = &judged.scanned;
    let mut told =
        Told::new(&scanned.incidents, scanned, &configuration.settings, &arguments.input);
    if let Some(path) = &arguments.report {
        told.look_around(&judged)?;
        told.write(path)?;
    }
    let result = match (arguments.format, told.format(arguments.format)?) {
        (_, Some(exported)) => exported,
        (Format::Ndjson, _) => ndjson::lines(&scanned.incidents)?,
        (Format::Json, _) => json::document(scanned, arguments.identities)?,
        _ => cards(arguments, &configuration, scanned, Screen::stdout(global.color)),
    };
    deliver(&result)?;
    Ok(verdict(&scanned.incidents, arguments.fail_on))
}

/// What is wrong with the arguments, before anything is read.
fn check(arguments: &Scan) -> Result<(), CannotRun> {
    let has_place = matches!(arguments.format, Format::Terminal | Format::Json);
    if arguments.identities && !has_place {
        return Err(CannotRun::new(
            "--identities has no place in a format in which everything is an incident",
            "use --format json, which has both",
        ));
    }
    export::check(arguments.report.as_deref(), None)
}

fn cards(
    arguments: &Scan,
    configuration: &Configuration,
    scanned: &Scanned,
    screen: Screen,
) -> Vec<u8> {
    let mut page = Page::new(screen.width);
    incidents(&mut page, &arguments.input, configuration, scanned);
    if arguments.identities {
        identities::table(&mut page, &scanned.identities, screen);
    }
    summary::told(&mut page, scanned);
    page.text(screen.colour).into_bytes()
}

/// What a scan says on a terminal, without what can be asked for beside it.
pub(super) fn told(
    page: &mut Page,
    input: &Input,
    configuration: &Configuration,
    scanned: &Scanned,
) {
    incidents(page, input, configuration, scanned);
    summary::told(page, scanned);
}

fn incidents(page: &mut Page, input: &Input, configuration: &Configuration, scanned: &Scanned) {
    let again = input::again(input);
    let telling =
        Telling { settings: &configuration.settings, verdicts: &scanned.feedback, input: &again };
    for alert in scanned.incidents.iter().filter(|incident| incident.status == Status::Alert) {
        card::compact(page, alert, telling);
    }
    summary::watched(page, &scanned.incidents, telling);
}

fn verdict(incidents: &[Incident], fail_on: FailOn) -> Verdict {
    let counts = |incident: &Incident| match fail_on {
        FailOn::Watch => true,
        FailOn::Alert => incident.status == Status::Alert,
        FailOn::Never => false,
    };
    if incidents.iter().any(counts) { Verdict::Found } else { Verdict::Quiet }
}
