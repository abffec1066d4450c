//! `keyhound explain`: why do you say so?

use anyhow::Result;
use incident::Incident;

use super::export::{self, Told};
use super::input::{self, Judged};
use super::{Verdict, deliver};
use crate::cannot_run::CannotRun;
use crate::cli::{Explain, Format, Global};
use crate::render::card::{self, Telling};
use crate::render::ndjson;
use crate::render::page::Page;
use crate::render::safe::Safe;
use crate::render::style::Screen;

/// Candidates that an error lists.
const MOST: usize = 10;

pub(super) fn run(arguments: &Explain, global: &Global) -> Result<Verdict> {
    export::check(arguments.report.as_deref(), arguments.evidence.as_deref())?;
    let configuration = input::configuration(global)?;
    let judged = Judged::of(&arguments.input, input::Beside::default(), &configuration, global)?;
    let scanned = &judged.scanned;
    let incident = find(&scanned.incidents, &arguments.incident)?;
    let only = std::slice::from_ref(incident);
    let mut told = Told::new(only, scanned, &configuration.settings, &arguments.input);
    if arguments.report.is_some() || arguments.evidence.is_some() {
        told.look_around(&judged)?;
    }
    if let Some(path) = &arguments.report {
        told.write(path)?;
    }
    if let Some(path) = &arguments.evidence {
        told.pack(incident, &judged, path)?;
    }
    let mut result = told.format(arguments.format)?.unwrap_or_default();
    match arguments.format {
        Format::Terminal => {
            let screen = Screen::stdout(global.color);
            let again = input::again(&arguments.input);
            let telling = Telling {
                settings: &configuration.settings,
                verdicts: &scanned.feedback,
                input: &again,
            };
            let mut page = Page::new(screen.width);
            card::full(&mut page, incident, telling);
            result = page.text(screen.colour).into_bytes();
        }
        Format::Ndjson | Format::Json => ndjson::write(&mut result, incident)?,
        Format::Ocsf | Format::Asff | Format::Csv | Format::Navigator | Format::Stix => {}
    }
    deliver(&result)?;
    Ok(Verdict::Quiet)
}

/// The one incident whose id begins like this, with `inc-` or without.
pub(super) fn find<'a>(incidents: &'a [Incident], wanted: &str) -> Result<&'a Incident, CannotRun> {
    let begins = |incident: &&Incident| {
        incident.id.starts_with(wanted)
            || incident.id.strip_prefix("inc-").is_some_and(|rest| rest.starts_with(wanted))
    };
    if let Some(exact) = incidents.iter().find(|incident| incident.id == wanted) {
        return Ok(exact);
    }
    let found: Vec<&Incident> = incidents.iter().filter(begins).collect();
    match found.as_slice() {
        [only] => Ok(only),
        [] if incidents.is_empty() => Err(CannotRun::new(
            format!("there is no incident {wanted}: nothing suspicious was found"),
            "give the same paths and filters as to `keyhound scan`",
        )),
        [] => Err(candidates(
            format!("there is no incident {wanted}"),
            &incidents.iter().collect::<Vec<_>>(),
        )),
        several => Err(candidates(
            format!("{wanted} is the beginning of {} incidents", several.len()),
            several,
        )),
    }
}

fn candidates(why: String, incidents: &[&Incident]) -> CannotRun {
    let told = incidents.iter().take(MOST);
    let mut tips: Vec<String> = told
        .map(|incident| format!("{}  {}", incident.id, Safe::within(&incident.title, 60).as_str()))
        .collect();
    if incidents.len() > MOST {
        tips.push(format!("… and {} more", incidents.len() - MOST));
    }
    CannotRun { why, excerpt: None, tips }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::render::sample;

    #[test]
    fn the_beginning_is_enough_when_it_is_unique() {
        let incidents = ["inc-4f1c09ab77e2", "inc-4f1d00000000", "inc-77aa00000000"]
            .map(|id| incident::Incident { id: id.to_owned(), ..sample::theft() });
        let id = |wanted| find(&incidents, wanted).map(|incident| incident.id.as_str());
        assert_eq!(id("inc-77"), Ok("inc-77aa00000000"));
        assert_eq!(id("4f1c"), Ok("inc-4f1c09ab77e2"));
        assert_eq!(id("inc-4f1d00000000"), Ok("inc-4f1d00000000"));
        let ambiguous = id("4f1").unwrap_err();
        assert_eq!(ambiguous.why, "4f1 is the beginning of 2 incidents");
        assert!(ambiguous.tips[1].starts_with("inc-4f1d00000000  "), "{:?}", ambiguous.tips);
        assert_eq!(id("inc-9").unwrap_err().why, "there is no incident inc-9");
        assert_eq!(id("inc-9").unwrap_err().tips.len(), 3);
        assert!(find(&[], "4f").unwrap_err().why.ends_with("nothing suspicious was found"));
    }
}
