//! Whether the same events give the same bytes, however they are delivered and by however many
//! threads they are read.

use anyhow::{Context, Result};
use range::corpus::{self, Layout};
use range::{Parameters, Record, World};
use serde::Serialize;

use super::scan::Program;

/// How many deliveries were compared, and how many differed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Outcome {
    /// Deliveries of one history, each in another order.
    pub(super) deliveries: usize,
    /// Records of each.
    pub(super) records: u64,
    /// Incidents in each.
    pub(super) incidents: usize,
    /// Scans whose output was not the same to the byte.
    pub(super) different: usize,
}

/// Thread counts that take turns.
const THREADS: [usize; 4] = [1, 2, 3, 8];

/// Scans a week of a world of every set, delivered in order, and then in other files, shuffled, up to
/// two hours late and with repeats.
pub(super) fn check(
    sets: &[String],
    seed: u64,
    deliveries: usize,
    program: &Program,
    say: &dyn Fn(&str),
) -> Result<Outcome> {
    let mut outcome = Outcome { deliveries, records: 0, incidents: 0, different: 0 };
    for (index, set) in sets.iter().enumerate() {
        // The deliveries are shared out among the sets.
        let own = deliveries / sets.len() + usize::from(index < deliveries % sets.len());
        let records = a_week(&Parameters::shipped(set)?, seed)?;
        let expected = delivered(&records, &Layout::packed(seed), 1, program)?;
        for number in 0..own {
            let layout = Layout {
                window: 900,
                duplicates: 0.02,
                late: 0.05,
                ..Layout::delivered(seed * 1_000 + number as u64)
            };
            let threads = THREADS[number % THREADS.len()];
            let output = delivered(&records, &layout, threads, program)?;
            outcome.different += usize::from(output != expected);
        }
        outcome.records += records.len() as u64;
        outcome.incidents += expected.lines().count();
        say(&format!("{set:<10} {own} deliveries, {} different so far", outcome.different));
    }
    Ok(outcome)
}

/// The first week in which something happens.
fn a_week(parameters: &Parameters, seed: u64) -> Result<Vec<Record>> {
    const WEEK: i64 = 7 * 86_400;
    let world = World::generate(parameters, seed)?;
    let from = world.truth().from.context("a world has a beginning")?.as_second();
    let within = |record: &Record| (from..from + WEEK).contains(&record.time.as_second());
    world
        .records()
        .skip_while(|record| record.as_ref().is_ok_and(|record| record.time.as_second() < from))
        .take_while(|record| record.as_ref().map_or(true, within))
        .map(|record| record.context("generate a record"))
        .collect()
}

fn delivered(
    records: &[Record],
    layout: &Layout,
    threads: usize,
    program: &Program,
) -> Result<String> {
    let folder = tempfile::tempdir().context("make a folder for a delivery")?;
    corpus::write(folder.path(), records.iter().cloned().map(Ok), layout)?;
    program.scan(folder.path(), None, &["--threads".to_owned(), threads.to_string()])
}
