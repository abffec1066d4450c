//! Every input that was kept goes through its probe: what the fuzzer found worth keeping, and by
//! name what once broke a promise.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use probes::PROBES;

/// The most that all kept inputs may weigh: every clone carries them.
const MOST_BYTES: u64 = 500_000;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(name)
}

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut inputs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    inputs.sort();
    inputs
}

/// Runs one probe on all inputs kept for it.
fn replay(name: &str) {
    let probe = PROBES.iter().find(|probe| probe.name == name).expect("a probe");
    let inputs = inputs(&folder("corpus").join(name));
    assert!(!inputs.is_empty(), "nothing is kept for {name}");
    for input in inputs {
        let bytes = fs::read(&input).expect("an input");
        let done = std::panic::catch_unwind(|| (probe.check)(&bytes));
        assert!(done.is_ok(), "{name} fails on {}", input.display());
    }
}

macro_rules! replayed {
    ($($name:ident)*) => {
        $(#[test] fn $name() { replay(stringify!($name)); })*

        #[test]
        fn every_probe_has_inputs_a_target_and_a_test() {
            let probes: BTreeSet<&str> = PROBES.iter().map(|probe| probe.name).collect();
            assert_eq!(probes, BTreeSet::from([$(stringify!($name)),*]));
            let manifest = fs::read_to_string(folder("Cargo.toml")).expect("fuzz/Cargo.toml");
            for name in probes {
                assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} has no target");
            }
        }
    };
}

replayed! {
    authorization configuration forms gzip ingest judge lists names policies records sigma snapshots
}

#[test]
fn what_is_kept_is_small() {
    let size = |path: &PathBuf| fs::metadata(path).expect("a file").len();
    let of = |probe: &probes::Probe| -> u64 {
        inputs(&folder("corpus").join(probe.name)).iter().map(size).sum()
    };
    let bytes: u64 = PROBES.iter().map(of).sum();
    assert!(bytes <= MOST_BYTES, "the kept inputs have {bytes} bytes");
}
