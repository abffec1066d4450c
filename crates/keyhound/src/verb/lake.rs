//! `keyhound lake`: what is in a lake, and keeping it in order.

#[cfg(feature = "lake")]
use std::sync::Arc;
#[cfg(feature = "lake")]
use std::time::Duration;

use anyhow::Result;
#[cfg(feature = "lake")]
use intel::address::AddressBook;

use super::Verdict;
use crate::cannot_run::CannotRun;
#[cfg(feature = "lake")]
use crate::cli::Bounds;
use crate::cli::{Global, Lake};

/// What a build without the lake says.
#[cfg(not(feature = "lake"))]
pub(super) fn not_built() -> CannotRun {
    CannotRun::new("this build of keyhound has no lake", "build it with `--features lake`")
}

#[cfg(not(feature = "lake-write"))]
pub(super) fn run(_: &Lake, _: &Global) -> Result<Verdict> {
    Err(not_built().into())
}

/// Opens a lake that is there.
#[cfg(feature = "lake-write")]
pub(super) fn opened(place: &str, s3_endpoint: Option<&String>) -> Result<lake::Lake> {
    let access = lake::Access { s3_endpoint: s3_endpoint.cloned() };
    lake::Lake::open(place, &access).map_err(|error| match error {
        lake::Error::NoLake { .. } => CannotRun::new(
            error.to_string(),
            format!("make one: keyhound scan --lake {place} PATH"),
        )
        .into(),
        other => other.into(),
    })
}

/// An engine over a lake, with what it knows about addresses.
#[cfg(feature = "lake")]
pub(super) fn engine(
    place: &str,
    bounds: &Bounds,
    global: &Global,
) -> Result<(lake::query::Engine, Arc<AddressBook>)> {
    let configuration = super::input::configuration(global)?;
    let book = Arc::new(crate::engine::address_book(&configuration.settings)?);
    let lake = opened(place, bounds.s3_endpoint.as_ref())?;
    let limits = lake::query::Limits {
        memory: usize::try_from(bounds.memory).unwrap_or(usize::MAX) << 20,
        time: Duration::from_secs(bounds.timeout),
        threads: bounds.threads.map(usize::from),
        ..lake::query::Limits::default()
    };
    Ok((lake::query::Engine::new(&Arc::new(lake), &book, limits)?, book))
}

/// What went wrong with a question, with advice.
#[cfg(feature = "lake")]
pub(super) fn advised(error: lake::Error) -> anyhow::Error {
    let tip = match &error {
        lake::Error::Question { .. } => {
            "the tables and their columns: docs/reference/lake.md, or \
             `keyhound hunt --lake DIR \"SELECT * FROM events LIMIT 1\" --format ndjson`"
        }
        lake::Error::Open { .. } => "give it: --param NAME=VALUE",
        lake::Error::TooLarge { .. } => "ask for less, or allow more: --memory MEGABYTES",
        lake::Error::TooLong { .. } => {
            "ask for a shorter period or one key, or allow more: --timeout SECONDS"
        }
        _ => return error.into(),
    };
    CannotRun::new(error.to_string(), tip).into()
}

#[cfg(feature = "lake-write")]
pub(super) fn run(arguments: &Lake, global: &Global) -> Result<Verdict> {
    use crate::cli::LakeVerb;
    use crate::render::words::{count, grouped};

    let of = |place: &crate::cli::LakePlace| opened(&place.place, place.s3_endpoint.as_ref());
    let mut lines: Vec<(&str, String)> = Vec::new();
    match &arguments.verb {
        LakeVerb::Status { place } => {
            let status = of(place)?.status()?;
            let share = 100.0 * status.bytes as f64 / (status.text.max(1)) as f64;
            lines.push(("events", grouped(status.events)));
            if let Some((first, last)) = status.period {
                lines.push((
                    "period",
                    format!("{first} – {last}, {}", count(status.days, "day", "days")),
                ));
            }
            lines.push((
                "files",
                format!(
                    "{}, {} bytes, {share:.1} % of the records as JSON",
                    grouped(status.files),
                    grouped(status.bytes)
                ),
            ));
            lines.push(("buckets", format!("{} a day", status.buckets)));
            let loose = count(status.loose, "day and bucket", "days and buckets");
            let fewer = match status.spare {
                0 => String::new(),
                files => format!(", to have {} fewer", count(files, "file", "files")),
            };
            lines.push(("to join", loose + &fewer));
            for (name, rows) in &status.tables {
                lines.push((name.as_str(), grouped(*rows)));
            }
            lines.push(("version", grouped(status.version)));
            return told(&lines, global);
        }
        LakeVerb::Compact { place } => {
            let done = of(place)?.compact()?;
            lines.push((
                "joined",
                format!(
                    "{} into {}, {} bytes into {}",
                    count(done.joined, "file", "files"),
                    grouped(done.files),
                    grouped(done.bytes_before),
                    grouped(done.bytes),
                ),
            ));
        }
        LakeVerb::Retain { place, days } => {
            let removed = of(place)?.retain(*days)?;
            lines.push((
                "removed",
                format!(
                    "{}, {}, {}, {} bytes",
                    count(removed.days, "day", "days"),
                    count(removed.events, "event", "events"),
                    count(removed.files, "file", "files"),
                    grouped(removed.bytes),
                ),
            ));
        }
    }
    told(&lines, global)
}

#[cfg(feature = "lake-write")]
fn told(lines: &[(&str, String)], global: &Global) -> Result<Verdict> {
    use crate::render::page::{Line, Page};
    use crate::render::style::Screen;

    let screen = Screen::stdout(global.color);
    let mut page = Page::new(screen.width);
    for (name, text) in lines {
        page.wrap(12, &Line::new().plain(*name).column(12).plain(text.as_str()));
    }
    super::deliver(page.text(screen.colour).as_bytes())?;
    Ok(Verdict::Quiet)
}
