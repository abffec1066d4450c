//! Services in Python that tests start, and that end with the test.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A script has so long to answer on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where `cargo xtask test` installs what tests start.
fn python() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    target.join("python/bin/python")
}

/// A script of this folder that runs; it speaks JSON, a line at a time.
pub(crate) struct Script {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    /// The port on which it listens.
    pub(crate) port: u16,
    /// All of what it said first.
    pub(crate) first: Value,
}

impl Script {
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Self {
        let python = python();
        assert!(
            python.exists(),
            "{} is not there: run `cargo xtask test -p notify` once, which installs it",
            python.display()
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(name);
        let mut child = Command::new(python)
            .arg("-B")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start the script");
        let input = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        // Read at once, so that it never waits for us while we wait for it.
        let (send, lines) = channel();
        thread::spawn(move || {
            output.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let mut script = Self { child, input, lines, port: 0, first: Value::Null };
        script.first = script.line();
        script.port = script.first["port"].as_u64().expect("a port") as u16;
        script
    }

    /// The next thing that it says.
    pub(crate) fn line(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("a line of the script");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("it says {line:?}"))
    }

    /// Asks it something.
    #[cfg(feature = "aws")]
    pub(crate) fn ask(&mut self, question: &str) -> Value {
        writeln!(self.input, "{question}").expect("ask");
        self.line()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.input.flush();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
