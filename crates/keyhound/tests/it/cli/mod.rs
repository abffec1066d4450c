//! The command line through the real program: what it prints where, and its exit status.

#[cfg(feature = "aws")]
mod contain;
mod demo;
mod drill;
mod errors;
mod formats;
mod hostile;
#[cfg(feature = "lake")]
mod lake;
mod limits;
mod output;
mod pages;
mod recut;
mod report;
#[cfg(feature = "aws")]
mod s3;
#[cfg(feature = "sigma")]
mod sigma;
mod signals;
mod state;
mod verdict;

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder to run the program in, with nothing of the machine's own environment.
struct Folder(TempDir);

/// What the program said.
#[derive(Debug)]
struct Said {
    status: i32,
    out: String,
    err: String,
}

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("make a folder"))
    }

    /// Writes a file, with the folders above it.
    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder above")).expect("make folders");
        std::fs::write(path, bytes).expect("write a file");
        self
    }

    /// A folder with a recorded theft of an instance's credentials in `logs/`.
    fn with_theft() -> Self {
        let folder = Self::new();
        folder.write("logs/theft.json.gz", recorded("instance-credentials-stolen"));
        folder
    }

    /// A folder with an ordinary day of AWS Config in `logs/`.
    fn with_peace() -> Self {
        let folder = Self::new();
        folder.write("logs/burst.json.gz", recorded("aws-config-burst"));
        folder
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, &[])
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let output = self
            .command(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .expect("run keyhound");
        Said {
            status: output.status.code().expect("an exit status"),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyhound"));
        command.args(arguments).current_dir(self.0.path()).env_clear();
        command
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Said {
    /// Everything, as a golden file keeps it.
    fn transcript(&self, arguments: &[&str]) -> String {
        let mut text = format!("$ keyhound {}\n", arguments.join(" "));
        for (name, stream) in [("out", &self.out), ("err", &self.err)] {
            for line in stream.lines() {
                let _ = writeln!(text, "{name} | {line}");
            }
        }
        let _ = writeln!(text, "exit {}\n", self.status);
        text
    }
}

fn recorded(scenario: &str) -> Vec<u8> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let path = testdata.join(scenario).join("records.json.gz");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
