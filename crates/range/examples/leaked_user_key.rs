//! Writes the scenario `testdata/leaked-user-key`: `cargo run -p range --example leaked_user_key`.
//!
//! A recorded technique of Stratus Red Team becomes the theft; three generated quiet weeks of the
//! same user go before it. Everything follows from the seed.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::{Timestamp, ToSpan};
use libdeflater::{CompressionLvl, Compressor};
use range::{Networks, Record, Seed, access_key, quiet_history, unique_id};
use serde_json::{Value, json};

const SEED: u64 = 7;
const WEEKS: u32 = 3;
const ACCOUNT: &str = "111122223333";
/// IAM records everything in this region; the user works here, so that the region says nothing.
const REGION: &str = "us-east-1";
/// The recording has no address that exists.
const THIEF: &str = "digitalocean";
/// The recorded client names the tool, which would give the answer away.
const CLIENT: &str = "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64";
/// The order in which the recorded calls can succeed; the recording has them in one second.
const ORDER: [&str; 3] = ["CreateUser", "AttachUserPolicy", "CreateAccessKey"];

fn main() -> Result<(), Box<dyn Error>> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let recording = "stratus-red-team/aws.persistence.iam-create-admin-user.json.gz";
    let theft = rewritten(recorded(&testdata.join(recording))?)?;
    let first = theft.first().ok_or("the recording is empty")?;
    let quiet = quiet_history(first, WEEKS, SEED)?;
    let theft: Vec<Record> =
        theft.iter().map(|record| Record::parse(&record.to_string())).collect::<Result<_, _>>()?;
    let folder = testdata.join("leaked-user-key/AWSLogs");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let files = write(&folder, quiet.iter().chain(&theft))?;
    writeln!(
        std::io::stdout(),
        "{} quiet records and {} of the theft in {files} files",
        quiet.len(),
        theft.len()
    )?;
    Ok(())
}

fn recorded(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let packed = fs::read(path)?;
    let size = packed.last_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize);
    let mut text = vec![0; size];
    libdeflater::Decompressor::new().gzip_decompress(&packed, &mut text)?;
    let mut file: Value = serde_json::from_slice(&text)?;
    match file["Records"].take() {
        Value::Array(records) => Ok(records),
        _ => Err("no Records".into()),
    }
}

/// The recording with another account, user, keys, ids, address, region and client; two seconds
/// lie between its calls.
fn rewritten(mut records: Vec<Value>) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut dice = Seed::new(SEED).part("leaked-user-key", 0).dice();
    let address = Networks::shipped()?.named(THIEF)?.address(&mut dice).to_string();
    records.sort_by_key(|record| ORDER.iter().position(|name| record["eventName"] == *name));
    let first = records.first().ok_or("the recording is empty")?.clone();
    let begun: Timestamp = first["eventTime"].as_str().ok_or("no eventTime")?.parse()?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut rename = |old: &Value, new: String| {
        names.insert(old.as_str().unwrap_or_default().to_owned(), new);
    };
    let identity = &first["userIdentity"];
    rename(&identity["accountId"], ACCOUNT.to_owned());
    rename(&identity["userName"], "lena".to_owned());
    rename(&identity["principalId"], unique_id("AIDA", &mut dice));
    rename(&identity["accessKeyId"], access_key("AKIA", ACCOUNT, &mut dice));
    rename(&first["requestParameters"]["userName"], "backup-service".to_owned());
    for record in &records {
        let response = &record["responseElements"];
        if response["user"].is_object() {
            rename(&response["user"]["userId"], unique_id("AIDA", &mut dice));
        }
        if response["accessKey"].is_object() {
            let key = access_key("AKIA", ACCOUNT, &mut dice);
            rename(&response["accessKey"]["accessKeyId"], key);
        }
    }
    let mut rewritten = Vec::new();
    for (record, seconds) in records.iter().zip((0_i64..).step_by(2)) {
        let mut text = record.to_string();
        for (old, new) in &names {
            text = text.replace(old.as_str(), new);
        }
        let mut record: Value = serde_json::from_str(&text)?;
        record["eventTime"] = json!(begun.checked_add(seconds.seconds())?.to_string());
        record["eventID"] = json!(dice.uuid());
        record["requestID"] = json!(dice.uuid());
        record["awsRegion"] = json!(REGION);
        record["sourceIPAddress"] = json!(address);
        record["userAgent"] = json!(CLIENT);
        for part in ["requestParameters", "responseElements"] {
            forget_tags(&mut record[part]);
        }
        rewritten.push(record);
    }
    Ok(rewritten)
}

/// The tags name the tool, too.
fn forget_tags(value: &mut Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.remove("tags");
        fields.values_mut().for_each(forget_tags);
    }
}

/// One file a day, as if CloudTrail had delivered it five minutes after its last record; the theft,
/// which begins a new hour of the day, is in a file of its own.
fn write<'a>(
    folder: &Path,
    records: impl Iterator<Item = &'a Record>,
) -> Result<usize, Box<dyn Error>> {
    let mut files: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let theft = record.json.contains(CLIENT);
        files
            .entry(format!("{}{theft}", record.time.strftime("%Y/%m/%d")))
            .or_default()
            .push(record);
    }
    let mut dice = Seed::new(SEED).part("leaked-user-key", 1).dice();
    for records in files.values() {
        let last = records.iter().map(|record| record.time).max().ok_or("an empty file")?;
        let delivered = last.checked_add(5.minutes())?;
        let name = format!(
            "{ACCOUNT}_CloudTrail_{REGION}_{}_{}.json.gz",
            delivered.strftime("%Y%m%dT%H%MZ"),
            dice.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 16),
        );
        let day = last.strftime("%Y/%m/%d").to_string();
        let folder: PathBuf = folder.join(ACCOUNT).join("CloudTrail").join(REGION).join(day);
        fs::create_dir_all(&folder)?;
        let lines: Vec<&str> = records.iter().map(|record| record.json.as_str()).collect();
        let text = format!("{{\"Records\":[{}]}}", lines.join(","));
        let mut compressor = Compressor::new(CompressionLvl::best());
        let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
        let length = compressor.gzip_compress(text.as_bytes(), &mut packed)?;
        fs::write(folder.join(name), packed.get(..length).unwrap_or_default())?;
    }
    Ok(files.len())
}
