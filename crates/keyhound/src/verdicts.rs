//! The file with the user's verdicts: one a line, added at its end, never rewritten.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use incident::feedback::Verdict;

use crate::cannot_run::CannotRun;
use crate::render::safe::Safe;

/// A larger file is none of ours.
const MOST_BYTES: u64 = 64 << 20;

/// The verdicts of a file, in its order; none where there is no file.
pub(crate) fn read(path: &Path) -> Result<Vec<Verdict>, CannotRun> {
    text(path)?
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| verdict(line).map_err(|why| damaged(path, index + 1, &why)))
        .collect()
}

/// Adds a verdict to a file. One that is damaged is left as it is.
pub(crate) fn add(path: &Path, verdict: &Verdict) -> Result<()> {
    read(path)?;
    let mut line = serde_json::to_string(verdict).context("cannot write the verdict as JSON")?;
    line.push('\n');
    // Somebody's editor may have left the last line open.
    if text(path)?.chars().next_back().is_some_and(|last| last != '\n') {
        line.insert(0, '\n');
    }
    let append = || -> io::Result<()> {
        let mut file = File::options().create(true).append(true).open(path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    };
    append().with_context(|| format!("cannot write the verdict to {}", path.display()))
}

fn text(path: &Path) -> Result<String, CannotRun> {
    let cannot = |why: &str| {
        CannotRun::new(
            format!("cannot read the verdicts in {}: {why}", path.display()),
            "correct the file, or name another one with the setting `verdicts`",
        )
    };
    match fs::metadata(path) {
        Ok(about) if about.len() > MOST_BYTES => Err(cannot("it has more than 64 MiB")),
        Ok(_) => fs::read_to_string(path).map_err(|error| cannot(&error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(cannot(&error.to_string())),
    }
}

fn verdict(line: &str) -> Result<Verdict, String> {
    let verdict: Verdict = serde_json::from_str(line).map_err(|error| {
        let told = error.to_string();
        // The line is known already, and the column says little.
        let end = told.find(" at line").unwrap_or(told.len());
        Safe::within(&told[..end], 120).as_str().to_owned()
    })?;
    verdict.fault().map_or(Ok(verdict), |why| Err(why.to_owned()))
}

fn damaged(path: &Path, line: usize, why: &str) -> CannotRun {
    CannotRun::new(
        format!("line {line} of {} is no verdict: {why}", path.display()),
        "correct the line or take it out; nothing was changed",
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{add, read};

    const LINE: &str = r#"{"schema":1,"incident":"inc-4f1c09ab77e2","verdict":"benign","reason":"new office","given":"2026-11-26T20:00:00Z","title":"t","score":15.5,"evidence":{"network":9.0},"episodes":["e"]}"#;

    #[test]
    fn what_was_added_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("verdicts.ndjson");
        assert_eq!(read(&path).unwrap(), []);
        // Without a line break at the end, as some editors leave it.
        fs::write(&path, LINE).unwrap();
        let first = read(&path).unwrap().remove(0);
        add(&path, &first).unwrap();
        assert_eq!(read(&path).unwrap(), [first.clone(), first]);
        assert!(fs::read_to_string(&path).unwrap().starts_with(&format!("{LINE}\n{{")));
    }

    #[test]
    fn a_damaged_file_is_refused_in_one_sentence_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("verdicts.ndjson");
        for (line, told) in [
            ("nonsense", "expected ident"),
            ("{\"schema\":1}", "missing field `incident`"),
            (&LINE.replace("benign", "harmless"), "unknown variant `harmless`"),
            (&LINE.replace("\"network\"", "\"mood\""), "unknown variant `mood`"),
            (&LINE.replace("9.0", "-9.0"), "out of range"),
            (&LINE.replace(":1,", ":7,"), "another version"),
            (&LINE.replace("\"title\"", "\"\\u001b[2J\":1,\"title\""), r"\u{1b}[2J"),
            (&LINE[..80], "EOF"),
        ] {
            let text = format!("{LINE}\n{line}\n");
            fs::write(&path, &text).unwrap();
            let error = read(&path).unwrap_err();
            assert!(error.why.contains("line 2 of ") && error.why.contains(told), "{error:?}");
            assert!(!error.why.contains(['\n', '\u{1b}']), "{error:?}");
            let verdict = super::verdict(LINE).unwrap();
            assert!(add(&path, &verdict).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, [0xff, 0xfe, b'\n']).unwrap();
        assert!(read(&path).unwrap_err().why.contains("UTF-8"));
    }
}
