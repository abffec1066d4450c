//! What `scan` and `explain` share: from flags to a request, through the engine, to the books.

use std::fmt::Write;

use anyhow::Result;
use incident::feedback::Feedback;
use ingest::Places;

use super::{authorization, rules};
use crate::cannot_run::CannotRun;
use crate::cli::{Global, Input};
use crate::config::{self, Configuration};
use crate::engine::{self, Request, Scanned};
use crate::render::books::{self, Telling};
use crate::render::page::{Line, Page};
use crate::render::progress::Bar;
use crate::render::safe::Safe;
use crate::render::style::{Ink, Screen};
use crate::render::words;
use crate::shell::quoted;
use crate::verdicts;

/// The configuration as all its layers say it.
pub(super) fn configuration(global: &Global) -> Result<Configuration, CannotRun> {
    let flags =
        config::Flags { file: global.config.clone(), assignments: global.assignments.clone() };
    Configuration::load(&flags, &config::variables())
}

/// What is wanted of a scan beside its incidents.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Beside<'a> {
    /// What each identity did.
    pub(super) identities: bool,
    /// The lake that events go into.
    pub(super) lake: Option<&'a str>,
}

/// Reads and judges the input. Tells on standard error which configuration is used, how far it
/// is, what could not be read, and the books.
pub(super) fn scanned(
    input: &Input,
    beside: Beside<'_>,
    configuration: &Configuration,
    global: &Global,
) -> Result<Scanned> {
    Ok(Judged::of(input, beside, configuration, global)?.scanned)
}

/// A scan, and what is needed to read the same input again.
pub(super) struct Judged {
    pub(super) scanned: Scanned,
    pub(super) request: Request,
    pub(super) places: Places,
}

impl Judged {
    /// Reads and judges, see [`scanned`].
    pub(super) fn of(
        input: &Input,
        beside: Beside<'_>,
        configuration: &Configuration,
        global: &Global,
    ) -> Result<Self> {
        check(input)?;
        let request = request(input, beside, configuration, global)?;
        let places = request.places().map_err(|error| advised(error.into()))?;
        let scanned = judged(&places, &request, global)?;
        kept(&scanned, input, beside, global);
        something(input, &scanned)?;
        Ok(Self { scanned, request, places })
    }
}

fn judged(places: &Places, request: &Request, global: &Global) -> Result<Scanned> {
    let screen = Screen::stderr(global.color);
    let bar = Bar::new(screen.terminal && !global.quiet && global.verbose == 0);
    tracing::info!(paths = ?request.paths, "reading");
    let scanned = engine::scan_places(places, request, &bar).map_err(advised)?;
    tracing::info!(
        accepted = scanned.books.accepted,
        principals = scanned.principals,
        incidents = scanned.incidents.len(),
        "judged"
    );
    books(&scanned, global);
    Ok(scanned)
}

/// What the engine is asked for. Tells which configuration and which rules are used.
pub(super) fn request(
    input: &Input,
    beside: Beside<'_>,
    configuration: &Configuration,
    global: &Global,
) -> Result<Request> {
    check_period(input)?;
    configuration.check_files()?;
    let screen = Screen::stderr(global.color);
    let rules = rules::loaded(&input.sigma, configuration)?;
    if rules.is_some() && input.state.is_some() {
        return Err(CannotRun::new(
            "what Sigma rules have counted cannot be kept in a folder yet",
            "leave out --state, or the setting `sigma`",
        )
        .into());
    }
    if let (Some(file), false) = (&configuration.file, global.quiet) {
        say(screen, &Line::new().ink(Ink::Faint, format!("configuration: {}", file.display())));
    }
    if let Some(loaded) = &rules {
        let mut page = Page::new(screen.width);
        rules::told(&mut page, loaded, telling(global, screen));
        super::tell(&page.text(screen.colour));
    }
    Ok(Request {
        paths: input.paths.clone(),
        since: input.since,
        until: input.until,
        accounts: input.accounts.clone(),
        keys: input.keys.clone(),
        threads: input.threads.map(usize::from),
        state: input.state.clone(),
        lake: beside.lake.map(str::to_owned),
        identities: beside.identities,
        authorization: authorization::read(&input.authorization, global)?,
        s3_endpoint: input.s3_endpoint.clone(),
        rules: rules.map(|loaded| loaded.rules),
        feedback: feedback(configuration, global)?,
        settings: configuration.settings.clone(),
    })
}

/// What the user's verdicts teach. Tells where they stand, if there are any.
fn feedback(configuration: &Configuration, global: &Global) -> Result<Feedback, CannotRun> {
    let path = configuration.verdicts();
    let feedback = Feedback::of(verdicts::read(&path)?);
    if !feedback.verdicts.is_empty() && !global.quiet {
        let screen = Screen::stderr(global.color);
        let on = words::count(feedback.verdicts.len() as u64, "incident", "incidents");
        let line = format!("verdicts: on {on}, in {}", path.display());
        say(screen, &Line::new().ink(Ink::Faint, line));
    }
    Ok(feedback)
}

/// Tells what could not be read, and the books.
pub(super) fn books(scanned: &Scanned, global: &Global) {
    let screen = Screen::stderr(global.color);
    let mut page = Page::new(screen.width);
    books::told(&mut page, scanned, telling(global, screen));
    super::tell(&page.text(screen.colour));
}

/// Tells what went into the lake.
fn kept(scanned: &Scanned, input: &Input, beside: Beside<'_>, global: &Global) {
    let (Some(kept), Some(lake), false) = (&scanned.kept, beside.lake, global.quiet) else {
        return;
    };
    let screen = Screen::stderr(global.color);
    let added = words::count(kept.added, "event", "events");
    let there = match kept.there {
        0 => String::new(),
        there => format!(", {} there already", words::grouped(there)),
    };
    let line = format!("lake: {added} added{there}, in {}", Safe::new(lake).as_str());
    say(screen, &Line::new().ink(Ink::Faint, line));
    if let Some(spare) = kept.spare {
        let files = words::count(spare, "file", "files");
        let mut line = format!("lake: {files} to join: keyhound lake compact {}", quoted(lake));
        if let Some(endpoint) = &input.s3_endpoint {
            let _ = write!(line, " --s3-endpoint {}", quoted(endpoint));
        }
        say(screen, &Line::new().ink(Ink::Faint, line));
    }
}

fn telling(global: &Global, screen: Screen) -> Telling {
    match (global.quiet, screen.terminal, global.verbose) {
        (true, ..) => Telling::Quietly,
        (false, true, 0) => Telling::Briefly,
        _ => Telling::Fully,
    }
}

pub(super) fn say(screen: Screen, line: &Line) {
    let mut page = Page::new(screen.width);
    page.wrap(2, line);
    super::tell(&page.text(screen.colour));
}

/// What is wrong with the input before anything is read.
fn check(input: &Input) -> Result<(), CannotRun> {
    if input.paths.is_empty() {
        return Err(CannotRun::new(
            "no path is given",
            "name files or folders with CloudTrail logs, for example: keyhound scan ./AWSLogs",
        ));
    }
    Ok(())
}

/// What is wrong with a period or a path that is given.
fn check_period(input: &Input) -> Result<(), CannotRun> {
    if let (Some(since), Some(until)) = (input.since, input.until)
        && since >= until
    {
        return Err(CannotRun::new(
            format!("the period is empty: it begins at {since} and ends before {until}"),
            "give --since an earlier time than --until",
        ));
    }
    if input.state.is_some() && input.paths.iter().any(|path| path == "-") {
        return Err(CannotRun::new(
            "what comes from standard input has no place to go on from",
            "name files or folders, or leave --state out",
        ));
    }
    Ok(())
}

/// What the sources say when they cannot begin, as a sentence and advice: they write both with a
/// semicolon between.
pub(super) fn advised(error: anyhow::Error) -> anyhow::Error {
    let Some(source) = error.downcast_ref::<ingest::Error>() else { return error };
    let text = source.to_string();
    match text.rsplit_once("; ") {
        Some((why, tip)) => CannotRun::new(why, tip).into(),
        None => error,
    }
}

/// Refuses to say "no alert" about nothing at all.
pub(super) fn something(input: &Input, scanned: &Scanned) -> Result<(), CannotRun> {
    let books = &scanned.books;
    if books.accepted > 0 {
        return Ok(());
    }
    let in_s3 = input.paths.iter().any(|path| ingest::in_s3(path.as_ref()));
    let error = if books.unread > 0 && books.unread == books.found {
        CannotRun::new(
            format!(
                "none of {} in {} could be opened",
                words::count(books.found, "file", "files"),
                input.paths.join(", "),
            ),
            if in_s3 {
                "the problems above say why"
            } else {
                "the problems above say why; run as a user who may read them"
            },
        )
    } else if in_s3 && books.found == 0 {
        // What was found there, was not even listed.
        CannotRun::new(
            format!("no folder of {} is within the period", input.paths.join(", ")),
            format!("widen {}", given(input).join(" or ")),
        )
    } else if books.read == 0 && books.left_out == 0 {
        CannotRun::new(
            format!(
                "no CloudTrail record in {} ({} looked at)",
                input.paths.join(", "),
                words::count(books.found, "file", "files"),
            ),
            "name the folder that holds the .json.gz files of a trail, usually \
             AWSLogs/ACCOUNT/CloudTrail",
        )
    } else if books.skipped == 0 && books.left_out == 0 {
        CannotRun::new(
            format!("no record could be read ({} malformed)", words::grouped(books.malformed)),
            "look at the problems above: the files are damaged, or are no CloudTrail",
        )
    } else {
        CannotRun::new(
            format!(
                "no event is within what was asked for ({} and {} left out)",
                words::count(books.left_out, "file", "files"),
                words::count(books.skipped, "record", "records"),
            ),
            format!("widen {}", given(input).join(" or ")),
        )
    };
    Err(error)
}

/// The filters that were given.
fn given(input: &Input) -> Vec<&'static str> {
    let filters = [
        ("--since", input.since.is_some()),
        ("--until", input.until.is_some()),
        ("--account", !input.accounts.is_empty()),
        ("--key", !input.keys.is_empty()),
    ];
    filters.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}

/// The paths and filters as they are typed, for the commands that are suggested.
pub(super) fn again(input: &Input) -> String {
    let mut words = Vec::new();
    let mut flag = |name: &str, value: String| words.push(format!("{name} {value}"));
    if let Some(since) = input.since {
        flag("--since", since.to_string());
    }
    if let Some(until) = input.until {
        flag("--until", until.to_string());
    }
    for account in &input.accounts {
        flag("--account", account.to_string());
    }
    for key in &input.keys {
        flag("--key", key.to_string());
    }
    for path in &input.sigma {
        words.push(format!("--sigma {}", quoted(&path.to_string_lossy())));
    }
    for path in &input.authorization {
        words.push(format!("--authorization {}", quoted(&path.to_string_lossy())));
    }
    if let Some(endpoint) = &input.s3_endpoint {
        words.push(format!("--s3-endpoint {}", quoted(endpoint)));
    }
    words.extend(input.paths.iter().map(|path| quoted(path)));
    words.join(" ")
}

/// A folder as a shell takes it.
pub(super) fn quoted_path(path: &std::path::Path) -> String {
    quoted(&path.display().to_string())
}
