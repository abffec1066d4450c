//! The figures of a measurement: medians, rates, ratios of pairs; as text and as JSON.

use std::fmt;
use std::io::Write;

use anyhow::{Context, Result};
use serde::Serialize;

use super::corpus::{Corpus, Size};
use super::peers::{Answer, Missing};
use super::{Contender, Run};

/// The whole result.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The shape of this report.
    pub schema: u32,
    /// Cores that the programs could use.
    pub cores: usize,
    /// What was read.
    pub corpus: Corpus,
    /// What those that count per access key counted, all of them the same.
    pub counted: Answer,
    /// Each contender, the product first.
    pub contenders: Vec<Measured>,
    /// The product against each other contender.
    pub ratios: Vec<Ratio>,
    /// Peers that took no part.
    pub missing: Vec<Missing>,
    /// The product under other conditions.
    pub rows: Vec<Row>,
    /// The product on other corpora, once each.
    pub singles: Vec<Single>,
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
    /// Microseconds a file on the clock.
    pub microseconds_per_file: f64,
    /// Every run, in order.
    pub runs: Vec<Run>,
}

/// How many times as much the first of two takes: the medians over the pairs of each round.
#[derive(Debug, Serialize)]
pub struct Ratio {
    /// Compared with whom.
    pub against: String,
    /// On the clock.
    pub wall: f64,
    /// In processor time.
    pub cpu: f64,
    /// In peak memory.
    pub peak: f64,
}

/// Two contenders on one corpus.
#[derive(Debug, Serialize)]
pub struct Row {
    /// What is compared.
    pub name: String,
    /// What was read.
    pub corpus: Corpus,
    /// Both.
    pub pair: Vec<Measured>,
    /// The first against the second.
    pub ratio: Ratio,
}

/// The product once on another corpus.
#[derive(Debug, Serialize)]
pub struct Single {
    /// What is different.
    pub name: String,
    /// What was read.
    pub corpus: Corpus,
    /// What the one run cost.
    pub run: Run,
    /// Its peak memory over the median peak on the usual corpus.
    pub peak_ratio: f64,
}

impl Report {
    /// Joins the figures; the first contender is the product, `runs` holds every contender's runs by round.
    pub fn new(
        corpus: &Corpus,
        counted: Answer,
        contenders: &[Contender],
        runs: &[Vec<Run>],
        missing: Vec<Missing>,
    ) -> Self {
        let measured = contenders.iter().zip(runs);
        let measured = measured.map(|(who, runs)| Measured::of(&who.name, runs, corpus));
        let others = contenders.iter().zip(runs).skip(1);
        Self {
            schema: 2,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            corpus: corpus.clone(),
            counted,
            contenders: measured.collect(),
            ratios: others.map(|(who, other)| Ratio::of(&who.name, &runs[0], other)).collect(),
            missing,
            rows: Vec::new(),
            singles: Vec::new(),
        }
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
            microseconds_per_file: middle.wall_seconds * 1e6 / corpus.size.files as f64,
            runs: runs.to_vec(),
        }
    }
}

impl Ratio {
    /// One against another, round by round.
    fn of(against: &str, one: &[Run], other: &[Run]) -> Self {
        let pairs = |figure: fn(&Run) -> f64| {
            median(one.iter().zip(other).map(|(one, other)| figure(one) / figure(other)).collect())
        };
        Self {
            against: against.to_owned(),
            wall: pairs(|run| run.wall_seconds),
            cpu: pairs(|run| run.cpu_seconds),
            peak: pairs(|run| run.peak_bytes as f64),
        }
    }
}

impl Row {
    /// Two contenders' runs over this corpus.
    pub(super) fn of(
        name: &str,
        corpus: &Corpus,
        pair: &[Contender; 2],
        runs: &[Vec<Run>],
    ) -> Self {
        let measured = pair.iter().zip(runs);
        Self {
            name: name.to_owned(),
            corpus: corpus.clone(),
            pair: measured.map(|(who, runs)| Measured::of(&who.name, runs, corpus)).collect(),
            ratio: Ratio::of(&pair[1].name, &runs[0], &runs[1]),
        }
    }
}

impl Single {
    /// The one run over another corpus beside the median over the usual one.
    pub(super) fn of(name: &str, corpus: &Corpus, run: Run, usual: &Run) -> Self {
        let peak_ratio = run.peak_bytes as f64 / usual.peak_bytes as f64;
        Self { name: name.to_owned(), corpus: corpus.clone(), run, peak_ratio }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.contenders.first().map_or(0, |contender| contender.runs.len());
        writeln!(out, "{}", in_words(&self.corpus.size))?;
        writeln!(out, "{} cores, medians of {runs} runs in turns\n", self.cores)?;
        table(out, &self.contenders)?;
        writeln!(out, "\nkeyhound scan takes so many times as much")?;
        writeln!(out, "{:<24}{:>9}{:>9}{:>9}", "as", "wall", "cpu", "peak")?;
        for Ratio { against, wall, cpu, peak } in &self.ratios {
            writeln!(out, "{against:<24}{wall:>9.2}{cpu:>9.2}{peak:>9.2}")?;
        }
        for Missing { name, why } in &self.missing {
            writeln!(out, "{name} took no part: {why}")?;
        }
        for row in &self.rows {
            writeln!(out, "\n{}: {}", row.name, in_words(&row.corpus.size))?;
            table(out, &row.pair)?;
            let Ratio { wall, cpu, peak, .. } = row.ratio;
            writeln!(out, "{:<24}{wall:>9.2}{cpu:>9.2}{peak:>43.2}", "ratio")?;
        }
        for single in &self.singles {
            let (size, run) = (in_words(&single.corpus.size), &single.run);
            writeln!(
                out,
                "\n{}: {size}\n{:.3} s, {:.3} s of processors, {:.0} records/s, peak {:.1} MiB, {:.2} times the usual",
                single.name,
                run.wall_seconds,
                run.cpu_seconds,
                single.corpus.size.records as f64 / run.wall_seconds,
                mebibytes(run.peak_bytes),
                single.peak_ratio
            )?;
        }
        Ok(())
    }
}

fn in_words(size: &Size) -> String {
    format!(
        "{} records in {} files, {:.1} MB gz, {:.1} MB raw",
        size.records,
        size.files,
        size.gz_bytes as f64 / 1e6,
        size.raw_bytes as f64 / 1e6
    )
}

fn table(out: &mut fmt::Formatter<'_>, contenders: &[Measured]) -> fmt::Result {
    writeln!(
        out,
        "{:<24}{:>9}{:>9}{:>12}{:>10}{:>11}{:>10}{:>12}",
        "", "wall s", "cpu s", "records/s", "gz MB/s", "raw MB/s", "peak MiB", "µs a file"
    )?;
    for contender in contenders {
        writeln!(
            out,
            "{:<24}{:>9.3}{:>9.3}{:>12.0}{:>10.1}{:>11.1}{:>10.1}{:>12.1}",
            contender.name,
            contender.median.wall_seconds,
            contender.median.cpu_seconds,
            contender.records_per_second,
            contender.gz_megabytes_per_second,
            contender.raw_megabytes_per_second,
            mebibytes(contender.median.peak_bytes),
            contender.microseconds_per_file,
        )?;
    }
    Ok(())
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

    fn who(name: &str) -> Contender {
        Contender::new(name, PathBuf::new())
    }

    fn report(contenders: &[Contender], runs: &[Vec<Run>]) -> Report {
        let counted = Answer { with_key: 900, keys: 30, busiest: 50 };
        let missing = vec![Missing { name: "chdb".into(), why: "no network".into() }];
        Report::new(&corpus(), counted, contenders, runs, missing)
    }

    #[test]
    fn the_ratio_is_the_median_of_pairs_not_the_ratio_of_medians() {
        // A slow spell hits the second round of both; within the pair it cancels.
        let own = vec![run(2.0, 3 << 20), run(20.0, 3 << 20), run(3.0, 3 << 20)];
        let other = vec![run(1.0, 1 << 20), run(10.0, 1 << 20), run(1.0, 1 << 20)];
        let report = report(&[who("keyhound scan"), who("baseline")], &[own, other]);
        let ratio = &report.ratios[0];
        assert!((ratio.wall - 2.0).abs() < 1e-12 && (ratio.peak - 3.0).abs() < 1e-12, "{ratio:?}");
    }

    #[test]
    fn the_text_has_every_contender_and_who_took_no_part() {
        let runs = vec![run(2.0, 64 << 20)];
        let other = vec![run(4.0, 32 << 20)];
        let pair = [who("one"), who("other")];
        let mut report = report(&[who("keyhound scan")], std::slice::from_ref(&runs));
        report.rows.push(Row::of("one against other", &corpus(), &pair, &[runs.clone(), other]));
        let long = Corpus { size: size(10_000), ..corpus() };
        report.singles.push(Single::of("longer", &long, run(20.0, 96 << 20), &runs[0]));
        let text = report.to_string();
        for part in [
            "keyhound scan",
            "500",
            "chdb took no part: no network",
            "one against other: 1000 records",
            "0.50",
            "1000000.0",
            "longer: 10000 records",
            "1.50 times the usual",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
