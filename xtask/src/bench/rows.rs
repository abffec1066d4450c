//! `keyhound scan` under two conditions, in turns: threads, signals, tiny files.

use std::path::Path;

use anyhow::Result;

use super::corpus::{self, Corpus, Wanted};
use super::report::Row;
use super::{Options, baseline, in_turns, scan};

/// Records of a tiny file.
const TINY: u64 = 8;

/// All rows.
pub(super) fn measured(binaries: &Path, options: &Options, usual: &Corpus) -> Result<Vec<Row>> {
    let tiny = Wanted { records: options.tiny, per_file: Some(TINY), ..options.wanted() };
    let tiny = corpus::ready(binaries, tiny)?;
    let scan_usual = |name: &str| scan(binaries, &usual.folder).named(name);
    let threads = |count: &str| {
        scan_usual(&format!("scan --threads {count}")).argument("--threads").argument(count)
    };
    [
        ("two threads against one", usual, threads("2"), threads("1")),
        (
            "all evidence against hard evidence alone",
            usual,
            scan_usual("all evidence"),
            scan_usual("hard evidence").argument("--set").argument("judge.hard_only=true"),
        ),
        (
            "files of eight records",
            &tiny,
            scan(binaries, &tiny.folder).named("scan, tiny files"),
            baseline(binaries, &tiny.folder).named("baseline, tiny files"),
        ),
    ]
    .into_iter()
    .map(|(name, corpus, one, other)| {
        let pair = [one, other];
        let runs = in_turns(&pair, options.runs)?;
        Ok(Row::of(name, corpus, &pair, &runs))
    })
    .collect()
}
