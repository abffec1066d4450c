//! The evaluation of `docs/evaluation.md`: worlds are generated, scanned by the real program, and
//! what was found is held against what happened, beside simple detectors and crippled versions.

mod calibration;
mod determinism;
mod page;
mod results;
mod sample;
mod scan;
mod targets;
mod variant;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use range::Parameters;
use range::score::{self, Trial};
use rayon::prelude::*;

use crate::simple;
use results::{Comparison, Results};
use sample::Sample;
use scan::Program;

/// What to evaluate.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// A parameter set; may be repeated. `holdout-a` and `holdout-b` if none is given
    #[arg(long = "set", value_name = "NAME")]
    pub sets: Vec<String>,
    /// Seeds of the worlds, the first and the last: `11..15` are five
    #[arg(long, value_name = "FIRST..LAST", default_value = "11..15", value_parser = seeds)]
    pub seeds: (u64, u64),
    /// One world of each set, four deliveries: to see that it works
    #[arg(long)]
    pub quick: bool,
    /// Where the page and the figures go; in the repository's `docs` if everything was evaluated that
    /// belongs there, else below `target/eval`
    #[arg(long, value_name = "FOLDER")]
    pub to: Option<PathBuf>,
    /// Keep each world there: its trail, its truth and what each variant found, to be looked at
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
    /// The program to evaluate
    #[arg(long, value_name = "PATH", hide = true)]
    pub keyhound: PathBuf,
    /// What the program was built from
    #[arg(long, value_name = "TEXT", hide = true, default_value = "unknown")]
    pub built_from: String,
}

/// False alerts per thousand key-weeks at which judges are compared.
pub(crate) const BUDGETS: [f64; 4] = [2.0, 5.0, 20.0, 50.0];
/// The seed of the resampling.
pub(crate) const RESAMPLING: u64 = 1;
/// The sets that nobody has tuned on.
const UNTUNED: [&str; 2] = ["holdout-a", "holdout-b"];
/// One theft in so many key-weeks is what the product takes for real life.
const WEEKS_PER_THEFT: f64 = 2_000.0;

/// Evaluates; returns the tables as text and writes them as a page.
pub fn run(options: &Options, say: &(dyn Fn(&str) + Sync)) -> Result<String> {
    let sets: Vec<String> = match options.sets.as_slice() {
        [] => UNTUNED.map(str::to_owned).to_vec(),
        sets => sets.to_vec(),
    };
    let (first, last) = options.seeds;
    let seeds: Vec<u64> = if options.quick { vec![first] } else { (first..=last).collect() };
    let program = Program::at(&options.keyhound)?;
    let variants = variant::all()?;
    let tasks: Vec<(&str, u64)> =
        sets.iter().flat_map(|set| seeds.iter().map(move |seed| (set.as_str(), *seed))).collect();
    let samples: Vec<Sample> = tasks
        .into_par_iter()
        .map(|(set, seed)| {
            let parameters = Parameters::shipped(set)?;
            let keep = options.keep.as_deref().map(|keep| keep.join(format!("{set}-{seed}")));
            let sample = Sample::of(&parameters, (set, seed), &program, &variants, keep.as_deref())
                .with_context(|| format!("world {set} of seed {seed}"))?;
            say(&sample.summary());
            Ok(sample)
        })
        .collect::<Result<_>>()?;
    let rounds = if options.quick { 4 } else { 20 };
    let determinism = determinism::check(&sets, first, rounds, &program, say)?;
    let results = results(&sets, &seeds, &samples, determinism, &options.built_from);
    let page = page::tables(&results);
    write(options, &results, &page)?;
    Ok(page)
}

fn results(
    sets: &[String],
    seeds: &[u64],
    samples: &[Sample],
    determinism: determinism::Outcome,
    built_from: &str,
) -> Results {
    let trials = |name: &str| -> Vec<Trial<'_>> {
        samples.iter().map(|sample| sample.trial(name)).collect()
    };
    let shipped = trials(variant::SHIPPED);
    let open = trials(variant::OPEN);
    let by_set = |set: &String| {
        let own = samples.iter().filter(|sample| sample.set == *set);
        let own: Vec<Trial<'_>> = own.map(|sample| sample.trial(variant::SHIPPED)).collect();
        (set.clone(), score::score_all(&own, RESAMPLING))
    };
    let compare = |name: &str| Comparison {
        name: name.to_owned(),
        points: score::curve(&trials(name), &BUDGETS, RESAMPLING),
    };
    let report = score::score_all(&shipped, RESAMPLING);
    let explained = score::score_all(&open, RESAMPLING).look_alikes;
    let curve = compare(variant::OPEN);
    let simple: Vec<Comparison> = simple::NAMES.iter().map(|name| compare(name)).collect();
    let ablations = variant::ABLATIONS.iter().map(|name| compare(name)).collect();
    let targets = targets::all(&report, &curve, &simple, &explained, &determinism);
    Results {
        schema: 1,
        built_from: built_from.to_owned(),
        sets: sets.to_vec(),
        seeds: seeds.to_vec(),
        records: samples.iter().map(|sample| sample.records).sum(),
        targets,
        rare: score::precision_when_rare(&shipped, WEEKS_PER_THEFT, RESAMPLING),
        by_set: sets.iter().map(by_set).collect::<BTreeMap<_, _>>(),
        report,
        explained,
        curve,
        calibrated: calibration::points(samples, sets.len() > 1),
        simple,
        ablations,
        determinism,
    }
}

/// The page goes where it belongs, the figures between its marks.
fn write(options: &Options, results: &Results, tables: &str) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("find the repository")?;
    let whole = results.sets == UNTUNED && results.seeds.len() >= 5;
    let folder = match &options.to {
        Some(folder) => folder.clone(),
        None if whole => root.join("docs"),
        None => root.join("target/eval"),
    };
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let committed = root.join("docs/evaluation.md");
    let text =
        fs::read_to_string(&committed).with_context(|| format!("read {}", committed.display()))?;
    let page = page::between_marks(&text, tables)?;
    fs::write(folder.join("evaluation.md"), page).context("write the page")?;
    let figures = serde_json::to_string_pretty(results)? + "\n";
    fs::write(folder.join("evaluation.json"), figures).context("write the figures")
}

fn seeds(text: &str) -> Result<(u64, u64)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (first.parse()?, last.trim_start_matches('=').parse()?);
    ensure!(first <= last, "the last seed comes before the first");
    if last - first >= 100 {
        bail!("more than a hundred worlds of each set");
    }
    Ok((first, last))
}
