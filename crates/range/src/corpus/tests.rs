use std::io::Read;

use serde_json::Value;

use super::*;
use crate::bench::bench_corpus;

/// All files below a folder with their records.
fn read(folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut text = String::new();
            flate2::read::GzDecoder::new(fs::File::open(&path).unwrap())
                .read_to_string(&mut text)
                .unwrap();
            let mut value: Value = serde_json::from_str(&text).unwrap();
            let Value::Array(records) = value["Records"].take() else { panic!("no records") };
            files.insert(path.strip_prefix(folder).unwrap().display().to_string(), records);
        }
    }
    files
}

#[test]
fn the_bench_corpus_is_as_real_ones_are() {
    let folder = tempfile::tempdir().unwrap();
    let books = bench_corpus(folder.path(), 30_000, 1).unwrap();
    assert_eq!(books.records, 30_000);
    let (mean, ratio) =
        (books.raw_bytes as f64 / 30_000.0, books.raw_bytes as f64 / books.file_bytes as f64);
    assert!((1_200.0..1_500.0).contains(&mean), "mean {mean}");
    assert!((7.5..11.5).contains(&ratio), "ratio {ratio}");
    let files = read(folder.path());
    let records: Vec<&Value> = files.values().flatten().collect();
    let mut sizes: Vec<usize> = records.iter().map(|record| record.to_string().len()).collect();
    sizes.sort_unstable();
    let part = |share: f64| sizes[(sizes.len() as f64 * share) as usize];
    assert!((1_200..1_450).contains(&part(0.5)), "median {}", part(0.5));
    assert!((1_750..2_000).contains(&part(0.95)), "95th percentile {}", part(0.95));
    let distinct = |field: &dyn Fn(&Value) -> &Value| {
        records.iter().map(|record| field(record).to_string()).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(distinct(&|record| &record["eventID"]), 30_000);
    assert!(distinct(&|record| &record["userAgent"]) > 200);
    assert!(distinct(&|record| &record["userIdentity"]["accessKeyId"]) > 700);
}

#[test]
fn a_seed_gives_the_same_bytes_again() {
    let (first, second, other) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bench_corpus(first.path(), 3_000, 7).unwrap();
    bench_corpus(second.path(), 3_000, 7).unwrap();
    bench_corpus(other.path(), 3_000, 8).unwrap();
    assert_eq!(read(first.path()), read(second.path()));
    assert_ne!(read(first.path()), read(other.path()));
}

#[test]
fn files_lie_where_cloudtrail_puts_them() {
    let record = |minute: i64| Record {
        time: Timestamp::from_second(1_741_080_000 + minute * 60).unwrap(),
        id: format!("{minute}"),
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        json: format!("{{\"eventID\":\"{minute}\"}}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout {
        organisation: Some("o-abc123".into()),
        duplicates: 0.5,
        late: 0.3,
        ..Layout::delivered(3)
    };
    let books = write(folder.path(), (0..100).map(record).map(Ok), &layout).unwrap();
    assert_eq!(books.records, 100);
    let files = read(folder.path());
    assert_eq!(files.len() as u64, books.files);
    let form = "AWSLogs/o-abc123/111122223333/CloudTrail/eu-west-1/2025/03/04/111122223333_CloudTrail_eu-west-1_20250304T";
    assert!(
        files.keys().all(|name| name.starts_with(form) && name.ends_with(".json.gz")),
        "{:?}",
        files.keys()
    );
    let ids: Vec<&str> =
        files.values().flatten().map(|record| record["eventID"].as_str().unwrap()).collect();
    assert_eq!(ids.len() as u64, books.records + books.duplicates);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 100);
}
