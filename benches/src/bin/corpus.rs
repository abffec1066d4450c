//! Writes the corpus of the benchmark: `corpus FOLDER RECORDS SEED [CROWDS [RECORDS_PER_FILE]]`; prints what
//! was written, as JSON.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use range::BenchCorpus;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const USAGE: &str = "usage: corpus FOLDER RECORDS SEED [CROWDS [RECORDS_PER_FILE]]";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context(USAGE)?);
    let numbers: Vec<u64> =
        arguments.map(|text| text.parse().context(USAGE)).collect::<Result<_>>()?;
    let [records, seed, further @ ..] = numbers.as_slice() else { anyhow::bail!(USAGE) };
    let corpus = BenchCorpus {
        crowds: u32::try_from(further.first().copied().unwrap_or(1)).context(USAGE)?,
        per_file: further.get(1).copied(),
        ..BenchCorpus::new(*records, *seed)
    };
    let books = corpus.write(&folder)?;
    let written = serde_json::json!({
        "records": books.records + books.duplicates,
        "files": books.files,
        "gz_bytes": books.file_bytes,
        "raw_bytes": books.raw_bytes,
    });
    writeln!(std::io::stdout(), "{written}")?;
    Ok(())
}
