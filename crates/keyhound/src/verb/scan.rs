//! `keyhound scan`: is one of my keys stolen?

use anyhow::Result;
use incident::{Incident, Status};

use super::{Verdict, deliver, input};
use crate::cannot_run::CannotRun;
use crate::cli::{FailOn, Format, Global, Input, Scan};
use crate::config::Configuration;
use crate::engine::Scanned;
use crate::render::card::{self, Telling};
use crate::render::page::Page;
use crate::render::style::Screen;
use crate::render::{identities, json, ndjson, summary};

pub(super) fn run(arguments: &Scan, global: &Global) -> Result<Verdict> {
    if arguments.identities && arguments.format == Format::Ndjson {
        return Err(CannotRun::new(
            "--identities has no place in ndjson, where each line is an incident",
            "use --format json, which has both",
        )
        .into());
    }
    let configuration = input::configuration(global)?;
    let scanned = input::scanned(&arguments.input, arguments.identities, &configuration, global)?;
    let result = match arguments.format {
        Format::Terminal => {
            cards(arguments, &configuration, &scanned, Screen::stdout(global.color))
        }
        Format::Ndjson => ndjson::lines(&scanned.incidents)?,
        Format::Json => json::document(&scanned, arguments.identities)?,
    };
    deliver(&result)?;
    Ok(verdict(&scanned.incidents, arguments.fail_on))
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
