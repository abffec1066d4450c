//! What a user would take instead: engines that count per access key over the same files.
//!
//! They come from PyPI, pinned, into a venv of the benchmark's own under `target/`; others are given as
//! commands. One that cannot be had is named in the report, not left out in silence.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::Contender;
use crate::{checkout, say};

/// A peer from PyPI: its name, what `pip` installs, the script that asks it.
struct Shipped {
    name: &'static str,
    packages: &'static [&'static str],
    script: &'static str,
}

const SHIPPED: [Shipped; 2] = [
    Shipped {
        name: "chdb",
        packages: &["chdb==4.4.0", "chdb-core==26.9.0"],
        script: "chdb_aggregate.py",
    },
    Shipped { name: "duckdb", packages: &["duckdb==2.0.1"], script: "duckdb_aggregate.py" },
];

/// A peer that is given on the command line.
#[derive(Debug, Clone)]
pub struct Given {
    name: String,
    command: String,
}

/// A peer that did not take part, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Missing {
    /// Who.
    pub name: String,
    /// In one line.
    pub why: String,
}

/// What a program counted that counts per access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Records with an access key.
    pub with_key: u64,
    /// Access keys.
    pub keys: u64,
    /// Records of the busiest one.
    pub busiest: u64,
}

impl std::str::FromStr for Given {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, command)) if !name.is_empty() && command.contains("{trail}") => {
                Ok(Self { name: name.to_owned(), command: command.to_owned() })
            }
            _ => Err("write NAME=COMMAND, with {trail} where the folder belongs".to_owned()),
        }
    }
}

/// The peers from PyPI, as far as they can be installed below `target`.
pub(super) fn shipped(target: &Path, trail: &Path) -> (Vec<Contender>, Vec<Missing>) {
    let mut ready = Vec::new();
    let mut missing = Vec::new();
    for peer in SHIPPED {
        match python(target, &peer) {
            Ok(python) => {
                let script = checkout::root().join("benches/peers").join(peer.script);
                ready.push(Contender::new(peer.name, python).argument(script).argument(trail));
            }
            Err(error) => {
                let why = format!("{error:#}");
                say(&format!("{} takes no part: {why}", peer.name));
                missing.push(Missing { name: peer.name.to_owned(), why });
            }
        }
    }
    (ready, missing)
}

/// Those that nobody asked for.
pub(super) fn left_out() -> Vec<Missing> {
    let why = "left out by --without-peers";
    SHIPPED.map(|peer| Missing { name: peer.name.to_owned(), why: why.to_owned() }).into()
}

/// The peers that are given as commands of the shell.
pub(super) fn given(peers: &[Given], trail: &Path) -> Vec<Contender> {
    let quoted = format!("'{}'", trail.display().to_string().replace('\'', r"'\''"));
    let contender = |peer: &Given| {
        let command = peer.command.replace("{trail}", &quoted);
        Contender::new(&peer.name, PathBuf::from("/bin/sh")).argument("-c").argument(command)
    };
    peers.iter().map(contender).collect()
}

/// Lets those that count per key count, and fails when they do not count the same.
pub(super) fn agree<'a>(
    baseline: &Contender,
    others: impl Iterator<Item = &'a Contender>,
) -> Result<Answer> {
    let of = |contender: &Contender| -> Result<Answer> {
        serde_json::from_str(&contender.answer()?)
            .with_context(|| format!("read what {} counted", contender.name))
    };
    let wanted = of(baseline)?;
    for other in others {
        let answer = of(other)?;
        if answer != wanted {
            bail!("{} counted {answer:?}, and the baseline {wanted:?}", other.name);
        }
    }
    Ok(wanted)
}

/// The Python of a peer's own venv, made and filled where it is not there yet.
fn python(target: &Path, peer: &Shipped) -> Result<PathBuf> {
    let wanted = peer.packages.join("\n");
    let venv = target.join("bench-peers").join(peer.name);
    let python = venv.join("bin/python");
    // Written last: a venv without it was not finished.
    let card = venv.join("installed.txt");
    if fs::read_to_string(&card).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    say(&format!("installing {} into {}", peer.packages.join(" and "), venv.display()));
    quietly(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    quietly(Command::new(&python).args(pip).args(peer.packages))?;
    fs::write(&card, wanted).with_context(|| format!("write {}", card.display()))?;
    Ok(python)
}

/// Runs a program; its last line of complaint is the error.
fn quietly(command: &mut Command) -> Result<()> {
    let line = checkout::shown(command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("start `{line}`"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    ensure!(output.status.success(), "`{line}` ended with {}: {last}", output.status);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_peer_needs_a_name_and_a_place_for_the_folder() {
        let peer: Given = "zcat=zcat {trail}/*.gz | wc -l".parse().expect("a peer");
        let contender = &given(&[peer], Path::new("/tmp/it's here"))[0];
        assert_eq!(contender.name, "zcat");
        assert!(
            format!("{contender:?}").contains(r"zcat '/tmp/it'\\''s here'/*.gz"),
            "{contender:?}"
        );
        for wrong in ["zcat", "=zcat {trail}", "zcat=zcat *.gz"] {
            assert!(wrong.parse::<Given>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_counts_otherwise_is_named() {
        let says = |name: &str, keys: u64| {
            let text = format!(r#"echo '{{"with_key":9,"keys":{keys},"busiest":4,"more":1}}'"#);
            Contender::new(name, PathBuf::from("/bin/sh")).argument("-c").argument(text)
        };
        let (baseline, same, other) = (says("baseline", 3), says("same", 3), says("other", 2));
        assert_eq!(agree(&baseline, [&same].into_iter()).expect("agreed").keys, 3);
        let told = agree(&baseline, [&same, &other].into_iter()).expect_err("must fail");
        assert!(told.to_string().starts_with("other counted"), "{told}");
    }

    #[test]
    fn what_cannot_be_installed_is_told_in_one_line() {
        let failing = r"echo first >&2; echo 'no such package' >&2; exit 3";
        let told = quietly(Command::new("/bin/sh").args(["-c", failing])).expect_err("must fail");
        assert!(told.to_string().ends_with("no such package"), "{told}");
    }
}
