//! The user's Sigma rules: which folders, what of them can be used, what is told of the rest.

use std::path::PathBuf;

use anyhow::Result;

use crate::cannot_run::CannotRun;
use crate::config::Configuration;
use crate::engine::Rules;
use crate::render::books::Telling;
use crate::render::page::{Line, Page};
use crate::render::style::Ink;
use crate::render::words;

/// Rules shown to a person before the rest is only counted.
const MOST: usize = 20;

/// Rules that can be used, and what there is to say of others.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) rules: Rules,
    /// What cannot be used, one sentence each.
    left_out: Vec<String>,
    /// What can be used and will not do what its author meant.
    doubts: Vec<String>,
}

/// The rules that the flags name, else those of the configuration; `None` where nobody names any.
pub(super) fn loaded(flags: &[PathBuf], configuration: &Configuration) -> Result<Option<Loaded>> {
    let (paths, origin) = match flags {
        [] => (&configuration.settings.sigma[..], configuration.origin("sigma").to_string()),
        flags => (flags, "--sigma".to_owned()),
    };
    if paths.is_empty() {
        return Ok(None);
    }
    of_paths(paths, &origin).map(Some)
}

#[cfg(not(feature = "sigma"))]
fn of_paths(_: &[PathBuf], origin: &str) -> Result<Loaded> {
    let tip = format!("build it with `--features sigma`, or leave out {origin}");
    Err(CannotRun::new("this build of keyhound cannot use Sigma rules", tip).into())
}

#[cfg(feature = "sigma")]
fn of_paths(paths: &[PathBuf], origin: &str) -> Result<Loaded> {
    use std::sync::Arc;

    let mut files = Vec::new();
    let mut left_out = Vec::new();
    for path in paths {
        files::of(path, origin, &mut files, &mut left_out)?;
    }
    let loaded = sigma::load(files);
    left_out.extend(loaded.left_out.iter().map(ToString::to_string));
    let doubts: Vec<String> = loaded.doubts.iter().map(ToString::to_string).collect();
    let named = loaded.rules.cards();
    for path in paths {
        let usable =
            named.iter().any(|rule| std::path::Path::new(rule.file.as_str()).starts_with(path));
        if !usable {
            return Err(unusable(path, &left_out, loaded.foreign).into());
        }
    }
    let mut told = vec![in_words(named.len(), left_out.len(), loaded.foreign)];
    told.extend(doubts.iter().map(|doubt| format!("a Sigma rule in doubt, {doubt}")));
    let rules = Rules { look: Arc::new(loaded.rules), named, told };
    Ok(Loaded { rules, left_out, doubts })
}

/// `5 Sigma rules are used, 2 are left out, 40 are for other logs`.
#[cfg(feature = "sigma")]
fn in_words(used: usize, left_out: usize, foreign: u64) -> String {
    let count = |number| words::count(number, "Sigma rule is", "Sigma rules are");
    let mut text = format!("{} used", count(used as u64));
    for (number, what) in [(left_out as u64, "left out"), (foreign, "for other logs")] {
        if number > 0 {
            text = format!("{text}, {} {what}", words::grouped(number));
        }
    }
    text
}

#[cfg(feature = "sigma")]
fn unusable(path: &std::path::Path, left_out: &[String], foreign: u64) -> CannotRun {
    let path = path.display();
    let mut tips: Vec<String> = left_out.iter().take(MOST).cloned().collect();
    if left_out.len() > MOST {
        tips.push(format!("… and {} more", left_out.len() - MOST));
    }
    if foreign > 0 {
        let number = words::count(foreign, "rule is", "rules are");
        tips.push(format!("{number} for other logs than product aws, service cloudtrail"));
    }
    if tips.is_empty() {
        tips.push("name a folder with .yml files, such as rules/cloud/aws/cloudtrail".to_owned());
    }
    CannotRun { why: format!("no Sigma rule in {path} can be used"), excerpt: None, tips }
}

/// Tells of each rule that is left out or in doubt, on a line of its own.
pub(super) fn told(page: &mut Page, loaded: &Loaded, telling: Telling) {
    let left_out = loaded.left_out.iter().map(|text| ("rule left out", text));
    let doubts = loaded.doubts.iter().map(|text| ("rule in doubt", text));
    let all: Vec<_> = left_out.chain(doubts).collect();
    let shown = if telling == Telling::Briefly { all.len().min(MOST) } else { all.len() };
    for (word, text) in &all[..shown] {
        page.line(Line::new().ink(Ink::Warn, *word).plain(": ").plain(*text));
    }
    if all.len() > shown {
        let more = words::grouped((all.len() - shown) as u64);
        page.line(Line::new().plain(format!("… and {more} more rules; -v names them")));
    }
    if telling != Telling::Quietly
        && let Some(sum) = loaded.rules.told.first()
    {
        page.line(Line::new().ink(Ink::Faint, sum));
    }
}

/// The files of a folder of rules.
#[cfg(feature = "sigma")]
mod files {
    use std::fs;
    use std::io;
    use std::path::Path;

    use sigma::RuleFile;
    use walkdir::WalkDir;

    use crate::cannot_run::CannotRun;

    /// A rule is a page or two; what is larger than this is no rule.
    const LARGEST: u64 = 1 << 20;

    /// Adds the rule files of a folder, or the one file that is named. What cannot be read is told.
    pub(super) fn of(
        path: &Path,
        origin: &str,
        files: &mut Vec<RuleFile>,
        left_out: &mut Vec<String>,
    ) -> Result<(), CannotRun> {
        fs::metadata(path).map_err(|error| {
            let why = format!("cannot open the Sigma rules {}: {}", path.display(), plain(&error));
            CannotRun::new(why, format!("correct the path; it comes from {origin}"))
        })?;
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    left_out.push(error.to_string());
                    continue;
                }
            };
            let rules = entry.path().extension().is_some_and(|end| end == "yml" || end == "yaml");
            if !entry.file_type().is_file() || !(rules || entry.depth() == 0) {
                continue;
            }
            match text(entry.path()) {
                Ok(text) => files.push(RuleFile {
                    path: entry.path().display().to_string(),
                    text,
                    licence: licence(entry.path(), path),
                }),
                Err(why) => left_out.push(format!("{}: {why}", entry.path().display())),
            }
        }
        Ok(())
    }

    fn text(path: &Path) -> Result<String, String> {
        let size = fs::metadata(path).map_err(|error| plain(&error))?.len();
        if size > LARGEST {
            return Err(format!("it has {size} bytes, and no rule has more than {LARGEST}"));
        }
        let bytes = fs::read(path).map_err(|error| plain(&error))?;
        String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned())
    }

    /// What the nearest licence file says: beside the rule, in the folders above up to the one that
    /// was named, or further up to the root of its checkout.
    fn licence(rule: &Path, root: &Path) -> String {
        const NAMES: [&str; 4] =
            ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENSE.Detection.Rules.md"];
        let folders = rule.ancestors().skip(1);
        let named = if rule == root { root.parent().unwrap_or(root) } else { root };
        let inside = folders.clone().take_while(|folder| folder.starts_with(named));
        let checkout = folders.clone().position(|folder| folder.join(".git").exists());
        let all = match checkout {
            Some(depth) => folders.take(depth + 1).collect::<Vec<_>>(),
            None => inside.collect(),
        };
        let said = all.iter().flat_map(|folder| NAMES.map(|name| folder.join(name)));
        let said =
            said.filter_map(|path| text(&path).ok()).map(|text| sigma::licence_in_words(&text));
        said.into_iter().find(|words| !words.is_empty()).unwrap_or_default()
    }

    fn plain(error: &io::Error) -> String {
        let text = error.to_string();
        let end = text.find(" (os error").unwrap_or(text.len());
        text[..end].to_lowercase()
    }
}
