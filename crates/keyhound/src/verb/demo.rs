//! `keyhound demo`: a small organisation with one theft in it, written, scanned and shown.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use range::corpus::{self, Layout};
use range::{Parameters, World};

use super::{Verdict, deliver, input, scan};
use crate::cannot_run::CannotRun;
use crate::cli::{Demo, Global, Input};
use crate::render::page::{Line, Page};
use crate::render::safe::Safe;
use crate::render::style::{Ink, Screen};

pub(super) fn run(arguments: &Demo, global: &Global) -> Result<Verdict> {
    let configuration = input::configuration(global)?;
    let folder = match &arguments.keep {
        Some(folder) => empty(folder)?,
        None => tempfile::Builder::new()
            .prefix("keyhound-demo-")
            .tempdir()
            .context("cannot make a temporary folder")?
            .keep(),
    };
    write(&folder, arguments.seed)?;
    let input = Input::of(folder.join("AWSLogs").display().to_string());
    let scanned = input::scanned(&input, input::Beside::default(), &configuration, global)?;
    let screen = Screen::stdout(global.color);
    let mut page = Page::new(screen.width);
    scan::told(&mut page, &input, &configuration, &scanned);
    next(&mut page, &folder, &input, scanned.incidents.first().map(|first| first.id.as_str()));
    deliver(page.text(screen.colour).as_bytes())?;
    Ok(Verdict::Quiet)
}

/// The folder that was asked for, made if it is not there. Nothing of the user's is mixed with
/// what is made up.
fn empty(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let taken = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == ErrorKind::NotADirectory => true,
        Err(error) => {
            return Err(error).with_context(|| format!("cannot look into {}", folder.display()));
        }
    };
    if taken {
        let why = format!("the folder {} is not empty", folder.display());
        return Err(CannotRun::new(why, "name one that is empty or does not exist").into());
    }
    Ok(folder.to_owned())
}

/// Writes the organisation's trail.
fn write(folder: &Path, seed: u64) -> Result<()> {
    let world = organisation(seed)?;
    // Fewer files than CloudTrail would deliver: one for every six hours.
    let layout = Layout { window: 6 * 3_600, ..Layout::delivered(seed) };
    corpus::write(folder, world.records(), &layout)
        .with_context(|| format!("cannot write the logs to {}", folder.display()))?;
    Ok(())
}

/// The organisation of this number. In a few nobody holds a key that this thief would take: then
/// it is another one.
fn organisation(seed: u64) -> range::Result<World> {
    const TRIES: u64 = 10;
    let parameters = Parameters::shipped("demo")?;
    let generate = |attempt: u64| World::generate(&parameters, seed ^ attempt << 32);
    (1..TRIES).fold(generate(0), |world, attempt| match world {
        Err(range::Error::NoVictim(_)) => generate(attempt),
        decided => decided,
    })
}

/// What to try next.
fn next(page: &mut Page, folder: &Path, input: &Input, incident: Option<&str>) {
    page.heading("This was a demonstration");
    page.wrap(
        0,
        &Line::new().plain(
            "The organisation is made up, with an intruder who follows a published case. What \
             Keyhound says of it is not: look closer, and do the same with your own logs.",
        ),
    );
    let input = input::again(input);
    let commands = [
        (
            "why it is held to be a theft",
            incident.map(|id| format!("keyhound explain {id} {input}")),
        ),
        (
            "the same as a page to show",
            incident.map(|id| format!("keyhound explain {id} --report incident.html {input}")),
        ),
        ("who is in these logs", Some(format!("keyhound scan --identities {input}"))),
        ("the same with your logs", Some("keyhound scan ./AWSLogs".to_owned())),
        ("would a theft be found there", Some("keyhound drill ./AWSLogs".to_owned())),
        ("take the demonstration away", Some(format!("rm -r {}", input::quoted_path(folder)))),
    ];
    for (why, command) in commands {
        let Some(command) = command else { continue };
        let line = Line::new().gap(2).ink(Ink::Faint, why).column(32);
        // Never wrapped: it is there to be copied.
        page.line(line.ink(Ink::Guide, Safe::new(&command)));
    }
}
