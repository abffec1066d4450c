//! `keyhound drill`: would you have caught it here?

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use range::Parameters;

use super::{Verdict, deliver, input};
use crate::cannot_run::CannotRun;
use crate::cli::{self, Global};
use crate::config::Configuration;
use crate::config::edit::Edit;
use crate::drill::{self, Calibration, Drill, Drilled};
use crate::render::document::{Document, set};
use crate::render::drill::json::{self, Outcome};
use crate::render::drill::{Telling, calibration, document};
use crate::render::page::Page;
use crate::render::progress::Bar;
use crate::render::style::Screen;

pub(super) fn run(arguments: &cli::Drill, global: &Global) -> Result<Verdict> {
    check(arguments)?;
    let configuration = input::configuration(global)?;
    let beside = input::Beside { identities: true, lake: None };
    let request = input::request(&arguments.input, beside, &configuration, global)?;
    let made_up = request.paths.is_empty();
    let wanted = Drill {
        request,
        organisation: organisation(arguments.organisation.as_deref())?,
        thefts: arguments.thefts.into(),
        seed: arguments.seed,
        most: arguments.limit,
        calibrating: arguments.calibrate,
    };
    let screen = Screen::stderr(global.color);
    let bar = Bar::new(screen.terminal && !global.quiet && global.verbose == 0);
    let drilled = drill::run(&wanted, &bar).map_err(input::advised)?;
    input::books(&drilled.history, global);
    if !made_up {
        input::something(&arguments.input, &drilled.history)?;
    }
    let again = input::again(&arguments.input);
    if drilled.thefts.is_empty() {
        return Err(nobody(&drilled, &again).into());
    }
    let alert = configuration.settings.thresholds.alert;
    let telling = Telling {
        input: (!made_up).then_some(again.as_str()),
        alert,
        exceptions: !configuration.settings.exceptions.is_empty(),
    };
    let mut told = document(&drilled, telling);
    let calibrated = if arguments.calibrate {
        Some(calibrate(arguments, &configuration, &drilled)?)
    } else {
        None
    };
    if let Some((measured, edit)) = &calibrated {
        calibration::told(&mut told, measured);
        changes(&mut told, edit, arguments.dry_run, &configuration);
    }
    if let Some(path) = &arguments.report {
        report(path, &told)?;
    }
    if let (Some((_, edit)), false) = (&calibrated, arguments.dry_run) {
        edit.write()?;
    }
    let result = if arguments.json {
        let file = calibrated.as_ref().map(|(_, edit)| edit.path.display().to_string());
        let written = calibrated.as_ref().zip(file.as_deref()).map(|((measured, _), file)| {
            Outcome { calibration: measured, file, written: !arguments.dry_run }
        });
        json::document(&drilled, arguments.seed, made_up, written)?
    } else {
        let screen = Screen::stdout(global.color);
        let mut page = Page::new(screen.width);
        set(&told, &mut page);
        page.text(screen.colour).into_bytes()
    };
    deliver(&result)?;
    Ok(Verdict::Quiet)
}

/// What is wrong with the arguments, before anything is read.
fn check(arguments: &cli::Drill) -> Result<(), CannotRun> {
    if arguments.calibrate && arguments.input.paths.is_empty() {
        return Err(CannotRun::new(
            "thresholds are calibrated on your own logs, and no path is given",
            "name the folder with your logs: keyhound drill --calibrate ./AWSLogs",
        ));
    }
    if !arguments.input.keys.is_empty() {
        return Err(CannotRun::new(
            "--key has no place in a drill, which chooses its victims itself",
            "leave it out; --account and --since make the history smaller",
        ));
    }
    if let Some(path) = &arguments.report {
        form(path)?;
    }
    Ok(())
}

/// The parameters of the organisation that is made up: a shipped set, or a file.
fn organisation(name: Option<&str>) -> Result<Parameters> {
    let name = name.unwrap_or("drill");
    if Path::new(name).extension().is_none_or(|extension| extension != "toml") {
        return Ok(Parameters::shipped(name)?);
    }
    let text = fs::read_to_string(name)
        .with_context(|| format!("cannot read the parameters of an organisation, {name}"))?;
    Ok(Parameters::read(name, &text)?)
}

fn nobody(drilled: &Drilled, input: &str) -> CannotRun {
    if let Some(alert) = drilled.standing().next() {
        return CannotRun::new(
            "alerts stand already about everybody who could be robbed",
            format!("look at them first: keyhound explain {} {input}", alert.id),
        );
    }
    CannotRun::new(
        format!(
            "nobody in these {} events holds a credential that could be stolen",
            drilled.history.books.accepted
        ),
        "a drill needs calls that people or programs of the organisation made with access keys",
    )
}

/// Measures thresholds, and what the configuration will say with them.
fn calibrate(
    arguments: &cli::Drill,
    configuration: &Configuration,
    drilled: &Drilled,
) -> Result<(Calibration, Edit)> {
    let before = &configuration.settings.thresholds;
    let measured = Calibration::of(drilled, before, arguments.budget)?;
    let edit = Edit::thresholds(&configuration.written_to(), &measured.after)?;
    Ok((measured, edit))
}

/// The lines of the configuration that change.
fn changes(told: &mut Document, edit: &Edit, dry_run: bool, configuration: &Configuration) {
    let lines = edit.lines();
    let path = edit.path.display();
    if lines.is_empty() {
        told.text(format!("{path} says so already."));
        return;
    }
    told.text(if dry_run {
        format!("{path} would change so; nothing is written:")
    } else {
        format!("{path} has changed so:")
    });
    for line in lines {
        told.command(line);
    }
    for name in ["thresholds.alert", "thresholds.page", "thresholds.by_kind"] {
        if let Some(origin) = configuration.overruled(name) {
            told.text(format!("{name} in the file has no effect while {origin} sets it."));
        }
    }
}

/// Writes the report in the form that the file's name asks for.
fn report(path: &Path, told: &Document) -> Result<()> {
    let text = match form(path)? {
        Form::Html => told.html(),
        Form::Markdown => told.markdown(),
    };
    fs::write(path, text).with_context(|| format!("cannot write the report {}", path.display()))
}

enum Form {
    Html,
    Markdown,
}

fn form(path: &Path) -> Result<Form, CannotRun> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "html" | "htm" => Ok(Form::Html),
        "md" | "markdown" => Ok(Form::Markdown),
        _ => Err(CannotRun::new(
            format!("a report is HTML or Markdown, and {} is neither", path.display()),
            "give --report a name that ends in .html or .md",
        )),
    }
}
