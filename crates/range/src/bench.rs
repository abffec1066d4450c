//! The corpus of the benchmarks.

use std::path::Path;

use crate::corpus::{self, Books, Layout};
use crate::error::Result;
use crate::parameters::Parameters;
use crate::world::World;

/// Writes so many records of the `bench` parameters below a folder, in files of some thousand
/// records. A million are about thirty days; more records are more days.
pub fn bench_corpus(folder: &Path, records: u64, seed: u64) -> Result<Books> {
    let mut parameters = Parameters::shipped("bench")?;
    parameters.time.days = 36_500;
    let world = World::generate(&parameters, seed)?;
    corpus::write(folder, world.records().take(records as usize), &Layout::packed(seed))
}
