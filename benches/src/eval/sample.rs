//! One world: generated, written as CloudTrail delivers it, scanned by every variant, removed or
//! kept.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use range::corpus::{self, Layout};
use range::score::{Found, Trial, score};
use range::{Parameters, Truth, World};

use super::RESAMPLING;
use super::scan::Program;
use super::variant::{self, Variant};
use crate::found;
use crate::simple::Simple;

/// What was found in one world by everybody who looked.
pub(super) struct Sample {
    pub(super) set: String,
    pub(super) seed: u64,
    pub(super) records: u64,
    pub(super) truth: Truth,
    found: BTreeMap<String, Vec<Found>>,
}

impl Sample {
    pub(super) fn of(
        parameters: &Parameters,
        (set, seed): (&str, u64),
        program: &Program,
        variants: &[Variant],
        keep: Option<&Path>,
    ) -> Result<Self> {
        let world = World::generate(parameters, seed)?;
        let truth = world.truth().clone();
        let temporary = tempfile::tempdir().context("make a folder for the world")?;
        let folder = keep.unwrap_or(temporary.path());
        let mut simple = Simple::new();
        let organisation = Some(world.organisation.id.clone());
        // Files of an hour rather than of five minutes: the judge sees no difference, the disk does.
        let layout = Layout { organisation, window: 3_600, ..Layout::delivered(seed) };
        let records = world.records().inspect(|record| {
            if let Ok(record) = record {
                simple.see(record);
            }
        });
        let books = corpus::write(&folder.join("trail"), records, &layout)?;
        let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        if let Some(from) = truth.from {
            let simple = simple.finish(from, seed)?;
            found.extend(simple.into_iter().map(|(name, found)| (name.to_owned(), found)));
        }
        let known = folder.join("keyhound.toml");
        fs::write(&known, announced(&truth)?).context("write the configuration")?;
        for variant in variants {
            let flags = variant.flags(folder)?;
            let ndjson = program.scan(&folder.join("trail"), Some(&known), &flags)?;
            if keep.is_some() {
                let name = format!("{}.ndjson", variant.name);
                fs::write(folder.join(name), &ndjson).context("keep what was found")?;
            }
            found.insert(variant.name.to_owned(), found::read(&ndjson, None)?);
        }
        if keep.is_some() {
            let truth = serde_json::to_string_pretty(&truth)?;
            fs::write(folder.join("truth.json"), truth).context("keep the truth")?;
        }
        Ok(Self { set: set.to_owned(), seed, records: books.records, truth, found })
    }

    /// What one judge found, beside the truth.
    pub(super) fn trial(&self, name: &str) -> Trial<'_> {
        Trial { found: self.found(name), truth: &self.truth }
    }

    /// What one judge found.
    pub(super) fn found(&self, name: &str) -> &[Found] {
        self.found.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a world has in common with those that it may not take its threshold from.
    pub(super) fn place(&self, by_set: bool) -> String {
        if by_set { self.set.clone() } else { format!("{} {}", self.set, self.seed) }
    }

    /// One line about the product, for those who wait.
    pub(super) fn summary(&self) -> String {
        let report = score(self.found(variant::SHIPPED), &self.truth, RESAMPLING);
        format!(
            "{:<10} seed {:>3}: {} records, macro recall {:.3}, {} false alerts in {:.0} key-weeks",
            self.set,
            self.seed,
            self.records,
            report.macro_recall.share,
            report.false_alerts,
            report.key_weeks
        )
    }
}

/// What a user would have written into the configuration: the penetration tests that were announced.
/// Nothing else is told; networks, scanners and break-glass users are not.
fn announced(truth: &Truth) -> Result<String> {
    let mut text = String::new();
    for label in truth.look_alikes.iter().filter(|label| !label.announced.is_empty()) {
        let sources = serde_json::to_string(&label.announced)?;
        write!(
            text,
            "[[announced_tests]]\nfrom = {}\nuntil = {}\nsources = {sources}\nreason = \"announced\"\n",
            label.from, label.until
        )?;
    }
    Ok(text)
}
