//! What holds for every scan: ledgers add up, and the order of the input does not matter.

use std::fs;
use std::path::PathBuf;

use super::{scan_on, testdata};

fn scenarios() -> Vec<PathBuf> {
    let entries = fs::read_dir(testdata("")).unwrap().map(|entry| entry.unwrap().path());
    let mut scenarios: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    scenarios.sort();
    assert!(scenarios.len() >= 8, "only {} scenarios", scenarios.len());
    scenarios
}

#[test]
fn every_ledger_adds_up_to_its_score() {
    let mut checked = 0;
    for scenario in scenarios() {
        for incident in scan_on(&[&scenario], 2).incidents {
            let sum: f64 = incident.ledger.iter().map(|line| line.bits).sum();
            assert!(
                (sum - incident.score).abs() < 1e-9,
                "{}: {sum} is not {}",
                incident.id,
                incident.score
            );
            for line in &incident.ledger {
                assert!(
                    !line.text.is_empty() && !line.observed.is_empty(),
                    "{}: {line:?}",
                    incident.id
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} incidents");
}

#[test]
fn threads_and_the_order_of_files_change_nothing() {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = scenarios();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "gz") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 50, "only {} files", files.len());
    let as_text = |files: &[PathBuf], threads| {
        let paths: Vec<_> = files.iter().map(PathBuf::as_path).collect();
        let scanned = scan_on(&paths, threads);
        let incidents = serde_json::to_string(&scanned.incidents).unwrap();
        (incidents, serde_json::to_string(&scanned.identities).unwrap())
    };
    let expected = as_text(&files, 1);
    for threads in [2, 3, 8] {
        assert_eq!(as_text(&files, threads), expected, "{threads} threads");
    }
    for round in 0..20_usize {
        let length = files.len();
        files.rotate_left(1 + round % 7);
        files.swap(round % length, (round * 13 + 5) % length);
        assert_eq!(as_text(&files, 2), expected, "shuffle {round}");
    }
}
