//! `cargo xtask fuzz`: runs the fuzz targets for a while each, and tells what came of it.
//!
//! The targets need `cargo-fuzz` and flags that only a nightly compiler takes; the compiler of the
//! project takes them with `RUSTC_BOOTSTRAP=1`. What a run finds stays in `fuzz/work/`, what breaks
//! a promise in `fuzz/artifacts/`; the kept inputs change only with `--keep`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::{checkout, say};

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Targets; all of them when none is named.
    targets: Vec<String>,
    /// How long each of them runs.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Targets that run at the same time.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Build the targets and stop.
    #[arg(long)]
    build: bool,
    /// Write the smallest set of inputs with the same coverage to `fuzz/corpus/`, named ones aside.
    #[arg(long)]
    keep: bool,
}

/// An input larger than this is not made up: coverage grows with small ones.
const LONGEST: usize = 16_384;
/// One input that takes longer, in seconds, is a fault.
const SLOWEST: u64 = 20;
/// A process that takes more memory, in MiB, is a fault.
const MOST_MEMORY: u64 = 2_048;

/// Builds, runs, reports; fails when a promise was broken.
pub fn run(options: &Options) -> Result<()> {
    ensure!(options.jobs > 0, "--jobs must be at least 1");
    ensure!(
        checkout::has_cargo_command("fuzz"),
        "cargo-fuzz is not installed: cargo install cargo-fuzz --locked"
    );
    let targets = chosen(&options.targets)?;
    say("building the fuzz targets");
    checkout::run(&mut cargo_fuzz("build", &targets))?;
    if options.build {
        return Ok(());
    }
    let programs = programs()?;
    let mut rows = Vec::new();
    for batch in targets.chunks(options.jobs) {
        let running: Vec<Running> = batch
            .iter()
            .map(|target| Running::start(&programs, target, options.seconds))
            .collect::<Result<_>>()?;
        for running in running {
            rows.push(running.end()?);
        }
    }
    if options.keep {
        targets.iter().try_for_each(|target| keep(&programs, target))?;
    }
    table(&rows)
}

fn folder() -> PathBuf {
    checkout::root().join("fuzz")
}

/// The targets asked for, all of them known.
fn chosen(asked: &[String]) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder().join("fuzz_targets")).context("list fuzz/fuzz_targets")?;
    let mut known: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    known.sort();
    for target in asked {
        ensure!(
            known.contains(target),
            "no target is called {target}; there are: {}",
            known.join(", ")
        );
    }
    Ok(if asked.is_empty() { known } else { asked.to_vec() })
}

/// `cargo fuzz VERB`, for one target if only one is asked for.
fn cargo_fuzz(verb: &str, targets: &[String]) -> Command {
    let mut command = checkout::cargo(&["fuzz", verb, "--sanitizer", "none"]);
    command.env("RUSTC_BOOTSTRAP", "1");
    if let [target] = targets {
        command.arg(target);
    }
    command
}

/// Where `cargo fuzz` puts the programs.
fn programs() -> Result<PathBuf> {
    let told = checkout::output(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc -vV names no host")?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder().join("target"), PathBuf::from);
    Ok(target.join(host).join("release"))
}

/// A target at work.
struct Running {
    target: String,
    child: std::process::Child,
    log: PathBuf,
    begun: Instant,
}

/// What came of one target.
struct Row {
    target: String,
    seconds: f64,
    executions: u64,
    coverage: u64,
    inputs: u64,
    /// What libFuzzer said of an input that broke a promise.
    broken: Option<String>,
}

impl Running {
    fn start(programs: &Path, target: &str, seconds: u64) -> Result<Self> {
        let work = folder().join("work").join(target);
        let artifacts = folder().join("artifacts").join(target);
        for path in [&work, &artifacts] {
            fs::create_dir_all(path).with_context(|| format!("make {}", path.display()))?;
        }
        let log = folder().join("work").join(format!("{target}.log"));
        let told = fs::File::create(&log).with_context(|| format!("write {}", log.display()))?;
        let mut command = libfuzzer(programs, target);
        command
            .arg(&work)
            .arg(folder().join("corpus").join(target))
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .arg("-print_final_stats=1")
            .stdout(Stdio::null())
            .stderr(told);
        let child = command.spawn().with_context(|| format!("start the target {target}"))?;
        say(&format!("running {target} for {seconds} s, log in {}", log.display()));
        Ok(Self { target: target.to_owned(), child, log, begun: Instant::now() })
    }

    fn end(mut self) -> Result<Row> {
        let status = self.child.wait().with_context(|| format!("wait for {}", self.target))?;
        let seconds = self.begun.elapsed().as_secs_f64();
        let log = fs::read(&self.log).with_context(|| format!("read {}", self.log.display()))?;
        let log = String::from_utf8_lossy(&log);
        let broken = (!status.success()).then(|| {
            let found = log.lines().find(|line| line.contains("Test unit written to"));
            found.unwrap_or("ended without a word").to_owned()
        });
        let last = log.lines().rev().find(|line| line.contains(" cov: ")).unwrap_or_default();
        Ok(Row {
            seconds,
            executions: number_behind(&log, "stat::number_of_executed_units:").unwrap_or(0),
            coverage: number_behind(last, " cov:").unwrap_or(0),
            inputs: number_behind(last, " corp:").unwrap_or(0),
            broken,
            target: self.target,
        })
    }
}

/// A target's program with the bounds that hold in every run.
fn libfuzzer(programs: &Path, target: &str) -> Command {
    let mut command = Command::new(programs.join(target));
    let dictionary = if target == "sigma" { "sigma.dict" } else { "json.dict" };
    command
        .arg(format!("-dict={}", folder().join("dictionaries").join(dictionary).display()))
        .arg(format!("-max_len={LONGEST}"))
        .arg(format!("-timeout={SLOWEST}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY}"));
    command
}

/// The number behind a word of libFuzzer's.
fn number_behind(text: &str, word: &str) -> Option<u64> {
    let rest = text.split(word).nth(1)?.trim_start();
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// So many inputs without a name are kept for a target.
const MOST_KEPT: usize = 40;

/// Merges what was found into the kept inputs: those that have a name stay, all others are chosen
/// anew among those that cover everything, from the smallest to the largest.
fn keep(programs: &Path, target: &str) -> Result<()> {
    let corpus = folder().join("corpus").join(target);
    let merged = folder().join("work").join(format!("{target}-merged"));
    let _ = fs::remove_dir_all(&merged);
    fs::create_dir_all(&merged).with_context(|| format!("make {}", merged.display()))?;
    for entry in fs::read_dir(&corpus).context("list the kept inputs")? {
        let path = entry.context("list the kept inputs")?.path();
        let name = path.file_name().unwrap_or_default();
        if is_named(&name.to_string_lossy()) {
            fs::copy(&path, merged.join(name))
                .with_context(|| format!("copy {}", path.display()))?;
        }
    }
    let mut command = libfuzzer(programs, target);
    command
        .args(["-set_cover_merge=1", "-use_counters=0", "-verbosity=0"])
        .arg(&merged)
        .arg(&corpus);
    command.arg(folder().join("work").join(target)).stderr(Stdio::null());
    checkout::run(&mut command)?;
    thin(&merged)?;
    fs::remove_dir_all(&corpus).with_context(|| format!("replace {}", corpus.display()))?;
    fs::rename(&merged, &corpus).with_context(|| format!("replace {}", corpus.display()))
}

/// Leaves [`MOST_KEPT`] inputs without a name, of all sizes.
fn thin(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).context("list the merged inputs")?;
    let mut inputs: Vec<(u64, PathBuf)> = entries
        .filter_map(|entry| Some((entry.as_ref().ok()?.metadata().ok()?.len(), entry.ok()?.path())))
        .filter(|(_, path)| path.file_name().is_some_and(|name| !is_named(&name.to_string_lossy())))
        .collect();
    inputs.sort();
    let stays =
        |index: usize| (index + 1) * MOST_KEPT / inputs.len() > index * MOST_KEPT / inputs.len();
    for (index, (_, path)) in inputs.iter().enumerate() {
        if inputs.len() > MOST_KEPT && !stays(index) {
            fs::remove_file(path).with_context(|| format!("remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// libFuzzer names its inputs by forty hexadecimal digits; all other names were given by people.
fn is_named(name: &str) -> bool {
    !(name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn table(rows: &[Row]) -> Result<()> {
    say("target         seconds   executions    per s   edges  inputs  broken");
    for row in rows {
        say(&format!(
            "{:<14} {:>7.0} {:>12} {:>8.0} {:>7} {:>7}  {}",
            row.target,
            row.seconds,
            row.executions,
            row.executions as f64 / row.seconds.max(1.0),
            row.coverage,
            row.inputs,
            row.broken.as_deref().unwrap_or("-"),
        ));
    }
    let broken: Vec<&str> =
        rows.iter().filter(|row| row.broken.is_some()).map(|row| row.target.as_str()).collect();
    if !broken.is_empty() {
        bail!("promises were broken in {}; fuzz/README.md says how to go on", broken.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{is_named, number_behind};

    #[test]
    fn numbers_are_read_from_the_log() {
        let line = "#2097152\tpulse  cov: 5120 ft: 24813 corp: 3211/1503Kb lim: 16384";
        assert_eq!(number_behind(line, " cov:"), Some(5120));
        assert_eq!(number_behind(line, " corp:"), Some(3211));
        assert_eq!(number_behind("stat::number_of_executed_units: 12\n", "units:"), Some(12));
        assert_eq!(number_behind(line, "nothing"), None);
    }

    #[test]
    fn inputs_with_names_are_told_from_those_of_the_fuzzer() {
        assert!(is_named("a-lone-surrogate"));
        assert!(!is_named("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
    }
}
