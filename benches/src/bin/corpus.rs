//! Writes the corpus of the benchmark: `corpus FOLDER RECORDS SEED`; prints what was written, as JSON.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: corpus FOLDER RECORDS SEED";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context(USAGE)?);
    let mut number = || arguments.next().and_then(|text| text.parse().ok()).context(USAGE);
    let (records, seed) = (number()?, number()?);
    let books = range::bench_corpus(&folder, records, seed)?;
    let written = serde_json::json!({
        "records": books.records + books.duplicates,
        "files": books.files,
        "gz_bytes": books.file_bytes,
        "raw_bytes": books.raw_bytes,
    });
    writeln!(std::io::stdout(), "{written}")?;
    Ok(())
}
