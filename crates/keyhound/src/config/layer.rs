//! The three layers, lowest first: a file, the environment, the flags.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::Place;
use super::setting::{SETTINGS, Setting};
use super::value::{Value, meant, nearest};
use super::{Configuration, Flags};
use crate::cannot_run::CannotRun;

/// What the names of our variables begin with.
pub(super) const PREFIX: &str = "KEYHOUND_";
/// The file that is read when nobody names one.
pub(crate) const USUAL: &str = "keyhound.toml";
/// Variables that are no settings: which file to read, what to log, where the build keeps its cache.
const OTHERS: &[&str] = &["KEYHOUND_CONFIG", "KEYHOUND_LOG", "KEYHOUND_CACHE"];

/// The configuration file and its text: `--config`, else `KEYHOUND_CONFIG` (empty for none), else
/// `keyhound.toml` in the working directory if there is one.
pub(super) fn file(
    flags: &Flags,
    variables: &[(String, String)],
) -> Result<Option<(PathBuf, String)>, CannotRun> {
    let variable = variables.iter().find(|(name, _)| name == "KEYHOUND_CONFIG");
    let (path, asked_by) = match (&flags.file, variable) {
        (Some(path), _) => (path.clone(), Some("--config")),
        (None, Some((_, path))) if path.is_empty() => return Ok(None),
        (None, Some((_, path))) => (PathBuf::from(path), Some("KEYHOUND_CONFIG")),
        (None, None) => (PathBuf::from(USUAL), None),
    };
    match std::fs::read(&path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some((path, text))),
            Err(_) => Err(CannotRun::new(
                format!("the configuration file {} is no UTF-8 text", path.display()),
                "save it as UTF-8",
            )),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && asked_by.is_none() => {
            Ok(None)
        }
        Err(error) => Err(CannotRun::new(
            format!("cannot read the configuration file {}: {}", path.display(), plain(&error)),
            match asked_by {
                Some(by) => format!("correct {by}, or leave it out to use ./{USUAL}"),
                None => "make it readable, or name another with --config".to_owned(),
            },
        )),
    }
}

/// The reason of an error without the number of the operating system.
pub(super) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}

/// Reads a whole file.
pub(super) fn apply_file(
    configuration: &mut Configuration,
    path: &Path,
    text: &str,
) -> Result<(), CannotRun> {
    let place = Place::File { path, text };
    let parsed = DeTable::parse(text).map_err(|error| syntax(place, &error))?;
    apply_table(configuration, place, parsed.get_ref(), "")
}

/// Reads the variables that are named after settings. Others are none of our business (container
/// platforms make some up), unless they look like a slip.
pub(super) fn apply_variables(
    configuration: &mut Configuration,
    variables: &[(String, String)],
) -> Result<(), CannotRun> {
    let mut sorted: Vec<_> =
        variables.iter().filter(|(name, _)| !OTHERS.contains(&&**name)).collect();
    sorted.sort();
    let known: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
    for (name, text) in sorted {
        let place = Place::Variable(name);
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == *name) {
            apply_text(configuration, setting, place, text)?;
            continue;
        }
        let bare = name.strip_prefix(PREFIX).unwrap_or(name);
        let near = nearest(bare, known.iter().filter_map(|known| known.strip_prefix(PREFIX)));
        if let Some(near) = near {
            return Err(CannotRun::new(
                format!("the variable {name} names no setting"),
                format!("did you mean {PREFIX}{near}?"),
            ));
        }
    }
    Ok(())
}

/// Reads `NAME=VALUE` from the flags.
pub(super) fn apply_assignments(
    configuration: &mut Configuration,
    assignments: &[String],
) -> Result<(), CannotRun> {
    for assignment in assignments {
        let Some((name, text)) = assignment.split_once('=') else {
            return Err(CannotRun::new(
                format!("--set {assignment}: there is no `=`"),
                "write --set NAME=VALUE, for example --set thresholds.alert=16",
            ));
        };
        let name = name.trim();
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let known = SETTINGS.iter().map(|setting| setting.name);
            let tip = match elsewhere(name) {
                Some(setting) => format!("did you mean `{}`?", setting.name),
                None => meant(name, known),
            };
            return Err(CannotRun::new(format!("--set {name}: unknown setting"), tip));
        };
        apply_text(configuration, setting, Place::Flag(setting.name), text)?;
    }
    Ok(())
}

/// A value that stands alone: TOML, or for lists of texts the texts between commas.
fn apply_text(
    configuration: &mut Configuration,
    setting: &'static Setting,
    place: Place<'_>,
    text: &str,
) -> Result<(), CannotRun> {
    let text = text.trim();
    let parsed = if setting.is_list() && !text.starts_with(['[', '{']) {
        let texts = text.split(',').map(str::trim).filter(|text| !text.is_empty());
        let elements = texts.map(|text| Spanned::new(0..0, DeValue::String(text.into())));
        Spanned::new(0..0, DeValue::Array(elements.collect()))
    } else {
        match DeValue::parse(text) {
            Ok(parsed) => parsed,
            // A bare word is told by what was expected of it, not by how TOML quotes words.
            Err(_) if !text.starts_with(['[', '{', '"', '\'']) => {
                Spanned::new(0..0, DeValue::String(text.into()))
            }
            Err(error) => return Err(syntax(place, &error)),
        }
    };
    apply(configuration, setting, Value { place, inner: &parsed })
}

fn apply(
    configuration: &mut Configuration,
    setting: &'static Setting,
    value: Value<'_>,
) -> Result<(), CannotRun> {
    (setting.read)(value, &mut configuration.settings)?;
    let origin = value.place.origin(value.inner.span().start);
    configuration.origins.insert(setting.name, origin);
    Ok(())
}

fn apply_table(
    configuration: &mut Configuration,
    place: Place<'_>,
    table: &DeTable<'_>,
    prefix: &str,
) -> Result<(), CannotRun> {
    for (key, inner) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let value = Value { place, inner };
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) {
            apply(configuration, setting, value)?;
            continue;
        }
        let inside = format!("{name}.");
        let is_group = SETTINGS.iter().any(|setting| setting.name.starts_with(&inside));
        match inner.get_ref() {
            DeValue::Table(group) if is_group => apply_table(configuration, place, group, &inside)?,
            _ if is_group => {
                return Err(value.fault(
                    &format!("`{name}` is a table"),
                    format!("write [{name}] on a line of its own"),
                ));
            }
            _ => return Err(unknown(place, key, &name, prefix)),
        }
    }
    Ok(())
}

/// The error for a name that is no setting: near misses are told, first those of the same table.
fn unknown(
    place: Place<'_>,
    key: &Spanned<std::borrow::Cow<'_, str>>,
    name: &str,
    prefix: &str,
) -> CannotRun {
    let what = format!("unknown setting `{name}`");
    let written: &str = key.get_ref();
    let mut siblings: Vec<&str> = SETTINGS
        .iter()
        .filter_map(|setting| setting.name.strip_prefix(prefix))
        .map(|rest| rest.split('.').next().unwrap_or(rest))
        .collect();
    siblings.dedup();
    let tip = match (nearest(written, siblings.iter().copied()), elsewhere(written)) {
        (Some(near), _) => format!("did you mean `{prefix}{near}`?"),
        (None, Some(setting)) => format!("did you mean `{}`?", setting.name),
        (None, None) => meant(written, siblings.iter().copied()),
    };
    place.fault(&key.span(), &what, tip)
}

/// The setting that was written without its table.
fn elsewhere(written: &str) -> Option<&'static Setting> {
    let ending = format!(".{written}");
    SETTINGS.iter().find(|setting| setting.name.ends_with(&ending))
}

fn syntax(place: Place<'_>, error: &toml::de::Error) -> CannotRun {
    let message = error.message().replace('\n', ", ");
    place.fault(&error.span().unwrap_or(0..0), &message, "write it as TOML: https://toml.io")
}
