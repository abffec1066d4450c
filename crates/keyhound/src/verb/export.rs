//! What `scan` and `explain` give beside their cards: formats for other programs, reports, evidence.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use incident::Incident;
use report::{Activity, LookedAt, Report, Setting};

use super::input::Judged;
use crate::cannot_run::CannotRun;
use crate::cli::{Format, Input};
use crate::config::Settings;
use crate::engine::{self, Scanned};

/// The incidents of a scan as a report needs them.
pub(super) struct Told<'a> {
    pub(super) incidents: &'a [Incident],
    scanned: &'a Scanned,
    setting: Setting,
    looked_at: LookedAt,
    activity: BTreeMap<String, Activity>,
}

impl<'a> Told<'a> {
    pub(super) fn new(
        incidents: &'a [Incident],
        scanned: &'a Scanned,
        settings: &Settings,
        input: &Input,
    ) -> Self {
        Self {
            incidents,
            scanned,
            setting: setting(settings, super::input::again(input)),
            looked_at: scanned.looked_at(),
            activity: BTreeMap::new(),
        }
    }

    fn report(&self) -> Report<'_> {
        Report {
            incidents: self.incidents,
            setting: &self.setting,
            verdicts: &self.scanned.feedback,
            looked_at: &self.looked_at,
            activity: &self.activity,
        }
    }

    /// The incidents in a format for other programs; `None` for those that a verb sets itself.
    pub(super) fn format(&self, format: Format) -> Result<Option<Vec<u8>>> {
        let report = self.report();
        Ok(Some(match format {
            Format::Terminal | Format::Ndjson | Format::Json => return Ok(None),
            Format::Ocsf => report::ocsf::findings(&report)?,
            Format::Asff => report::asff::findings(&report)?,
            Format::Csv => report::table::incidents(self.incidents).into_bytes(),
            Format::Navigator => report::navigator::layer(&report)?,
            Format::Stix => report::stix::bundle(&report)?,
        }))
    }

    /// Looks up what the owners did around the incidents.
    pub(super) fn look_around(&mut self, judged: &Judged) -> Result<()> {
        self.activity = engine::activity(&judged.places, &judged.request, self.incidents)
            .context("cannot read the days around the incidents for the report")?;
        Ok(())
    }

    /// Writes the report in the form that the file's name asks for.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let report = self.report();
        let bytes = match Form::of(path)? {
            Form::Html => report::html::page(&report).into_bytes(),
            Form::Markdown => report::markdown::page(&report).into_bytes(),
            Form::Json => report::json::document(&report)?,
        };
        fs::write(path, bytes)
            .with_context(|| format!("cannot write the report {}", path.display()))
    }

    /// Writes the evidence of one incident as a zip file.
    pub(super) fn pack(&self, incident: &Incident, judged: &Judged, path: &Path) -> Result<()> {
        let found = engine::of_events(&judged.places, &judged.request, &incident.event_ids)?;
        let bytes = report::evidence::pack(&self.report(), incident, &found)
            .context("cannot pack the evidence")?;
        fs::write(path, bytes)
            .with_context(|| format!("cannot write the evidence {}", path.display()))
    }
}

/// What is wrong with the files that were asked for, before anything is read.
pub(super) fn check(report: Option<&Path>, evidence: Option<&Path>) -> Result<(), CannotRun> {
    if let Some(path) = report {
        Form::of(path)?;
    }
    match evidence {
        Some(path) if ending(path) != "zip" => Err(CannotRun::new(
            format!("the evidence is a zip file, and {} is none", path.display()),
            "give --evidence a name that ends in .zip",
        )),
        _ => Ok(()),
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Markdown,
    Json,
}

impl Form {
    fn of(path: &Path) -> Result<Self, CannotRun> {
        match ending(path).as_str() {
            "html" | "htm" => Ok(Self::Html),
            "md" | "markdown" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            _ => Err(CannotRun::new(
                format!("a report is HTML, Markdown or JSON, and {} is neither", path.display()),
                "give --report a name that ends in .html, .md or .json",
            )),
        }
    }
}

fn ending(path: &Path) -> String {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ending.to_ascii_lowercase()
}

fn setting(settings: &Settings, again: String) -> Setting {
    let thresholds = &settings.thresholds;
    Setting {
        accounts: settings
            .accounts
            .iter()
            .map(|account| (account.id, (account.name.clone(), account.production)))
            .collect(),
        watch: thresholds.watch,
        alert: thresholds.alert,
        alert_by_kind: thresholds.by_kind.clone(),
        page: thresholds.page,
        key_weeks_per_theft: settings.key_weeks_per_theft,
        again,
    }
}
