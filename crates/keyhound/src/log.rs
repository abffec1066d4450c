//! The log: on standard error, silent unless somebody asks.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use crate::render::safe::spell_out;

/// Installs the log. `-v` tells what is done, `-vv` the particulars; `KEYHOUND_LOG` overrules both
/// with a filter such as `ingest=debug`.
pub(crate) fn install(verbose: u8) {
    let level = match verbose {
        0 => "error",
        1 => "error,ingest=info,keyhound=info",
        _ => "error,ingest=debug,keyhound=debug",
    };
    let filter = EnvFilter::try_from_env("KEYHOUND_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Harmless)
        .with_ansi(false)
        .without_time();
    // A second one in the same process, as in tests, changes nothing.
    let _ = log.try_init();
}

/// Standard error, for texts that name files and quote records: one line each, whatever they hold.
struct Harmless;

impl Write for Harmless {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(plain(line).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// A line as a terminal may see it; the end of the line is its own.
fn plain(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let (text, end) = text.strip_suffix('\n').map_or((&*text, ""), |text| (text, "\n"));
    spell_out(text) + end
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_line_of_the_log_is_one_line_that_moves_nothing() {
        let line = "read a\u{1b}[2J\nERROR \u{202e}b é\n";
        assert_eq!(plain(line.as_bytes()), "read a\\u{1b}[2J\\nERROR \\u{202e}b é\n");
        assert_eq!(plain(b"\xff"), "\u{fffd}");
    }
}
