//! `--state DIR`: a scan that goes on where the last one was gives what a scan of everything gives.

use std::fmt::Write;
use std::fs::{self, File};
use std::process::Stdio;
use std::time::Duration;

use super::Folder;

/// Days of a small organisation; on the last but one a key is used by somebody else.
const DAYS: u32 = 20;
/// Files of a day, in each of which every user makes a few calls.
const FILES: u32 = 6;

/// One file as CloudTrail would deliver it.
fn deliver(folder: &Folder, day: u32, file: u32) -> String {
    let hour = 7 + file * 2;
    let mut records = String::new();
    for user in 0..6_u32 {
        let calls = [("s3", "ListBuckets"), ("ec2", "DescribeInstances"), ("s3", "GetBucketAcl")];
        for (minute, (service, name)) in calls.into_iter().enumerate() {
            let address = format!("203.0.113.{}", user + 1);
            let event = (day, hour, minute as u32, user);
            write_record(&mut records, event, (service, name), &address, "aws-cli/2.15.0");
        }
    }
    if day == DAYS - 2 && file == 3 {
        let calls = ["GetCallerIdentity", "ListUsers", "CreateUser", "CreateAccessKey"];
        for (minute, name) in calls.into_iter().enumerate() {
            let service = if minute == 0 { "sts" } else { "iam" };
            let kali = "aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-kali5-amd64";
            let event = (day, hour, 30 + minute as u32, 3);
            write_record(&mut records, event, (service, name), "45.83.64.1", kali);
        }
    }
    let records = records.trim_end_matches(',');
    let name = format!(
        "logs/193672423079_CloudTrail_eu-west-1_202611{:02}T{:02}50Z_{file:016}.json",
        day + 1,
        hour
    );
    folder.write(&name, format!("{{\"Records\":[{records}]}}"));
    name
}

fn write_record(
    records: &mut String,
    (day, hour, minute, user): (u32, u32, u32, u32),
    (service, name): (&str, &str),
    address: &str,
    agent: &str,
) {
    let time = format!("2026-11-{:02}T{hour:02}:{minute:02}:00Z", day + 1);
    let id = format!("{day:08x}-{hour:04x}-{minute:04x}-{user:04x}-{:012x}", name.len());
    write!(
        records,
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDA{user}","arn":"arn:aws:iam::193672423079:user/user{user}","accountId":"193672423079","accessKeyId":"AKIAUSERUSERUSERUSE{user}","userName":"user{user}"}},"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"{address}","userAgent":"{agent}","requestParameters":null,"responseElements":null,"eventID":"{id}","eventType":"AwsApiCall","recipientAccountId":"193672423079"}},"#
    )
    .expect("write to a string");
}

const WITH_STATE: [&str; 6] = ["scan", "--format", "ndjson", "--state", "kept", "logs"];

/// What a scan of everything says, and what one that goes on says; they must be the same.
fn both_say(folder: &Folder) -> String {
    let whole = folder.run(&["scan", "--format", "ndjson", "logs"]);
    let rest = folder.run(&WITH_STATE);
    assert_eq!((rest.status, &rest.out), (whole.status, &whole.out), "{}", rest.err);
    whole.out
}

#[test]
fn a_grown_folder_is_read_from_where_the_last_scan_was() {
    let folder = Folder::new();
    let mut said = String::new();
    let mut first = String::new();
    for day in 0..DAYS {
        for file in 0..FILES {
            let name = deliver(&folder, day, file);
            if first.is_empty() {
                first = name;
            }
        }
        if day % 4 == 3 || day >= DAYS - 3 {
            said = both_say(&folder);
        }
    }
    assert!(said.contains("AKIAUSERUSERUSERUSE3"), "the theft is found: {said}");
    // What was read is not read again: nobody notices that it holds something else.
    let path = folder.path().join(first);
    let (text, changed) = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified());
    fs::write(&path, b" ".repeat(text.len())).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(changed.unwrap()).unwrap();
    assert_eq!(folder.run(&WITH_STATE).out, said);
    // When its time says that it has changed, the scan goes back before it.
    fs::write(&path, &text[..text.len() - 1]).unwrap();
    both_say(&folder);
}

#[test]
fn stragglers_and_lost_files_make_it_go_further_back() {
    let folder = Folder::new();
    let mut straggler = None;
    for day in 0..DAYS {
        for file in 0..FILES {
            let name = deliver(&folder, day, file);
            if (day, file) == (DAYS - 3, 2) {
                let path = folder.path().join(name);
                straggler = Some((path.clone(), fs::read(&path).unwrap()));
                fs::remove_file(path).unwrap();
            }
        }
        if day > DAYS - 6 {
            both_say(&folder);
        }
    }
    let (path, text) = straggler.unwrap();
    fs::write(&path, text).unwrap();
    both_say(&folder);
    fs::remove_file(&path).unwrap();
    both_say(&folder);
}

#[test]
fn a_scan_that_is_killed_loses_nothing() {
    let folder = Folder::new();
    let kills = 50;
    for kill in 0..kills {
        let (day, file) = (kill * DAYS / kills, kill % FILES);
        (0..=file).for_each(|file| drop(deliver(&folder, day, file)));
        let mut scan = folder
            .command(&WITH_STATE)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Over the whole of a scan, and a little further.
        std::thread::sleep(Duration::from_millis(u64::from(kill * 13 % 90)));
        scan.kill().unwrap();
        scan.wait().unwrap();
    }
    both_say(&folder);
    let parts = fs::read_dir(folder.path().join("kept")).unwrap();
    let names = parts.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| name.ends_with(".snapshot")));
}

#[test]
fn what_cannot_be_used_is_refused_with_the_way_on() {
    let folder = Folder::new();
    for day in 0..6 {
        (0..FILES).for_each(|file| drop(deliver(&folder, day, file)));
    }
    folder.run(&WITH_STATE);
    let snapshot = fs::read_dir(folder.path().join("kept")).unwrap().next().unwrap();
    let path = snapshot.unwrap().path();
    let whole = fs::read(&path).unwrap();
    let refused = |bytes: &[u8], why: &str| {
        fs::write(&path, bytes).unwrap();
        let said = folder.run(&WITH_STATE);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{}", said.err);
        let told = said.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(why) && told.contains("delete kept"), "{told}");
    };
    for position in [0, 40, 100, whole.len() / 2, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[position] ^= 0x20;
        let why = if position == 40 { "other settings" } else { "damaged" };
        refused(&damaged, why);
        refused(&whole[..position], "damaged");
    }
    let mut other_version = whole.clone();
    other_version[21] ^= 0xff;
    refused(&other_version, "another version of keyhound");
    fs::write(&path, &whole).unwrap();
    let said = folder.run_with(&WITH_STATE, &[("KEYHOUND_THRESHOLDS_ALERT", "15")]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("was made with other"), "{}", said.err);
    let said = folder.run(&["scan", "--state", "kept", "--since", "2026-11-02", "logs"]);
    assert_eq!(said.status, 2);
    both_say(&folder);
}
