//! `keyhound signals`: what counts by itself, and how much.

use anyhow::Result;
use detect::signal::{About, catalogue};

use super::{Verdict, deliver, input};
use crate::cannot_run::CannotRun;
use crate::cli::{Global, Signals, SignalsFormat};
use crate::engine;
use crate::render::page::Page;
use crate::render::signals;
use crate::render::style::Screen;

pub(super) fn run(arguments: &Signals, global: &Global) -> Result<Verdict> {
    let configuration = input::configuration(global)?;
    let weights = engine::weights(&configuration.settings)?;
    let found = find(arguments.wanted.as_deref())?;
    let result = match arguments.format {
        SignalsFormat::Json => signals::json(&found, &weights)?,
        SignalsFormat::Table => {
            let screen = Screen::stdout(global.color);
            let mut page = Page::new(screen.width);
            match found.as_slice() {
                [only] => signals::one(&mut page, only, &weights),
                several => signals::table(&mut page, several, &weights, screen),
            }
            page.text(screen.colour).into_bytes()
        }
    };
    deliver(&result)?;
    Ok(Verdict::Quiet)
}

/// The signal with this id; else those that hold the text anywhere, sorted by id.
fn find(wanted: Option<&str>) -> Result<Vec<&'static About>, CannotRun> {
    let mut all: Vec<&'static About> = catalogue().collect();
    all.sort_unstable_by_key(|about| about.id);
    let Some(wanted) = wanted else { return Ok(all) };
    if let Some(exact) = all.iter().find(|about| about.id == wanted) {
        return Ok(vec![exact]);
    }
    let text = wanted.to_lowercase();
    let holds = |about: &&About| {
        let words = [about.id, about.text, about.noise].into_iter();
        let words = words.chain(about.rows.iter().copied()).chain(about.techniques.iter().copied());
        words.into_iter().any(|word| word.to_lowercase().contains(&text))
    };
    all.retain(holds);
    if all.is_empty() {
        return Err(CannotRun::new(
            format!("no signal has {wanted} in its id, sentence, rows or techniques"),
            "`keyhound signals` lists all of them",
        ));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::find;

    fn ids(wanted: &str) -> Vec<&'static str> {
        find(Some(wanted)).map(|found| found.iter().map(|about| about.id).collect()).unwrap()
    }

    #[test]
    fn an_id_finds_one_and_a_text_all_that_hold_it() {
        assert_eq!(ids("federation-token"), ["federation-token"]);
        assert_eq!(ids("IA-42"), ["exposed-says-aws"]);
        assert_eq!(ids("ia-42"), ["exposed-says-aws"]);
        assert!(ids("T1552.005").contains(&"off-runtime"));
        assert!(ids("FEDERATION").len() >= 3);
        assert!(find(None).unwrap().is_sorted_by_key(|about| about.id));
        assert!(find(Some("no such thing")).unwrap_err().why.contains("no such thing"));
    }
}
