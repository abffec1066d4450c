//! The corpus of the benchmarks.

use std::path::Path;

use crate::corpus::{self, Books, Layout};
use crate::error::Result;
use crate::parameters::Parameters;
use crate::world::World;

/// What the corpus of a benchmark is like.
#[derive(Debug, Clone, Copy)]
pub struct Corpus {
    /// Records; more are more days.
    pub records: u64,
    /// The root of random choices.
    pub seed: u64,
    /// So many times the people and workloads of the `bench` parameters, which are about 1,300
    /// principals.
    pub crowds: u32,
    /// Records of a file, if not some thousands.
    pub per_file: Option<u64>,
}

impl Corpus {
    /// So many records of the `bench` parameters, in files of some thousand. A million are about
    /// thirty days.
    pub const fn new(records: u64, seed: u64) -> Self {
        Self { records, seed, crowds: 1, per_file: None }
    }

    /// Writes it below a folder.
    pub fn write(&self, folder: &Path) -> Result<Books> {
        let mut parameters = Parameters::shipped("bench")?;
        parameters.time.days = 36_500;
        parameters.multiply(self.crowds);
        let world = World::generate(&parameters, self.seed)?;
        let mut layout = Layout::packed(self.seed);
        if let Some(records) = self.per_file {
            layout.records = (records, records);
        }
        corpus::write(folder, world.records().take(self.records as usize), &layout)
    }
}

/// Writes so many records of the `bench` parameters below a folder, as [`Corpus::new`] has them.
pub fn bench_corpus(folder: &Path, records: u64, seed: u64) -> Result<Books> {
    Corpus::new(records, seed).write(folder)
}
