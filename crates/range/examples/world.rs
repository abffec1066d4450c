//! Writes a world with its truth: `cargo run --release -p range --example world -- FOLDER PARAMETERS [SEED]`.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use range::corpus::{self, Layout};
use range::{Parameters, World};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("no folder given")?);
    let parameters = Parameters::shipped(&arguments.next().ok_or("no parameter set given")?)?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let begun = Instant::now();
    let world = World::generate(&parameters, seed)?;
    let organisation = Some(world.organisation.id.clone());
    let layout = Layout { organisation, ..Layout::delivered(seed) };
    let books = corpus::write(&folder, world.records(), &layout)?;
    fs::write(folder.join("truth.json"), serde_json::to_vec_pretty(world.truth())?)?;
    writeln!(std::io::stdout(), "{books:?} in {:.1} s", begun.elapsed().as_secs_f64())?;
    Ok(())
}
