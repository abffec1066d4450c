//! What a scan left in a folder, damaged: the next scan says so or goes on, and never falls over it.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use detect::{News, Shard};
use ingest::Position;
use keyhound::engine::{Request, scan};
use profile::Crowds;
use tempfile::TempDir;

use crate::judge::{Silent, consistent, request};

/// What stands before the content: a line, the format, a fingerprint; behind them the checksum.
const HEAD: usize = "keyhound snapshot\n".len() + 4 + 32;
const CHECKSUM: usize = 32;

/// A folder with records, and the snapshot that a scan of them leaves.
struct Left {
    folder: TempDir,
    name: PathBuf,
    head: Vec<u8>,
    content: Vec<u8>,
}

static LEFT: LazyLock<Option<Left>> = LazyLock::new(|| Left::new().ok());

pub(crate) fn check(bytes: &[u8]) {
    assert!(LEFT.is_some(), "no snapshot could be made");
    let Some(left) = LEFT.as_ref() else { return };
    let content = damaged(&left.content, bytes);
    comes_back(&content);
    left.goes_on(&content);
}

/// Edits of four bytes each: where, what, with which byte. Behind `raw` stands a whole content.
fn damaged(content: &[u8], edits: &[u8]) -> Vec<u8> {
    if let Some(raw) = edits.strip_prefix(b"raw") {
        return raw.to_vec();
    }
    let mut content = content.to_vec();
    for edit in edits.chunks_exact(4).take(64) {
        let &[high, low, what, byte] = edit else { continue };
        let place = usize::from(u16::from_be_bytes([high, low])) * content.len() / (1 << 16);
        match what % 4 {
            0 if place < content.len() => content[place] = byte,
            1 if place < content.len() => content[place] ^= byte,
            2 if place < content.len() => drop(content.remove(place)),
            _ => content.insert(place, byte),
        }
    }
    content
}

/// What can be taken out of the bytes is the same after it was put back.
fn comes_back(content: &[u8]) {
    type State = (Position, Vec<Shard>, Crowds, Vec<News>);
    let Ok((state, _)) = postcard::take_from_bytes::<State>(content) else { return };
    let bytes = postcard::to_stdvec(&state).unwrap_or_default();
    let again = postcard::from_bytes::<State>(&bytes);
    assert!(again.is_ok(), "what was put away cannot be taken out");
    let (Ok((position, shards, crowds, news)), (one, its_shards, its_crowds, its_news)) =
        (again, state)
    else {
        return;
    };
    // Crowds stand in no order, so that they are compared by what they hold.
    assert_eq!((position, crowds), (one, its_crowds));
    assert_eq!(
        postcard::to_stdvec(&(shards, news)).ok(),
        postcard::to_stdvec(&(its_shards, its_news)).ok()
    );
}

impl Left {
    fn new() -> std::io::Result<Self> {
        let folder = TempDir::new()?;
        let left = Self { folder, name: PathBuf::new(), head: Vec::new(), content: Vec::new() };
        fs::create_dir(left.logs())?;
        for (name, text) in logs() {
            fs::write(left.logs().join(name), text)?;
        }
        scan(&left.request(), &Silent).map_err(std::io::Error::other)?;
        let entry = fs::read_dir(left.state())?.next().ok_or(std::io::ErrorKind::NotFound)??;
        let bytes = fs::read(entry.path())?;
        let name = PathBuf::from(entry.file_name());
        let content = bytes[HEAD + CHECKSUM..].to_vec();
        Ok(Self { name, head: bytes[..HEAD].to_vec(), content, ..left })
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn request(&self) -> Request {
        let paths = vec![self.logs().to_string_lossy().into_owned()];
        Request { paths, state: Some(self.state()), ..request() }
    }

    /// Scans on from this content, with the checksum of an attacker who can count.
    fn goes_on(&self, content: &[u8]) {
        // What the scan before has left is not damaged.
        for entry in fs::read_dir(self.state()).into_iter().flatten().flatten() {
            let _ = fs::remove_file(entry.path());
        }
        let file = [&self.head, blake3::hash(content).as_bytes().as_slice(), content].concat();
        assert!(fs::write(self.state().join(&self.name), file).is_ok());
        if let Ok(scanned) = scan(&self.request(), &Silent) {
            assert!(content != self.content || scanned.books.read == 72, "{:?}", scanned.books);
            if content == self.content {
                consistent(&scanned);
            }
        }
    }
}

/// Three files of a user's days, the last of them a theft.
fn logs() -> Vec<(String, String)> {
    let line = |index: i64| {
        let (day, theft) = (index / 24, index >= 60);
        let time = cloudtrail::Time::from_seconds(1_772_445_600 + day * 86_400 + index % 24 * 600);
        let name = ["ListBuckets", "DescribeInstances", "CreateUser"][index as usize % 3];
        let (address, agent) = if theft {
            ("104.131.0.1", "aws-cli/2.23.6 kali")
        } else {
            ("91.64.1.1", "Boto3/1.34")
        };
        format!(
            r#"{{"eventVersion":"1.08","eventTime":"{time}","eventSource":"iam.amazonaws.com","eventName":"{name}","awsRegion":"us-east-1","sourceIPAddress":"{address}","userAgent":"{agent}","eventID":"00000000-0000-4000-8000-{index:012}","requestParameters":{{"userName":"u{index}"}},"userIdentity":{{"type":"IAMUser","principalId":"AIDA{}","accountId":"111122223333","arn":"arn:aws:iam::111122223333:user/u{}","userName":"u{}","accessKeyId":"AKIAIOSFODNN7EXAMPL{}"}}}}"#,
            index % 2,
            index % 2,
            index % 2,
            index % 2
        )
    };
    (0..3_i64)
        .map(|day| {
            let lines: Vec<String> = (day * 24..day * 24 + 24).map(line).collect();
            let name = format!("111122223333_CloudTrail_us-east-1_2026030{}T1500Z_x.json", day + 2);
            (name, lines.join("\n"))
        })
        .collect()
}
