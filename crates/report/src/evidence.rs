//! The evidence of one incident, packed for the record: the records as they stand in the logs, what
//! was made of them, and the sums that show that nothing was changed since.
//!
//! The same input gives the same bytes: the files are in the order of their names and carry no time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Cursor, Write};

use cloudtrail::EventId;
use incident::Incident;
use serde::Serialize;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::{Report, html, json, markdown, table};

/// What a second reading of the input found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The records by their events.
    pub records: BTreeMap<EventId, Record>,
    /// The objects in which they stand, by path.
    pub objects: BTreeMap<String, Object>,
}

/// One record as it stands in the logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its text, byte for byte.
    pub text: String,
    /// The objects in which it stands, in the order of their paths.
    pub objects: Vec<String>,
}

/// One object of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its size as stored, in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes as stored.
    pub sha256: [u8; 32],
}

#[derive(Serialize)]
struct Manifest<'a> {
    incident: &'a str,
    version: &'static str,
    records: Vec<RecordEntry<'a>>,
    /// Events of the incident that the second reading did not find.
    missing: Vec<&'a EventId>,
    further_events: u64,
    objects: Vec<ObjectEntry<'a>>,
    files: BTreeMap<&'a str, FileEntry>,
}

#[derive(Serialize)]
struct RecordEntry<'a> {
    event_id: &'a EventId,
    file: String,
    sha256: String,
    objects: &'a [String],
}

#[derive(Serialize)]
struct ObjectEntry<'a> {
    path: &'a str,
    size: u64,
    sha256: String,
}

#[derive(Serialize)]
struct FileEntry {
    size: usize,
    sha256: String,
}

const README: &str = "\
The evidence of one incident, as Keyhound found it.

records/       each record as it stands in the logs, byte for byte, in the order of time
manifest.json  which record stands in which object of the logs, and the SHA-256 of every file here
               and of every such object as it is stored
events.csv     the suspicious events as a table that a spreadsheet opens as text
incident.json  the incident: evidence, explanations, investigation, steps
report.html    the same to read; it needs no network
report.md      the same as Markdown
SHA256SUMS     check with: sha256sum -c SHA256SUMS

The text in all of these files comes from records, and is whatever the caller of AWS chose.
";

/// Packs the evidence of an incident.
pub fn pack(report: &Report<'_>, incident: &Incident, found: &Found) -> io::Result<Vec<u8>> {
    let alone = Report { incidents: std::slice::from_ref(incident), ..*report };
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert("README.txt".to_owned(), README.into());
    files.insert("events.csv".to_owned(), table::events(&incident.timeline).into_bytes());
    files.insert("incident.json".to_owned(), json::incident(&alone, incident)?);
    files.insert("report.html".to_owned(), html::page(&alone).into_bytes());
    files.insert("report.md".to_owned(), markdown::page(&alone).into_bytes());
    let mut records = Vec::new();
    let mut missing = Vec::new();
    for (index, event) in incident.event_ids.iter().enumerate() {
        let Some(record) = found.records.get(event) else {
            missing.push(event);
            continue;
        };
        let file = name_of(index + 1, event);
        records.push(RecordEntry {
            event_id: event,
            file: file.clone(),
            sha256: sum(record.text.as_bytes()),
            objects: &record.objects,
        });
        files.insert(file, record.text.clone().into_bytes());
    }
    let objects = found.objects.iter().map(|(path, object)| ObjectEntry {
        path,
        size: object.size,
        sha256: hex(&object.sha256),
    });
    let manifest = Manifest {
        incident: &incident.id,
        version: env!("CARGO_PKG_VERSION"),
        records,
        missing,
        further_events: incident.further_events,
        objects: objects.collect(),
        files: files
            .iter()
            .map(|(name, bytes)| {
                (name.as_str(), FileEntry { size: bytes.len(), sha256: sum(bytes) })
            })
            .collect(),
    };
    let mut text = Vec::new();
    json::write(&mut text, &manifest)?;
    files.insert("manifest.json".to_owned(), text);
    let sums: Vec<String> =
        files.iter().map(|(name, bytes)| format!("{}  {name}\n", sum(bytes))).collect();
    files.insert("SHA256SUMS".to_owned(), sums.concat().into_bytes());
    zipped(&incident.id, &files)
}

/// The file of a record. Its id may be anybody's text: what is no id is a digest of it.
fn name_of(number: usize, event: &EventId) -> String {
    let id = event.to_string();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(plain);
    let id = if fits { id } else { sum(id.as_bytes())[..32].to_owned() };
    format!("records/{number:05}-{id}.json")
}

fn zipped(folder: &str, files: &BTreeMap<String, Vec<u8>>) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in files {
        zip.start_file(format!("{folder}/{name}"), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn sum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use cloudtrail::EventId;

    use super::name_of;

    #[test]
    fn no_id_leaves_the_folder() {
        let id = "9bea47b2-d0f9-4163-be23-98cc2f71dbbd";
        assert_eq!(name_of(7, &EventId::new(id)), format!("records/00007-{id}.json"));
        for id in ["../../etc/passwd", "a/b", "", "\u{202e}", "con:x", &"a".repeat(500)] {
            let name = name_of(1, &EventId::new(id));
            let rest = name.strip_prefix("records/00001-").unwrap();
            assert_eq!(rest.len(), 32 + ".json".len(), "{name}");
            assert!(
                rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'),
                "{name}"
            );
        }
    }
}
