//! The corpus, generated once and kept under `target/bench-corpus`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{checkout, say};

/// A generated corpus and its size.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Corpus {
    /// Where it is.
    pub folder: PathBuf,
    /// The seed it grew from.
    pub seed: u64,
    /// What was written.
    #[serde(flatten)]
    pub size: Size,
}

/// What the generator wrote.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Size {
    /// Records in all files.
    pub records: u64,
    /// `.json.gz` files.
    pub files: u64,
    /// Their bytes.
    pub gz_bytes: u64,
    /// Their bytes unpacked.
    pub raw_bytes: u64,
}

/// What a corpus is to be like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Records in all files.
    pub(super) records: u64,
    /// The seed that it grows from.
    pub(super) seed: u64,
    /// So many times the usual 1,300 principals.
    pub(super) crowds: u32,
    /// Records of a file, if not some thousands.
    pub(super) per_file: Option<u64>,
}

/// Such a corpus: the one at hand, or a new one.
///
/// The generator's own bytes are part of the name, so that a changed generator is never measured on the
/// corpus of its predecessor.
pub(super) fn ready(binaries: &Path, wanted: Wanted) -> Result<Corpus> {
    let Wanted { records, seed, crowds, per_file } = wanted;
    let generator = binaries.join("corpus");
    let mut hasher = DefaultHasher::new();
    fs::read(&generator)
        .with_context(|| format!("read {}", generator.display()))?
        .hash(&mut hasher);
    let shape = per_file.map(|records| format!("-of-{records}")).unwrap_or_default();
    let name = format!("{records}-{seed}-x{crowds}{shape}-{:016x}", hasher.finish());
    let base = binaries.parent().unwrap_or(binaries).join("bench-corpus").join(name);
    // Written last: a corpus without it was not finished.
    let card = base.join("corpus.json");
    if let Ok(text) = fs::read_to_string(&card) {
        return serde_json::from_str(&text).with_context(|| format!("read {}", card.display()));
    }
    say(&format!("generating {records} records with seed {seed} in {}", base.display()));
    let folder = base.join("trail");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let mut generate = Command::new(generator);
    generate.arg(&folder).args([records.to_string(), seed.to_string(), crowds.to_string()]);
    generate.args(per_file.map(|records| records.to_string()));
    let size = serde_json::from_str(&checkout::output(&mut generate)?)
        .context("read what the generator wrote")?;
    let corpus = Corpus { folder, seed, size };
    fs::write(&card, serde_json::to_string_pretty(&corpus)?)
        .with_context(|| format!("write {}", card.display()))?;
    Ok(corpus)
}
