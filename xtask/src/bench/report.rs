//! The figures of a measurement: medians, rates, ratios of pairs; as text and as JSON.

use std::fmt;
use std::io::Write;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Run;
use super::corpus::Corpus;

/// The whole result.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The shape of this report.
    pub schema: u32,
    /// Cores that the programs could use.
    pub cores: usize,
    /// What was read.
    pub corpus: Corpus,
    /// Each contender, the product first.
    pub contenders: Vec<Measured>,
    /// The product against each other contender.
    pub ratios: Vec<Ratio>,
    /// Memory on the long corpus, if asked for.
    pub long: Option<Long>,
}

/// One contender's medians and what follows from them.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// Who.
    pub name: String,
    /// Median of the runs, figure by figure.
    pub median: Run,
    /// Records per second on the clock.
    pub records_per_second: f64,
    /// Compressed megabytes (10⁶ bytes) per second on the clock.
    pub gz_megabytes_per_second: f64,
    /// Unpacked megabytes per second on the clock.
    pub raw_megabytes_per_second: f64,
    /// Every run, in order.
    pub runs: Vec<Run>,
}

/// How many times as long the product takes: the median over the pairs of each round.
#[derive(Debug, Serialize)]
pub struct Ratio {
    /// Compared with whom.
    pub against: String,
    /// On the clock.
    pub wall: f64,
    /// In processor time.
    pub cpu: f64,
}

/// The product on the long corpus.
#[derive(Debug, Serialize)]
pub struct Long {
    /// Records in it.
    pub records: u64,
    /// What the one run cost.
    pub run: Run,
    /// Its peak memory over the median peak on the ordinary corpus.
    pub peak_ratio: f64,
}

impl Report {
    /// Joins the figures; the first contender is the product, `runs` holds every contender's runs by round.
    pub fn new(
        corpus: &Corpus,
        contenders: Vec<Measured>,
        runs: &[Vec<Run>],
        long: Option<Long>,
    ) -> Self {
        let pairs = |other: &[Run], figure: fn(&Run) -> f64| {
            median(
                runs[0].iter().zip(other).map(|(own, other)| figure(own) / figure(other)).collect(),
            )
        };
        let others = contenders.iter().zip(runs).skip(1);
        let ratios = others.map(|(contender, runs)| Ratio {
            against: contender.name.clone(),
            wall: pairs(runs, |run| run.wall_seconds),
            cpu: pairs(runs, |run| run.cpu_seconds),
        });
        let ratios = ratios.collect();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { schema: 1, cores, corpus: corpus.clone(), contenders, ratios, long }
    }
}

impl Measured {
    /// The medians of a contender's runs over this corpus.
    pub fn of(name: &str, runs: &[Run], corpus: &Corpus) -> Self {
        let middle = median_run(runs);
        let per_second = |amount: u64| amount as f64 / middle.wall_seconds;
        Self {
            name: name.to_owned(),
            median: middle,
            records_per_second: per_second(corpus.size.records),
            gz_megabytes_per_second: per_second(corpus.size.gz_bytes) / 1e6,
            raw_megabytes_per_second: per_second(corpus.size.raw_bytes) / 1e6,
            runs: runs.to_vec(),
        }
    }
}

impl Long {
    /// The one run over the long corpus beside the runs over the ordinary one.
    pub fn of(corpus: &Corpus, run: Run, short: &[Run]) -> Self {
        let peak_ratio = run.peak_bytes as f64 / median_run(short).peak_bytes as f64;
        Self { records: corpus.size.records, run, peak_ratio }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let corpus = &self.corpus.size;
        writeln!(
            out,
            "{} records in {} files, {:.1} MB gz, {:.1} MB raw, {} cores, medians of {} runs in turns",
            corpus.records,
            corpus.files,
            corpus.gz_bytes as f64 / 1e6,
            corpus.raw_bytes as f64 / 1e6,
            self.cores,
            self.contenders.first().map_or(0, |contender| contender.runs.len()),
        )?;
        writeln!(
            out,
            "{:<16}{:>9}{:>9}{:>12}{:>10}{:>11}{:>10}",
            "", "wall s", "cpu s", "records/s", "gz MB/s", "raw MB/s", "peak MiB"
        )?;
        for contender in &self.contenders {
            writeln!(
                out,
                "{:<16}{:>9.3}{:>9.3}{:>12.0}{:>10.1}{:>11.1}{:>10.1}",
                contender.name,
                contender.median.wall_seconds,
                contender.median.cpu_seconds,
                contender.records_per_second,
                contender.gz_megabytes_per_second,
                contender.raw_megabytes_per_second,
                mebibytes(contender.median.peak_bytes),
            )?;
        }
        for ratio in &self.ratios {
            writeln!(
                out,
                "keyhound scan takes {:.2} times the wall clock and {:.2} times the processor time of {}",
                ratio.wall, ratio.cpu, ratio.against
            )?;
        }
        if let Some(long) = &self.long {
            writeln!(
                out,
                "{} records: {:.3} s, peak {:.1} MiB, {:.2} times that of the ordinary corpus",
                long.records,
                long.run.wall_seconds,
                mebibytes(long.run.peak_bytes),
                long.peak_ratio
            )?;
        }
        Ok(())
    }
}

/// Writes the result to standard output.
pub(super) fn print(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{}", text.trim_end()).context("write the report")
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn median_run(runs: &[Run]) -> Run {
    Run {
        wall_seconds: median(runs.iter().map(|run| run.wall_seconds).collect()),
        cpu_seconds: median(runs.iter().map(|run| run.cpu_seconds).collect()),
        peak_bytes: median(runs.iter().map(|run| run.peak_bytes as f64).collect()) as u64,
    }
}

/// The middle value, or the mean of the two in the middle; not a number when there is none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match (values.len(), values.len() / 2) {
        (0, _) => f64::NAN,
        (length, middle) if length % 2 == 1 => values[middle],
        (_, middle) => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::corpus::Size;
    use super::*;

    fn run(wall: f64, peak: u64) -> Run {
        Run { wall_seconds: wall, cpu_seconds: wall * 2.0, peak_bytes: peak }
    }

    fn size(records: u64) -> Size {
        Size { records, files: 2, gz_bytes: 4_000_000, raw_bytes: 32_000_000 }
    }

    fn corpus() -> Corpus {
        Corpus { folder: PathBuf::new(), seed: 1, size: size(1000) }
    }

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
        assert!(median(vec![]).is_nan());
    }

    #[test]
    fn the_ratio_is_the_median_of_pairs_not_the_ratio_of_medians() {
        // A slow spell hits the second round of both; within the pair it cancels.
        let own = vec![run(2.0, 1 << 20), run(20.0, 1 << 20), run(3.0, 1 << 20)];
        let other = vec![run(1.0, 1 << 20), run(10.0, 1 << 20), run(1.0, 1 << 20)];
        let measured = vec![
            Measured::of("keyhound scan", &own, &corpus()),
            Measured::of("baseline", &other, &corpus()),
        ];
        let report = Report::new(&corpus(), measured, &[own, other], None);
        assert!((report.ratios[0].wall - 2.0).abs() < 1e-12, "{:?}", report.ratios);
    }

    #[test]
    fn the_text_has_every_contender_and_the_growth_of_memory() {
        let own = vec![run(2.0, 64 << 20)];
        let long = Long::of(&Corpus { size: size(10_000), ..corpus() }, run(20.0, 96 << 20), &own);
        let report = Report::new(
            &corpus(),
            vec![Measured::of("keyhound scan", &own, &corpus())],
            &[own],
            Some(long),
        );
        let text = report.to_string();
        assert!(
            text.contains("keyhound scan") && text.contains("500") && text.contains("1.50 times"),
            "{text}"
        );
    }
}
