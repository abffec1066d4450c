//! Thresholds and exceptions written into a configuration file; everything else in it stays as it is, comments too.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use detect::Kind;
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::{Exception, Thresholds, proposal};

/// A file's text before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The file.
    pub(crate) path: PathBuf,
    before: String,
    after: String,
}

impl Edit {
    /// What a file will say with these thresholds. It need not exist.
    pub(crate) fn thresholds(path: &Path, thresholds: &Thresholds) -> Result<Self> {
        let before = text(path)?;
        let after = with_thresholds(&before, thresholds)
            .with_context(|| format!("cannot change the thresholds in {}", path.display()))?;
        Ok(Self { path: path.to_owned(), before, after })
    }

    /// What a file will say with further exceptions. It need not exist.
    pub(crate) fn exceptions(path: &Path, exceptions: &[Exception]) -> Result<Self> {
        let before = text(path)?;
        let after = with_exceptions(&before, exceptions)
            .with_context(|| format!("cannot add exceptions to {}", path.display()))?;
        Ok(Self { path: path.to_owned(), before, after })
    }

    /// The lines that change, as `- before` and `+ after`.
    pub(crate) fn lines(&self) -> Vec<String> {
        let before: Vec<&str> = self.before.lines().collect();
        let after: Vec<&str> = self.after.lines().collect();
        let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
            pairs.take_while(|(one, other)| one == other).count()
        };
        let head = same(&mut before.iter().zip(&after));
        let (before, after) = (&before[head..], &after[head..]);
        let tail = same(&mut before.iter().rev().zip(after.iter().rev()));
        let removed = before[..before.len() - tail].iter().map(|line| format!("- {line}"));
        let added = after[..after.len() - tail].iter().map(|line| format!("+ {line}"));
        removed.chain(added).collect()
    }

    /// Writes the file, whole or not at all.
    pub(crate) fn write(&self) -> Result<()> {
        // Whoever keeps the file behind a link wants the link to stay.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let written = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            file.write_all(self.after.as_bytes())?;
            file.as_file().sync_all()?;
            match fs::metadata(&path) {
                Ok(old) => fs::set_permissions(file.path(), old.permissions())?,
                Err(_) => readable(file.path())?,
            }
            file.persist(&path)?;
            Ok(())
        };
        written().with_context(|| format!("cannot write {}", self.path.display()))
    }
}

fn text(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// A new configuration holds no secret and may be read by others.
#[cfg(unix)]
fn readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn with_thresholds(text: &str, thresholds: &Thresholds) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let table = table(document.as_table_mut(), "thresholds")?;
    let shipped = Thresholds::default();
    set(table, "alert", thresholds.alert, shipped.alert);
    set(table, "page", thresholds.page, shipped.page);
    if thresholds.by_kind.is_empty() && !table.contains_key("by_kind") {
        return Ok(document.to_string());
    }
    let kinds = self::table(table, "by_kind")?;
    for kind in Kind::ALL {
        match thresholds.by_kind.get(&kind) {
            Some(bits) => set(kinds, kind.as_str(), *bits, f64::NAN),
            None => {
                kinds.remove(kind.as_str());
            }
        }
    }
    Ok(document.to_string())
}

/// Adds tables at the end of a file, where they change the meaning of nothing before them.
fn with_exceptions(text: &str, exceptions: &[Exception]) -> Result<String> {
    let document: DocumentMut = text.parse()?;
    let written = document.get("exceptions");
    if written.is_some_and(|item| !item.is_array_of_tables()) {
        bail!("`exceptions` is a list on one line: write it as [[exceptions]], or paste them in");
    }
    let gap = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let after = format!("{text}{end}{gap}{}", proposal::toml(exceptions));
    after.parse::<DocumentMut>()?;
    Ok(after)
}

/// The table of this name, made if it is not there.
fn table<'a>(parent: &'a mut dyn TableLike, name: &str) -> Result<&'a mut dyn TableLike> {
    let item = parent.entry(name).or_insert_with(|| {
        let mut made = Table::new();
        // Its heading is written only with something below it.
        made.set_implicit(true);
        Item::Table(made)
    });
    item.as_table_like_mut().with_context(|| format!("`{name}` is no table"))
}

/// Sets a number; says nothing where it is there already, or where nothing is and the usual is meant.
fn set(table: &mut dyn TableLike, name: &str, bits: f64, usual: f64) {
    let number = |item: &Item| item.as_float().or(item.as_integer().map(|whole| whole as f64));
    let known = table.get(name).and_then(number);
    let same = known.unwrap_or(usual);
    if (same - bits).abs() < 1e-9 {
        return;
    }
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(known) => {
            // What stands around the number, a comment behind it for one, stays.
            let around = known.decor().clone();
            *known = toml_edit::Value::from(bits);
            *known.decor_mut() = around;
        }
        None => {
            table.insert(name, value(bits));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use detect::Kind;

    use super::{Edit, Exception, Thresholds, with_exceptions, with_thresholds};
    use crate::config::Pattern;

    fn thresholds() -> Thresholds {
        Thresholds {
            alert: 12.5,
            by_kind: [(Kind::Ci, 17.2), (Kind::Instance, 14.0)].into(),
            ..Thresholds::default()
        }
    }

    #[test]
    fn comments_and_order_stay() {
        let cases = [
            (
                "",
                "[thresholds]\nalert = 12.5\n\n[thresholds.by_kind]\nci = 17.2\ninstance = 14.0\n",
            ),
            (
                "# mine\nscanners = [\"x\"] # why\n\n[thresholds] # so\nwatch = 10\nalert = 14 # usual\n\n[lists]\ntor = []\n",
                "# mine\nscanners = [\"x\"] # why\n\n[thresholds] # so\nwatch = 10\nalert = 12.5 # usual\n\n[thresholds.by_kind]\nci = 17.2\ninstance = 14.0\n\n[lists]\ntor = []\n",
            ),
            (
                "[thresholds]\nalert = 12.5\nby_kind = { root = 11, ci = 16, instance = 14 }\n",
                "[thresholds]\nalert = 12.5\nby_kind = { ci = 17.2, instance = 14 }\n",
            ),
            (
                "thresholds.alert = 12.5\n",
                "thresholds.alert = 12.5\n\n[thresholds.by_kind]\nci = 17.2\ninstance = 14.0\n",
            ),
        ];
        for (before, after) in cases {
            let written = with_thresholds(before, &thresholds()).unwrap();
            assert_eq!(written, after);
            assert_eq!(with_thresholds(&written, &thresholds()).unwrap(), after, "written twice");
        }
        assert!(with_thresholds("thresholds = 3", &thresholds()).is_err());
        assert_eq!(with_thresholds("a = 1\n", &Thresholds::default()).unwrap(), "a = 1\n");
    }

    #[test]
    fn exceptions_are_added_at_the_end() {
        let exception = Exception {
            reason: "new office".into(),
            expires: Some("2027-01-01T00:00:00Z".parse().unwrap()),
            principal: Pattern::new("arn:aws:iam::111122223333:user/backup"),
            network: None,
            client: None,
            action: None,
        };
        let added = "[[exceptions]]\nreason = \"new office\"\nexpires = 2026-12-31\n\
                     principal = \"arn:aws:iam::111122223333:user/backup\"\n";
        for (before, between) in [
            ("", ""),
            ("a = 1 # mine\n", "\n"),
            ("a = 1", "\n\n"),
            ("[[exceptions]]\nreason = \"x\"\nclient = \"y\"\n\n[lists]\ntor = []\n\n", ""),
        ] {
            let written = with_exceptions(before, std::slice::from_ref(&exception)).unwrap();
            assert_eq!(written, format!("{before}{between}{added}"));
        }
        for wrong in ["exceptions = []", "a = ", "exceptions = 3"] {
            assert!(with_exceptions(wrong, std::slice::from_ref(&exception)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_what_changes_is_told() {
        let edit = Edit {
            path: Path::new("x").into(),
            before: "a\nb\nc\nd\n".into(),
            after: "a\nx\ny\nd\n".into(),
        };
        assert_eq!(edit.lines(), ["- b", "- c", "+ x", "+ y"]);
        assert!(Edit { after: edit.before.clone(), ..edit }.lines().is_empty());
    }

    #[test]
    fn a_file_is_made_or_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keyhound.toml");
        Edit::thresholds(&path, &thresholds()).unwrap().write().unwrap();
        let again = Edit::thresholds(&path, &thresholds()).unwrap();
        assert_eq!(again.lines(), Vec::<String>::new());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
