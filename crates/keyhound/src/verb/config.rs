//! `keyhound config show`: every setting, its value, and where that came from.

use anyhow::Result;

use super::{Verdict, deliver, input};
use crate::cli::{Config, ConfigVerb, Global};
use crate::config::Configuration;
use crate::config::setting::{SETTINGS, Shown};
use crate::render::page::{Line, Page};
use crate::render::style::{Ink, Screen};

pub(super) fn run(arguments: &Config, global: &Global) -> Result<Verdict> {
    let ConfigVerb::Show = arguments.verb;
    let configuration = input::configuration(global)?;
    let screen = Screen::stdout(global.color);
    deliver(shown(&configuration, screen).text(screen.colour).as_bytes())?;
    Ok(Verdict::Quiet)
}

/// The settings as TOML that can be used as it is.
fn shown(configuration: &Configuration, screen: Screen) -> Page {
    let mut page = Page::new(screen.width);
    let file = match &configuration.file {
        Some(path) => format!("# configuration file: {}", path.display()),
        None => "# configuration file: none (./keyhound.toml does not exist)".to_owned(),
    };
    page.line(Line::new().ink(Ink::Faint, file));
    for setting in SETTINGS {
        let origin = format!("# {}", configuration.origin(setting.name));
        let name = Line::new().ink(Ink::Guide, setting.name).plain(" = ");
        match setting.shown(&configuration.settings) {
            Shown::One(value) => {
                page.line(name.plain(value).column(30).ink(Ink::Faint, origin));
            }
            Shown::Many(values) => {
                page.line(name.plain("[").column(30).ink(Ink::Faint, origin));
                for value in values {
                    page.line(Line::new().gap(2).plain(value).plain(","));
                }
                page.line(Line::new().plain("]"));
            }
        }
    }
    page
}
