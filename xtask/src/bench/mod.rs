//! `cargo xtask bench`: `keyhound scan` against plain decoding, in turns, on one corpus and one machine.
//!
//! Figures of different days and machines do not compare; the ratio of runs taken in turn does.

mod contender;
mod corpus;
mod report;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{checkout, say};

pub use contender::{Contender, Run};
pub use corpus::{Corpus, Size};
pub use report::{Long, Measured, Ratio, Report};

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Records in the corpus.
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// Measured runs of each contender, after one to warm up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Seed of the generated corpus.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also measure the memory of `scan` on a corpus ten times as long.
    #[arg(long)]
    long: bool,
    /// Write the report as JSON to standard output.
    #[arg(long)]
    json: bool,
}

/// Builds, generates, measures, reports.
pub fn run(options: &Options) -> Result<()> {
    ensure!(options.runs > 0, "--runs must be at least 1");
    let binaries = build()?;
    let corpus = corpus::ready(&binaries, options.records, options.seed)?;
    let contenders = contenders(&binaries, &corpus.folder);
    let runs = in_turns(&contenders, options.runs)?;
    let long = if options.long { Some(measure_long(&binaries, options, &runs[0])?) } else { None };
    let measured = contenders
        .iter()
        .zip(&runs)
        .map(|(contender, runs)| Measured::of(&contender.name, runs, &corpus));
    let report = Report::new(&corpus, measured.collect(), &runs, long);
    if options.json {
        report::print(&serde_json::to_string_pretty(&report)?)
    } else {
        report::print(&report.to_string())
    }
}

/// `keyhound` and the programs of `benches`, built as users build; the folder that they are in.
pub(crate) fn build() -> Result<PathBuf> {
    say("building in release");
    checkout::run(&mut checkout::cargo(&[
        "build",
        "--release",
        "--package",
        "keyhound",
        "--package",
        "benches",
    ]))?;
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(checkout::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("read cargo metadata")?;
    Ok(metadata.target_directory.into_std_path_buf().join("release"))
}

/// Who runs: the product first, then what it is compared with.
fn contenders(binaries: &Path, corpus: &Path) -> Vec<Contender> {
    vec![
        scan(binaries, corpus),
        Contender::new("baseline", binaries.join("baseline")).argument(corpus),
    ]
}

fn scan(binaries: &Path, corpus: &Path) -> Contender {
    // 0 says no alert, 1 says alerts; both did the whole work.
    Contender::new("keyhound scan", binaries.join("keyhound"))
        .argument("scan")
        .argument(corpus)
        .argument("--format")
        .argument("ndjson")
        .accepts(&[0, 1])
}

/// Runs every contender once to warm up, then all of them in turns: the runs of one round are pairs.
fn in_turns(contenders: &[Contender], rounds: usize) -> Result<Vec<Vec<Run>>> {
    let mut runs = vec![Vec::new(); contenders.len()];
    for round in 0..=rounds {
        for (contender, runs) in contenders.iter().zip(&mut runs) {
            let run = contender.run()?;
            if round == 0 {
                say(&format!("warm-up    {:<14} {:.3} s", contender.name, run.wall_seconds));
            } else {
                say(&format!(
                    "round {round:>2}/{rounds} {:<14} {:.3} s",
                    contender.name, run.wall_seconds
                ));
                runs.push(run);
            }
        }
    }
    Ok(runs)
}

/// What memory does when the same principals go on ten times as long.
fn measure_long(binaries: &Path, options: &Options, short: &[Run]) -> Result<Long> {
    let corpus = corpus::ready(binaries, options.records * 10, options.seed)?;
    let run = scan(binaries, &corpus.folder).run()?;
    say(&format!("long       keyhound scan  {:.3} s", run.wall_seconds));
    Ok(Long::of(&corpus, run, short))
}
