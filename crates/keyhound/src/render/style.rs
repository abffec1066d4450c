//! Colour, and when there is any; how wide the terminal is.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Effects, Style};
use clap::ValueEnum;

/// What a piece of text is, which decides its colour where there is colour. No meaning stands in
/// colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Ink {
    /// Running text.
    #[default]
    Plain,
    /// What to read first.
    Strong,
    /// What may be skipped.
    Faint,
    /// Speaks for theft.
    Bad,
    /// Headline of an alert.
    Alarm,
    /// Worth a look.
    Warn,
    /// Speaks against theft.
    Good,
    /// Headings and commands to type.
    Guide,
}

impl Ink {
    pub(crate) const fn style(self) -> Style {
        const fn colour(colour: AnsiColor) -> Style {
            Style::new().fg_color(Some(anstyle::Color::Ansi(colour)))
        }
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().effects(Effects::BOLD),
            Self::Faint => Style::new().effects(Effects::DIMMED),
            Self::Bad => colour(AnsiColor::Red),
            Self::Alarm => colour(AnsiColor::Red).effects(Effects::BOLD),
            Self::Warn => colour(AnsiColor::Yellow),
            Self::Good => colour(AnsiColor::Green),
            Self::Guide => colour(AnsiColor::Cyan),
        }
    }
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorWhen {
    /// Colour on a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` asks for it everywhere
    #[default]
    Auto,
    /// Colour everywhere
    Always,
    /// No colour
    Never,
}

/// Where text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Columns of a line.
    pub(crate) width: usize,
    /// Whether to colour.
    pub(crate) colour: bool,
    /// Whether a person is looking: only then may a table cut what does not fit.
    pub(crate) terminal: bool,
}

/// Lines longer than this tire the eye, however wide the terminal.
const WIDEST: usize = 140;
const NARROWEST: usize = 40;
const USUAL: usize = 80;

impl Screen {
    /// Standard output.
    pub(crate) fn stdout(when: ColorWhen) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let size = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
        Self::new(when, terminal, size, |name| std::env::var(name).ok())
    }

    /// Standard error.
    pub(crate) fn stderr(when: ColorWhen) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let size = terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| width.0);
        Self::new(when, terminal, size, |name| std::env::var(name).ok())
    }

    /// A file.
    #[cfg(feature = "lake")]
    pub(crate) const fn file() -> Self {
        Self { width: USUAL, colour: false, terminal: false }
    }

    fn new(
        when: ColorWhen,
        terminal: bool,
        size: Option<u16>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let said = |name| variable(name).is_some_and(|value| !value.is_empty());
        let colour = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if said("NO_COLOR") => false,
            ColorWhen::Auto
                if variable("CLICOLOR_FORCE").is_some_and(|v| v != "0" && !v.is_empty()) =>
            {
                true
            }
            ColorWhen::Auto => terminal && variable("TERM").is_none_or(|term| term != "dumb"),
        };
        let asked: Option<usize> = variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let measured = size.filter(|_| terminal).map(usize::from);
        let width = asked.or(measured).unwrap_or(USUAL).clamp(NARROWEST, WIDEST);
        Self { width, colour, terminal }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorWhen, Screen};

    /// Names and values.
    type Variables = &'static [(&'static str, &'static str)];

    fn screen(when: ColorWhen, terminal: bool, variables: &[(&str, &str)]) -> Screen {
        Screen::new(when, terminal, Some(100), |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colour_only_where_it_is_wanted() {
        use ColorWhen::{Always, Auto, Never};
        let cases: [(ColorWhen, bool, Variables, bool); 11] = [
            (Auto, true, &[], true),
            (Auto, false, &[], false),
            (Auto, true, &[("NO_COLOR", "1")], false),
            (Auto, true, &[("NO_COLOR", "")], true),
            (Auto, true, &[("TERM", "dumb")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (Auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (Always, false, &[("NO_COLOR", "1")], true),
            (Never, true, &[("CLICOLOR_FORCE", "1")], false),
            (Never, true, &[], false),
        ];
        for (when, terminal, variables, expected) in cases {
            assert_eq!(
                screen(when, terminal, variables).colour,
                expected,
                "{when:?} {variables:?}"
            );
        }
    }

    #[test]
    fn width_is_asked_then_measured_then_eighty() {
        let width = |terminal, variables: &[(&str, &str)]| {
            screen(ColorWhen::Auto, terminal, variables).width
        };
        assert_eq!(width(true, &[]), 100);
        assert_eq!(width(false, &[]), 80);
        assert_eq!(width(false, &[("COLUMNS", "120")]), 120);
        assert_eq!(width(true, &[("COLUMNS", "wide")]), 100);
        assert_eq!(width(true, &[("COLUMNS", "7")]), 40);
        assert_eq!(width(true, &[("COLUMNS", "900")]), 140);
    }
}
