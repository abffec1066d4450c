//! Scores what `keyhound scan --format ndjson` found against a world's `truth.json`:
//! `score TRUTH FOUND [ALERT_BITS]`. The report goes to standard output as JSON.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result};
use range::Truth;
use range::score::score;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let truth = arguments.next().context("name the truth.json")?;
    let found = arguments.next().context("name the ndjson")?;
    let alert = arguments.next().map(|bits| bits.parse::<f64>()).transpose()?;
    let truth: Truth = serde_json::from_slice(&fs::read(&truth).context("read the truth")?)?;
    let found = fs::read_to_string(&found).context("read what was found")?;
    let found = benches::found::read(&found, alert)?;
    let report = serde_json::to_string_pretty(&score(&found, &truth, 1))?;
    writeln!(std::io::stdout(), "{report}").context("write the report")
}
