//! `cargo xtask bench`: `keyhound scan` against plain decoding and what users would take instead, in turns,
//! on one corpus and one machine; then `keyhound scan` against itself under other conditions.
//!
//! Figures of different days and machines do not compare; the ratio of runs taken in turn does.

mod contender;
mod corpus;
mod peers;
mod report;
mod rows;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::{checkout, say, test};
use corpus::Wanted;

pub use contender::{Contender, Run};
pub use corpus::{Corpus, Size};
pub use peers::{Answer, Given, Missing};
pub use report::{Measured, Ratio, Report, Row, Single};

/// What to measure.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
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
    /// Another program to run beside: a command of the shell, with `{trail}` for the folder; may be repeated.
    #[arg(long = "peer", value_name = "NAME=COMMAND")]
    peers: Vec<Given>,
    /// Do without the peers from PyPI, chdb and duckdb.
    #[arg(long)]
    without_peers: bool,
    /// Records in the corpus of tiny files, eight in each.
    #[arg(long, default_value_t = 40_000)]
    tiny: u64,
    /// Only `scan` against baseline and peers, not against itself.
    #[arg(long)]
    brief: bool,
    /// Also measure the memory of `scan` on a corpus ten times as long.
    #[arg(long)]
    long: bool,
    /// Also measure the memory of `scan` with about so many principals.
    #[arg(long, value_name = "NUMBER")]
    principals: Option<u32>,
    /// Records in the corpus of many principals: 133 bytes each on disk.
    #[arg(long, default_value_t = 50_000_000, requires = "principals")]
    principal_records: u64,
    /// Write the report as JSON to standard output.
    #[arg(long)]
    json: bool,
    /// Measure programs that were built for debugging: for the test of this program.
    #[arg(long, hide = true)]
    debug: bool,
}

/// Builds, generates, measures, reports.
pub fn run(options: &Options) -> Result<()> {
    let report = measure(options)?;
    if options.json {
        report::print(&serde_json::to_string_pretty(&report)?)
    } else {
        report::print(&report.to_string())
    }
}

/// Builds, generates and measures.
pub fn measure(options: &Options) -> Result<Report> {
    ensure!(options.runs > 0, "--runs must be at least 1");
    let binaries = built(if options.debug { "debug" } else { "release" })?;
    let corpus = corpus::ready(&binaries, options.wanted())?;
    let trail = &corpus.folder;
    let baseline = baseline(&binaries, trail);
    let (ready, missing) = if options.without_peers {
        (Vec::new(), peers::left_out())
    } else {
        peers::shipped(binaries.parent().unwrap_or(&binaries), trail)
    };
    let counted = peers::agree(&baseline, ready.iter())?;
    let mut contenders = vec![scan(&binaries, trail), baseline];
    contenders.extend(ready);
    contenders.extend(peers::given(&options.peers, trail));
    let runs = in_turns(&contenders, options.runs)?;
    let mut report = Report::new(&corpus, counted, &contenders, &runs, missing);
    if !options.brief {
        report.rows = rows::measured(&binaries, options, &corpus)?;
    }
    let usual = report.contenders[0].median;
    if options.long {
        let wanted = Wanted { records: options.records * 10, ..options.wanted() };
        report.singles.push(single("ten times as long", &binaries, wanted, &usual)?);
    }
    if let Some(principals) = options.principals {
        let crowds = principals.div_ceil(PRINCIPALS).max(1);
        let wanted = Wanted { records: options.principal_records, crowds, ..options.wanted() };
        let name = format!("about {} principals", crowds * PRINCIPALS);
        report.singles.push(single(&name, &binaries, wanted, &usual)?);
    }
    Ok(report)
}

/// So many principals the usual corpus has, nearly.
const PRINCIPALS: u32 = 1_300;

impl Options {
    /// The usual corpus.
    fn wanted(&self) -> Wanted {
        Wanted { records: self.records, seed: self.seed, crowds: 1, per_file: None }
    }
}

/// `keyhound` and the programs of `benches`, built as users build; the folder that they are in.
pub(crate) fn build() -> Result<PathBuf> {
    built("release")
}

fn built(profile: &str) -> Result<PathBuf> {
    say(&format!("building for {profile}"));
    let mut cargo = if profile == "debug" {
        // The very program that the tests run beside this one: it must not be replaced by another.
        let mut cargo = checkout::cargo(&test::BESIDE);
        cargo.args(["--bin", "keyhound", "--bin", "corpus", "--bin", "baseline"]);
        cargo
    } else {
        let packages = ["build", "--package", "keyhound", "--package", "benches"];
        let mut cargo = checkout::cargo(&packages);
        cargo.args(["--profile", profile]);
        cargo
    };
    checkout::run(&mut cargo)?;
    Ok(checkout::target()?.join(profile))
}

fn baseline(binaries: &Path, corpus: &Path) -> Contender {
    Contender::new("baseline", binaries.join("baseline")).argument(corpus)
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
            let of = if round == 0 { "warm-up".into() } else { format!("round {round}/{rounds}") };
            say(&format!("{of:<11} {:<24} {:.3} s", contender.name, run.wall_seconds));
            if round > 0 {
                runs.push(run);
            }
        }
    }
    Ok(runs)
}

/// What `scan` needs once on another corpus, beside the usual one.
fn single(name: &str, binaries: &Path, wanted: Wanted, usual: &Run) -> Result<Single> {
    let corpus = corpus::ready(binaries, wanted)?;
    let run = scan(binaries, &corpus.folder).run()?;
    say(&format!("{name}: {:.3} s", run.wall_seconds));
    Ok(Single::of(name, &corpus, run, usual))
}
