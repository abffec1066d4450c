//! The floor under every CloudTrail reader: gunzip, typed decoding, counting per access key; nothing else.
//!
//! `baseline FOLDER` reads every `.json.gz` below the folder, a whole file per thread, and prints what it
//! counted. `keyhound scan` is measured against it, so its parts are the best there are for the job, and it
//! looks at no more than a count needs.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use foldhash::fast::FixedState;
use libdeflater::Decompressor;
use rayon::prelude::*;
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Map<K, V> = HashMap<K, V, FixedState>;
type Set<T> = HashSet<T, FixedState>;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("usage: baseline FOLDER")?;
    let files = gz_files(Path::new(&folder))?;
    let counts = files
        .par_iter()
        .map(|path| count_file(path).with_context(|| path.display().to_string()))
        .try_reduce(Counts::default, |one, other| Ok(one.join(other)))?;
    let busiest = counts.keys.values().map(|key| key.events).max().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "{{\"records\":{},\"with_key\":{},\"keys\":{},\"busiest\":{busiest}}}",
        counts.records,
        counts.keys.values().map(|key| key.events).sum::<u64>(),
        counts.keys.len(),
    )?;
    Ok(())
}

/// What was counted.
#[derive(Default)]
struct Counts {
    records: u64,
    keys: Map<Box<str>, Key>,
}

/// What is counted of one access key.
#[derive(Default)]
struct Key {
    events: u64,
    errors: u64,
    first: Box<str>,
    last: Box<str>,
    addresses: Set<Box<str>>,
    actions: Set<Box<str>>,
}

impl Counts {
    fn add(&mut self, record: &Record<'_>) {
        self.records += 1;
        let Some(id) =
            record.user_identity.as_ref().and_then(|identity| identity.access_key_id.as_ref())
        else {
            return;
        };
        if id.is_empty() {
            return;
        }
        if !self.keys.contains_key(id.as_str()) {
            self.keys.insert(id.as_str().into(), Key::default());
        }
        let Some(key) = self.keys.get_mut(id.as_str()) else { return };
        key.events += 1;
        key.errors += u64::from(record.error_code.is_some());
        let time = text(record.event_time.as_ref());
        if key.first.is_empty() || time < &*key.first {
            key.first = time.into();
        }
        if time > &*key.last {
            key.last = time.into();
        }
        remember(&mut key.addresses, text(record.source_ip_address.as_ref()));
        remember(&mut key.actions, text(record.event_name.as_ref()));
    }

    fn join(mut self, other: Self) -> Self {
        if self.keys.len() < other.keys.len() {
            return other.join(self);
        }
        self.records += other.records;
        for (id, key) in other.keys {
            let own = self.keys.entry(id).or_default();
            own.events += key.events;
            own.errors += key.errors;
            if own.first.is_empty() || key.first < own.first {
                own.first = key.first;
            }
            if key.last > own.last {
                own.last = key.last;
            }
            own.addresses.extend(key.addresses);
            own.actions.extend(key.actions);
        }
        self
    }
}

fn remember(set: &mut Set<Box<str>>, value: &str) {
    if !set.contains(value) {
        set.insert(value.into());
    }
}

fn text<'a>(text: Option<&'a Text<'_>>) -> &'a str {
    text.map_or("", Text::as_str)
}

thread_local! {
    /// Each thread unpacks into one buffer again and again.
    static UNPACKED: RefCell<(Vec<u8>, Decompressor)> = RefCell::new((Vec::new(), Decompressor::new()));
}

fn count_file(path: &Path) -> Result<Counts> {
    let packed = fs::read(path).context("read")?;
    UNPACKED.with_borrow_mut(|(buffer, decompressor)| {
        // The last four bytes of a gzip file of one member are its size unpacked.
        let trailer = packed.last_chunk::<4>().context("not a gzip file")?;
        let size = u32::from_le_bytes(*trailer) as usize;
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        let written =
            decompressor.gzip_decompress(&packed, &mut buffer[..size]).context("gunzip")?;
        // Checked once as a whole: the decoder then need not check every string.
        let json = std::str::from_utf8(&buffer[..written]).context("not UTF-8")?;
        let file: File<'_> = serde_json::from_str(json).context("decode")?;
        let mut counts = Counts::default();
        file.records.iter().for_each(|record| counts.add(record));
        Ok(counts)
    })
}

fn gz_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.context("walk the folder")?;
        if entry.file_type().is_file()
            && entry.path().extension().is_some_and(|extension| extension == "gz")
        {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// A string that is borrowed from the file unless it has escapes; alone in a struct, because serde borrows
/// `Cow<str>` but not `Option<Cow<str>>`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    fn as_str(&self) -> &str {
        &self.0
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<Record<'a>>,
}

/// The fields that a reader of credentials wants decoded; the rest, request and response among them, is
/// skipped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "decoding the fields is the work that is measured; counting reads few of them"
)]
struct Record<'a> {
    #[serde(borrow)]
    event_version: Option<Text<'a>>,
    #[serde(borrow)]
    event_time: Option<Text<'a>>,
    #[serde(borrow)]
    event_source: Option<Text<'a>>,
    #[serde(borrow)]
    event_name: Option<Text<'a>>,
    #[serde(borrow)]
    aws_region: Option<Text<'a>>,
    #[serde(rename = "sourceIPAddress", borrow)]
    source_ip_address: Option<Text<'a>>,
    #[serde(borrow)]
    user_agent: Option<Text<'a>>,
    #[serde(borrow)]
    error_code: Option<Text<'a>>,
    #[serde(rename = "eventID", borrow)]
    event_id: Option<Text<'a>>,
    #[serde(borrow)]
    event_type: Option<Text<'a>>,
    #[serde(borrow)]
    recipient_account_id: Option<Text<'a>>,
    #[serde(rename = "sharedEventID", borrow)]
    shared_event_id: Option<Text<'a>>,
    #[serde(borrow)]
    vpc_endpoint_id: Option<Text<'a>>,
    read_only: Option<bool>,
    management_event: Option<bool>,
    #[serde(borrow)]
    user_identity: Option<Identity<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "decoding the fields is the work that is measured; counting reads few of them"
)]
struct Identity<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    principal_id: Option<Text<'a>>,
    #[serde(borrow)]
    arn: Option<Text<'a>>,
    #[serde(borrow)]
    account_id: Option<Text<'a>>,
    #[serde(borrow)]
    access_key_id: Option<Text<'a>>,
    #[serde(borrow)]
    user_name: Option<Text<'a>>,
    #[serde(borrow)]
    invoked_by: Option<Text<'a>>,
    #[serde(borrow)]
    session_context: Option<Session<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "decoding the fields is the work that is measured; counting reads few of them"
)]
struct Session<'a> {
    #[serde(borrow)]
    session_issuer: Option<Issuer<'a>>,
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "decoding the fields is the work that is measured; counting reads few of them"
)]
struct Issuer<'a> {
    #[serde(borrow)]
    arn: Option<Text<'a>>,
    #[serde(borrow)]
    user_name: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "decoding the fields is the work that is measured; counting reads few of them"
)]
struct Attributes<'a> {
    #[serde(borrow)]
    creation_date: Option<Text<'a>>,
    #[serde(borrow)]
    mfa_authenticated: Option<Text<'a>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(json: &str) -> Result<Counts> {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut packed = vec![0; compressor.gzip_compress_bound(json.len())];
        let length = compressor.gzip_compress(json.as_bytes(), &mut packed).expect("gzip");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json.gz");
        fs::write(&path, &packed[..length]).expect("write");
        assert_eq!(gz_files(folder.path()).expect("list"), std::slice::from_ref(&path));
        count_file(&path)
    }

    #[test]
    fn counts_are_kept_per_key() {
        let counts = counted(
            r#"{"Records":[
            {"eventTime":"2026-01-02T00:00:00Z","eventName":"A","sourceIPAddress":"192.0.2.1","userIdentity":{"accessKeyId":"AKIA1"}},
            {"eventTime":"2026-01-01T00:00:00Z","eventName":"B\u0042","sourceIPAddress":"192.0.2.1","errorCode":"AccessDenied",
             "requestParameters":{"x":[1,{"y":"\n"}]},"userIdentity":{"accessKeyId":"AKIA1","sessionContext":{"attributes":{"mfaAuthenticated":"false"}}}},
            {"eventName":"ConsoleLogin","userIdentity":{"type":"Root","accessKeyId":""}},
            {"eventName":"Service","userIdentity":{"type":"AWSService"}}]}"#,
        )
        .expect("count");
        assert_eq!((counts.records, counts.keys.len()), (4, 1));
        let key = &counts.keys["AKIA1"];
        assert_eq!((key.events, key.errors, key.addresses.len(), key.actions.len()), (2, 1, 1, 2));
        assert_eq!((&*key.first, &*key.last), ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"));
        assert!(key.actions.contains("BB"), "{:?}", key.actions);
    }

    #[test]
    fn joining_counts_is_adding_them() {
        let one = || {
            counted(r#"{"Records":[{"eventName":"A","userIdentity":{"accessKeyId":"AKIA1"}}]}"#)
                .expect("count")
        };
        let two = counted(
            r#"{"Records":[{"eventName":"A","userIdentity":{"accessKeyId":"AKIA2"}},{"eventName":"B","userIdentity":{"accessKeyId":"AKIA1"}}]}"#,
        );
        let joined = one().join(two.expect("count")).join(one());
        assert_eq!((joined.records, joined.keys.len()), (4, 2));
        assert_eq!((joined.keys["AKIA1"].events, joined.keys["AKIA1"].actions.len()), (3, 2));
    }

    #[test]
    fn damage_is_an_error() {
        assert!(counted(r#"{"Records":[{"eventName":"#).is_err());
    }
}
