//! The log: on standard error, silent unless somebody asks.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

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
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time();
    // A second one in the same process, as in tests, changes nothing.
    let _ = log.try_init();
}
