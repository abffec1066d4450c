//! What the user says about their organisation: `keyhound.toml`, then `KEYHOUND_*`, then `--set`.
//!
//! [`setting::SETTINGS`] is the list of everything that can be said; the three layers, `config
//! show` and the reference page are all made from it.

pub(crate) mod edit;
mod layer;
mod place;
pub(crate) mod proposal;
pub(crate) mod setting;
mod settings;
#[cfg(test)]
mod tests;
pub(crate) mod time;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

pub use detect::Pattern;
pub use settings::{
    Account, AnnouncedTest, Constants, Exception, KnownNetwork, Lists, Settings, Thresholds,
};

use crate::cannot_run::CannotRun;
pub(crate) use layer::USUAL as USUAL_FILE;

/// What the file with verdicts is called where nobody names another.
const VERDICTS: &str = "keyhound.verdicts.ndjson";

/// What the flags say of the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags {
    /// `--config FILE`.
    pub(crate) file: Option<PathBuf>,
    /// `--set NAME=VALUE`, in order.
    pub(crate) assignments: Vec<String>,
}

/// The settings, and where each of them came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Configuration {
    /// The result of all layers.
    pub(crate) settings: Settings,
    /// The configuration file that was read.
    pub(crate) file: Option<PathBuf>,
    origins: BTreeMap<&'static str, Origin>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Origin {
    /// Nobody said anything.
    #[default]
    Default,
    /// A line of a file, from 1.
    File(PathBuf, usize),
    /// An environment variable.
    Variable(String),
    /// A flag.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File(path, line) => write!(formatter, "{}:{line}", path.display()),
            Self::Variable(name) => formatter.write_str(name),
            Self::Flag => formatter.write_str("--set"),
        }
    }
}

impl Settings {
    /// What the text of a configuration file says by itself, without any other layer.
    pub fn of_text(text: &str) -> Result<Self, CannotRun> {
        let mut configuration = Configuration::default();
        layer::apply_file(&mut configuration, Path::new(USUAL_FILE), text)?;
        configuration.settings.thresholds.check()?;
        Ok(configuration.settings)
    }
}

impl Configuration {
    /// Reads all layers; each may say the same again, and the last word counts.
    pub(crate) fn load(flags: &Flags, variables: &[(String, String)]) -> Result<Self, CannotRun> {
        let mut configuration = Self::default();
        if let Some((path, text)) = layer::file(flags, variables)? {
            layer::apply_file(&mut configuration, &path, &text)?;
            configuration.file = Some(path);
        }
        layer::apply_variables(&mut configuration, variables)?;
        layer::apply_assignments(&mut configuration, &flags.assignments)?;
        configuration.settings.thresholds.check()?;
        Ok(configuration)
    }

    /// Refuses files that are named but cannot be opened, while their origin is known.
    pub(crate) fn check_files(&self) -> Result<(), CannotRun> {
        let Lists { mmdb, threat, tor, vpn, aws_ranges } = &self.settings.lists;
        let Constants { weights, thief, .. } = &self.settings.judge;
        let named = [
            ("lists.mmdb", mmdb),
            ("lists.threat", threat),
            ("lists.tor", tor),
            ("lists.vpn", vpn),
            ("lists.aws_ranges", aws_ranges),
            ("judge.weights", weights),
            ("judge.thief", thief),
        ];
        for (name, paths) in named {
            for path in paths {
                std::fs::File::open(path).map_err(|error| {
                    CannotRun::new(
                        format!("{name}: cannot open {}: {}", path.display(), layer::plain(&error)),
                        format!("correct the path; it comes from {}", self.origin(name)),
                    )
                })?;
            }
        }
        Ok(())
    }

    /// The file with verdicts: the one that is named, else the one beside the configuration file.
    pub(crate) fn verdicts(&self) -> PathBuf {
        let folder = self.file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        self.settings.verdicts.clone().unwrap_or_else(|| folder.join(VERDICTS))
    }

    /// The file to which settings are written: the one that was read, else the usual one.
    pub(crate) fn written_to(&self) -> PathBuf {
        self.file.clone().unwrap_or_else(|| PathBuf::from(USUAL_FILE))
    }

    /// What has the last word on a setting, if it is not the file or nobody.
    pub(crate) fn overruled(&self, name: &str) -> Option<Origin> {
        let origin = self.origin(name);
        matches!(origin, Origin::Variable(_) | Origin::Flag).then_some(origin)
    }

    /// Where the value of a setting came from.
    pub(crate) fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).cloned().unwrap_or_default()
    }
}

/// The variables of the environment that may concern us.
pub(crate) fn variables() -> Vec<(String, String)> {
    let ours = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(layer::PREFIX);
    std::env::vars_os()
        .filter(|(name, _)| ours(name))
        .map(|(name, value)| {
            (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
        })
        .collect()
}
