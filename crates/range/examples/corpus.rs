//! Writes a corpus of the benchmarks: `cargo run --release -p range --example corpus -- FOLDER RECORDS [SEED]`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("no folder given")?);
    let records = arguments.next().ok_or("no number of records given")?.parse()?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let begun = Instant::now();
    let books = range::bench_corpus(&folder, records, seed)?;
    writeln!(std::io::stdout(), "{books:?} in {:.1} s", begun.elapsed().as_secs_f64())?;
    Ok(())
}
