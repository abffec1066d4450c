//! The judge on recorded and generated events, through the engine as `keyhound scan` calls it.

mod adversary;
mod invariants;
mod investigation;
mod recorded;
mod stratus;

use std::path::{Path, PathBuf};

use incident::feedback::Feedback;
use keyhound::config::Settings;
use keyhound::engine::{self, Progress, Request, Scanned};

struct Nobody;

impl Progress for Nobody {
    fn total(&self, _bytes: u64) {}
    fn at(&self, _bytes: u64, _records: u64) {}
    fn done(&self) {}
}

/// Scans paths with the default settings on so many threads.
fn scan_on(paths: &[&Path], threads: usize) -> Scanned {
    let request = Request {
        paths: paths.iter().map(|path| path.display().to_string()).collect(),
        since: None,
        until: None,
        accounts: Vec::new(),
        keys: Vec::new(),
        threads: Some(threads),
        state: None,
        lake: None,
        identities: true,
        authorization: None,
        s3_endpoint: None,
        rules: None,
        feedback: Feedback::default(),
        settings: Settings::default(),
    };
    engine::scan(&request, &Nobody).expect("the scan runs")
}

fn scan(path: &Path) -> Scanned {
    scan_on(&[path], 2)
}

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}
