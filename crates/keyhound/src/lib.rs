//! The `keyhound` program: verbs, configuration, wiring, terminal rendering.
//!
//! Start at [`cli`] for what can be typed, at `verb/scan.rs` for what happens then, and at
//! `render/card.rs` for what is read at the end. Results go to standard output, everything else to
//! standard error; the exit status is 0 for no alert, 1 for at least one, 2 for could not run.

mod cannot_run;
pub mod cli;
mod clock;
pub mod config;
pub mod drill;
pub mod engine;
mod log;
mod reference;
mod render;
mod shell;
mod verb;
mod verdicts;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use cannot_run::{CannotRun, Excerpt};
use cli::Cli;
use render::failure;
use render::page::Page;
use render::safe::spell_out;
use render::style::Screen;

/// Passes on what the parser of the command line has to say. It quotes arguments, and those may come
/// from a page or a log. Who closed the pipe does not want to know.
fn pass_on(error: &clap::Error) {
    let said = error.render().to_string();
    let lines: Vec<String> = said.split('\n').map(spell_out).collect();
    let harmless = lines.join("\n");
    // Help and version are no errors, and go to standard output. Colours are the parser's own.
    let _ = if harmless == said {
        error.print()
    } else {
        std::io::stderr().write_all(harmless.as_bytes())
    };
}

/// Runs the program with its arguments and gives its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            pass_on(&error);
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match verb::run(&cli) {
        Ok(verdict) => verdict.into(),
        Err(error) => {
            let screen = Screen::stderr(cli.global.color);
            let mut page = Page::new(screen.width);
            failure::told(&mut page, &error);
            let _ = std::io::stderr().write_all(page.text(screen.colour).as_bytes());
            ExitCode::from(2)
        }
    }
}
