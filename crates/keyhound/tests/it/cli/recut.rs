//! The same records give the same bytes, however they are cut into files, shuffled and repeated.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::value::RawValue;

use super::Folder;

/// One record, as it stands in its file, and what the ways of cutting go by.
#[derive(Clone)]
struct Record {
    json: String,
    account: String,
    region: String,
    /// `2025-04-01T00:05:00Z`.
    time: String,
}

impl Record {
    fn new(json: &str) -> Self {
        let value: serde_json::Value = serde_json::from_str(json).expect("a record");
        let text = |key: &str| value[key].as_str().expect("a text").to_owned();
        let account = text("recipientAccountId");
        Self { json: json.to_owned(), account, region: text("awsRegion"), time: text("eventTime") }
    }

    fn day(&self) -> String {
        self.time[..10].replace('-', "")
    }
}

fn records(folder: &Path) -> Vec<Record> {
    #[derive(serde::Deserialize)]
    struct File<'a> {
        #[serde(borrow, rename = "Records")]
        records: Vec<&'a RawValue>,
    }
    let mut found = Vec::new();
    for path in files(folder) {
        let mut text = String::new();
        let packed = std::fs::File::open(path).expect("open");
        GzDecoder::new(packed).read_to_string(&mut text).expect("gunzip");
        let file: File<'_> = serde_json::from_str(&text).expect("a file of records");
        found.extend(file.records.iter().map(|record| Record::new(record.get())));
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Another order, the same in every run.
fn shuffled(records: &[Record]) -> Vec<&Record> {
    let mut shuffled: Vec<(u64, &Record)> = records
        .iter()
        .enumerate()
        .map(|(index, record)| ((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15), record))
        .collect();
    shuffled.sort_by_key(|(key, _)| key.rotate_left(29));
    shuffled.into_iter().map(|(_, record)| record).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("gzip");
    encoder.finish().expect("gzip")
}

fn object<'a>(records: impl IntoIterator<Item = &'a Record>) -> String {
    let records: Vec<&str> = records.into_iter().map(|record| record.json.as_str()).collect();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

fn lines<'a>(records: impl IntoIterator<Item = &'a Record>) -> String {
    records.into_iter().map(|record| record.json.clone() + "\n").collect()
}

/// Puts the records of a kind together into one file each, under the name that `name` gives it.
fn by<'a>(
    folder: &Folder,
    records: impl IntoIterator<Item = &'a Record>,
    name: impl Fn(&Record) -> String,
) {
    let mut parts: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        parts.entry(name(record)).or_default().push(record);
    }
    for (name, records) in parts {
        folder.write(&name, gzip(&object(records)));
    }
}

/// The name that CloudTrail would give a file delivered at this time of the record's day.
fn delivered(record: &Record, clock: &str) -> String {
    let Record { account, region, .. } = record;
    format!("logs/{account}_CloudTrail_{region}_{}T{clock}Z_a1b2c3d4e5f6g7h8.json.gz", record.day())
}

/// Writes all records into `logs/`.
type Cut = fn(&Folder, &[Record]);

#[test]
fn the_cut_of_the_files_does_not_show_in_the_incidents() {
    let original = Folder::new();
    original.run(&["demo", "-q", "--keep", "logs"]);
    let records = records(original.path());
    assert!(records.len() > 10_000, "only {} records", records.len());
    let scan = |folder: &Folder| {
        let said = folder.run(&["scan", "-q", "--format", "ndjson", "logs"]);
        assert_eq!((said.status, said.err.as_str()), (1, ""));
        said.out
    };
    let expected = scan(&original);
    assert!(expected.contains("\"status\":\"alert\""), "{expected}");

    let cuts: [(&str, Cut); 7] = [
        ("a file per day and region, named after its end", |folder, records| {
            by(folder, records, |record| delivered(record, "2359"));
        }),
        ("a file per day and region, named after its beginning, shuffled", |folder, records| {
            by(folder, shuffled(records), |record| delivered(record, "0005"));
        }),
        ("a file per region, shuffled", |folder, records| {
            by(folder, shuffled(records), |record| format!("logs/{}.json.gz", record.region));
        }),
        ("a file per region, delivered at the end of it all", |folder, records| {
            let last = records.iter().max_by_key(|record| &record.time).expect("records").day();
            by(folder, records, |record| delivered(record, "2359").replace(&record.day(), &last));
        }),
        ("one file of lines, shuffled", |folder, records| {
            folder.write("logs/all.jsonl", lines(shuffled(records)));
        }),
        ("one packed file, backwards", |folder, records| {
            folder.write("logs/all.json.gz", gzip(&object(records.iter().rev())));
        }),
        ("a file per day, and all of it once more", |folder, records| {
            by(folder, records, |record| format!("logs/{}.json.gz", record.day()));
            by(folder, shuffled(records), |record| delivered(record, "1200"));
        }),
    ];
    for (name, cut) in cuts {
        let folder = Folder::new();
        cut(&folder, &records);
        assert!(scan(&folder) == expected, "{name}");
    }
}

#[test]
fn a_file_delivered_days_late_is_put_in_its_place() {
    let theft = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/leaked-user-key");
    let scan = |folder: &Folder| {
        let said = folder.run(&["scan", "-q", "--format", "ndjson", "logs"]);
        assert_eq!((said.status, said.err.as_str()), (1, ""));
        said.out
    };
    let records = records(&theft.join("AWSLogs"));
    let (on_time, late) = (Folder::new(), Folder::new());
    by(&on_time, &records, |record| delivered(record, "2359"));
    let last = records.iter().map(Record::day).max().expect("records");
    by(&late, &records, |record| {
        let name = delivered(record, "2359");
        if record.day().ends_with("0716") { name.replace(&record.day(), &last) } else { name }
    });
    assert!(files(late.path()).len() <= files(on_time.path()).len());
    assert!(scan(&late) == scan(&on_time));
}
