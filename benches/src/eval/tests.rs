use std::path::PathBuf;

use range::Truth;
use range::score::{Found, curve, score};

use super::results::Comparison;
use super::*;

#[test]
fn seeds_are_a_range_with_both_ends() {
    assert_eq!(seeds("11..15").unwrap(), (11, 15));
    assert_eq!(seeds("4").unwrap(), (4, 4));
    assert!(seeds("5..4").is_err() && seeds("0..1000").is_err() && seeds("x").is_err());
}

#[test]
fn every_variant_is_told_to_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let variants = variant::all().unwrap();
    for variant in &variants {
        let flags = variant.flags(folder.path()).unwrap().join(" ");
        assert!(flags.contains("judge.weights="), "{}", variant.name);
        assert_eq!(flags.contains("thresholds.watch"), variant.name != variant::SHIPPED);
        let own = folder.path().join("thief.json");
        if flags.contains("judge.thief=") {
            let text = fs::read_to_string(&own).unwrap();
            let thief = intel::thief::Thief::from_json(&text).unwrap();
            let known = thief.action("iam", "CreateUser") / thief.action("s3", "ListBuckets");
            assert!((known - 1.0).abs() < 1e-9, "{known}");
        }
    }
    for name in variant::ABLATIONS {
        assert!(variants.iter().any(|variant| variant.name == name), "{name}");
    }
}

#[test]
fn a_world_takes_its_threshold_from_the_others() {
    let truth = Truth { key_weeks: 200.0, ..Truth::default() };
    let alone = |scores: &[f64]| -> Vec<Found> {
        let found = |(index, score): (usize, &f64)| Found {
            score: *score,
            principals: vec![format!("user-{index}")],
            event_ids: vec!["of-nobody".into()],
            ..crate::found::read(INCIDENT, None).unwrap().remove(0)
        };
        scores.iter().enumerate().map(found).collect()
    };
    let (quiet, loud) = (alone(&[6.0]), alone(&[20.0, 18.0, 7.0]));
    let trial = |group: &str, found| (group.to_owned(), Trial { found, truth: &truth });
    let points = calibration::crossed(&[trial("a", &quiet), trial("b", &loud)]);
    // Five per thousand are one alert in 200 key-weeks: `b` is judged from 6 bits on, `a` from 20.
    let rates: Vec<f64> = points.iter().map(|point| point.false_per_1000_key_weeks).collect();
    assert!((rates[1] - 7.5).abs() < 1e-9, "{rates:?}");
    assert!(calibration::crossed(&[trial("a", &quiet), trial("a", &loud)]).is_empty());
}

const INCIDENT: &str = r#"{"status":"watch","score":12.5,"first_seen":"2026-01-02T03:04:05Z","detected_at":null,"root_access_key_id":null,"access_key_ids":[],"principals":[],"first_event_id":"a","event_ids":["a"],"resources":[],"created":[],"ledger":[{"signal":"network","bits":3.5,"event_ids":["a"]}],"hypotheses":[{"name":"key-rotation","verdict":"supported"},{"name":"ci-unchanged","verdict":"unknown"}]}"#;

#[test]
fn incidents_are_read_as_they_are_printed() {
    let found = crate::found::read(INCIDENT, None).unwrap().remove(0);
    assert_eq!((found.alert, found.reasons.as_slice()), (false, &["key-rotation".to_owned()][..]));
    assert_eq!(found.detected_at.to_string(), "2026-01-02T03:04:05Z");
    assert!((found.ledger[0].bits - 3.5).abs() < 1e-9);
    assert!(crate::found::read(INCIDENT, Some(12.0)).unwrap()[0].alert);
    assert!(crate::found::read("{}", None).is_err());
}

#[test]
fn tables_tell_what_is_met_and_what_is_not() {
    let truth = Truth { key_weeks: 1_000.0, ..Truth::default() };
    let report = score(&[], &truth, 1);
    let points = curve(&[Trial { found: &[], truth: &truth }], &BUDGETS, 1);
    let comparison = |name: &str| Comparison { name: name.to_owned(), points: points.clone() };
    let determinism =
        determinism::Outcome { deliveries: 4, records: 9, incidents: 1, different: 0 };
    let simple = vec![comparison("new AS")];
    let explained = report.look_alikes.clone();
    let targets = targets::all(&report, &comparison("keyhound"), &simple, &explained, &determinism);
    let results = Results {
        schema: 1,
        built_from: "a test".into(),
        sets: vec!["tuning".into()],
        seeds: vec![4],
        records: 9,
        targets,
        by_set: BTreeMap::from([("tuning".to_owned(), report.clone())]),
        rare: report.macro_recall,
        explained,
        curve: comparison("keyhound"),
        calibrated: points.clone(),
        simple,
        ablations: vec![comparison("signals only")],
        determinism,
        report,
    };
    let tables = page::tables(&results);
    let met = "| false alerts per 1,000 key-weeks at 14 bits | ≤ 5 | 0 |  | yes |";
    let missed = "| loud thefts found | ≥ 0.98 | 0 |  | **no**, by 0.98 |";
    assert!(tables.contains(met) && tables.contains(missed), "{tables}");
    let committed = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/evaluation.md"));
    // Nothing found is a draw with a detector that finds nothing, and a draw is not ahead.
    assert!(tables.contains("(new AS) at 5 per 1,000 | > 0 | 0 |  | **no**, by 0 |"), "{tables}");
    let page = fs::read_to_string(committed).unwrap();
    let once = page::between_marks(&page, &tables).unwrap();
    assert!(once.contains(met));
    assert_eq!(page::between_marks(&once, &tables).unwrap(), once);
}
