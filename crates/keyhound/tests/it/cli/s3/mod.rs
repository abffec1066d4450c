//! `s3://`: a scan of a bucket gives what a scan of a copy gives, and what goes wrong is named.

mod http;
#[cfg(feature = "lake")]
mod lake;
mod proxy;
mod server;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;

use super::{Folder, Said};
use proxy::{Proxy, Request, Trouble, answer, busy};
use server::{LISTER, NOBODY, READER, SECRET, Server};

/// Objects of three weeks and one theft, as AWS lays them out.
fn trail() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/leaked-user-key/AWSLogs")
}

/// A day of that trail.
const DAY: &str = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/23/";

/// Runs the program as somebody against a service on this port.
fn run_as(folder: &Folder, key: &str, port: u16, arguments: &[&str]) -> Said {
    let endpoint = format!("http://127.0.0.1:{port}");
    folder.run_with(
        arguments,
        &[
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_ENDPOINT_URL", &endpoint),
            // No test asks anybody outside this machine.
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ],
    )
}

fn run(folder: &Folder, port: u16, arguments: &[&str]) -> Said {
    run_as(folder, READER, port, arguments)
}

/// Puts a file into the bucket and into a copy of it.
fn both(server: &Server, folder: &Folder, key: &str, bytes: &[u8]) {
    server.put(key, bytes);
    folder.write(&format!("trail/{key}"), bytes);
}

/// Puts the trail into the bucket and into a copy of it.
fn both_trail(server: &Server, folder: &Folder, prefix: &str) {
    fn copy(from: &Path, to: &str, folder: &Folder) {
        for entry in std::fs::read_dir(from).expect("read a folder") {
            let path = entry.expect("an entry").path();
            let to = format!("{to}/{}", path.file_name().expect("a name").to_str().expect("text"));
            if path.is_dir() {
                copy(&path, &to, folder);
            } else {
                folder.write(&to, std::fs::read(&path).expect("read a file"));
            }
        }
    }
    copy(&trail(), &format!("trail/{prefix}AWSLogs"), folder);
    server.put_folder(&trail(), &format!("{prefix}AWSLogs/"));
}

/// A scan of the bucket and one of the copy say the same; gives what they say.
fn same(folder: &Folder, port: u16, place: &str, flags: &[&str]) -> Said {
    let at = |root: &str| format!("{root}{place}");
    let far = run(folder, port, &[&["scan", "--format", "json", &at("s3://")], flags].concat());
    let near = folder.run(&[&["scan", "--format", "json", &at("")], flags].concat());
    assert_eq!(far.err.replace("s3://", ""), near.err, "{place} {flags:?}");
    assert_eq!((far.status, &far.out), (near.status, &near.out), "{place} {flags:?}");
    far
}

/// Keys that were asked for, from the beginning of their names on.
fn keys(asked: &[Request]) -> Vec<String> {
    let key = |request: &Request| {
        let (key, _) = request.target.split_once('?')?;
        Some(key.strip_prefix("/trail/")?.to_owned()).filter(|key| !key.is_empty())
    };
    asked.iter().filter_map(key).collect()
}

#[test]
fn a_bucket_gives_what_a_copy_gives() {
    let server = Server::start();
    let folder = Folder::new();
    both_trail(&server, &folder, "");
    // One account's part of an organisation trail, below a prefix.
    both_trail(&server, &folder, "some/where/");
    let gzip = recorded_gzip();
    for (key, bytes) in [
        ("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2024/07/23/digest.json.gz", &gzip[..]),
        ("AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2024/07/23/x.json.gz", &gzip),
        (
            "AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/23/cut.json.gz",
            &gzip[..gzip.len() / 2],
        ),
        ("AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/empty.json", b""),
        ("AWSLogs/o-a1b2c3/444455556666/CloudTrail/eu-west-1/2024/07/23/theft.json.gz", &gzip),
        ("odd/a b+c%2Fé&x=y/theft.json.gz", &gzip),
        ("odd/notes.txt", b"nothing of CloudTrail"),
    ] {
        both(&server, &folder, key, bytes);
    }
    let proxy = Proxy::before(server.port, |_| Trouble::None);
    for (place, flags) in [
        ("trail", &[][..]),
        ("trail", &["--threads", "1"]),
        ("trail/", &["--identities"]),
        ("trail/AWSLogs", &[]),
        ("trail/some", &[]),
        ("trail/AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/", &[]),
        ("trail/odd/a b+c%2Fé&x=y/theft.json.gz", &[]),
    ] {
        let said = same(&folder, proxy.port, place, flags);
        assert!(matches!(said.status, 0 | 1), "{said:?}");
    }

    // Folders that are wholly outside the period are not listed, nor read; a day's margin is.
    proxy.asked();
    let account = "trail/AWSLogs/111122223333";
    let scan = |root: &str, period: [&str; 2]| {
        let place = format!("{root}{account}");
        run(&folder, proxy.port, &["scan", "--format", "ndjson", &place, period[0], period[1]])
    };
    let until = ["--until", "2024-07-28"];
    let (far, near) = (scan("s3://", until), scan("", until));
    assert_eq!((far.status, &far.out), (near.status, &near.out), "{far:?}");
    let asked = proxy.asked();
    let read = keys(&asked);
    let newest = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/29/~";
    assert!(
        !read.is_empty()
            && read.iter().all(|key| key.as_str() < newest || key.ends_with("empty.json")),
        "{read:?}"
    );
    let listed = |day: &str| asked.iter().any(|request| request.target.contains(day));
    assert!(listed("2024%2F07%2F29%2F") && !listed("2024%2F07%2F30") && !listed("2024%2F08"));

    let late = scan("s3://", ["--since", "2024-10-01"]);
    assert_eq!(late.status, 2, "{late:?}");
    assert!(late.err.contains("is within the period"), "{}", late.err);

    // Logs of other services are told of and left where they are.
    server.put("AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/07/23/flow.log.gz", &gzip);
    let said = run(&folder, proxy.port, &["scan", "s3://trail/AWSLogs", "--format", "ndjson"]);
    let note = "note: s3://trail/AWSLogs/111122223333/vpcflowlogs/: holds logs of another service";
    assert!(said.err.contains(note), "{}", said.err);
    assert!(!keys(&proxy.asked()).iter().any(|key| key.contains("vpcflowlogs")));
}

fn recorded_gzip() -> Vec<u8> {
    super::recorded("instance-credentials-stolen")
}

/// One file that is fetched in several parts.
fn large() -> Vec<u8> {
    let record = |number: u32| {
        format!(
            r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::193672423079:user/one","accountId":"193672423079","accessKeyId":"AKIAUSERUSERUSERUSE1","userName":"one"}},"eventTime":"2024-07-23T{:02}:{:02}:{:02}Z","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.1","userAgent":"aws-cli/2.15.0","requestParameters":null,"responseElements":null,"eventID":"{number:08x}-0000-4000-8000-000000000000","eventType":"AwsApiCall","recipientAccountId":"193672423079"}}"#,
            number / 3600,
            number / 60 % 60,
            number % 60
        )
    };
    let records: Vec<String> = (0..12_000).map(record).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(",")).into_bytes()
}

#[test]
fn what_passes_is_tried_again_and_what_does_not_is_named() {
    let server = Arc::new(Server::start());
    let folder = Folder::new();
    both_trail(&server, &folder, "");
    let key = format!("{DAY}large.json");
    both(&server, &folder, &key, &large());
    let calm = same(&folder, server.port, "trail", &[]);

    // Every second request is refused, every third cut short, every fifth reset, all once.
    let proxy = Proxy::before(server.port, |request| {
        let number: usize = request.target.bytes().map(usize::from).sum();
        match request.before {
            0 if number.is_multiple_of(2) => busy(),
            0 if number.is_multiple_of(3) => Trouble::Cut(60),
            0 if number.is_multiple_of(5) => Trouble::Reset,
            _ => Trouble::Late(Duration::from_millis(10)),
        }
    });
    assert_eq!(same(&folder, proxy.port, "trail", &[]).out, calm.out);
    let asked = proxy.asked();
    let ranges = |from: &str| asked.iter().filter(|one| one.head.contains(from)).count();
    assert!(ranges("bytes=2097152-4194303") >= 1 && ranges("bytes=4194304-") >= 1, "in parts");
    let most = proxy.most();
    assert!((2..=64).contains(&most), "{most} requests at the same time");

    // Bodies that never come whole are named, with what came before, and so is what was deleted or
    // replaced after it was listed. The scan goes on.
    let names: Vec<String> = std::fs::read_dir(folder.path().join("trail").join(DAY))
        .expect("read a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .filter(|name| name != "large.json")
        .collect();
    let small = format!("{DAY}{}", names[0]);
    let deleted = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/deleted.json";
    let replaced = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/replaced.json";
    server.put(deleted, b"{\"Records\":[]}");
    server.put(replaced, b"{\"Records\":[]}");
    // Weak, since the proxy lives on and would keep the service alive.
    let (of_proxy, cut) = (Arc::downgrade(&server), small.clone());
    let proxy = Proxy::before(server.port, move |request| {
        let Some(server) = of_proxy.upgrade() else { return Trouble::None };
        let get = request.target.split('?').next().unwrap_or_default();
        if get.ends_with("large.json") && !request.head.contains("bytes=0-") {
            Trouble::Cut(50)
        } else if get.ends_with(&cut) {
            Trouble::Cut(0)
        } else if get.ends_with("deleted.json") {
            Trouble::First(Box::new(move || server.delete(deleted)))
        } else if get.ends_with("replaced.json") {
            Trouble::First(Box::new(move || server.put(replaced, b"{\"Records\":[ ]}")))
        } else {
            Trouble::None
        }
    });
    let said = run(&folder, proxy.port, &["scan", "--format", "ndjson", "s3://trail"]);
    assert_eq!(said.status, calm.status, "{}", said.err);
    let told = said.err.replace(&small, "SMALL").replace(DAY, "DAY/");
    assert_snapshot!(told);
}

#[test]
fn why_a_bucket_cannot_be_read() {
    let server = Server::start();
    let folder = Folder::new();
    server.put_folder(&trail(), "AWSLogs/");
    // Nobody listens there any more.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .expect("a port");
    let elsewhere = Proxy::before(server.port, |request| {
        if request.head.contains("/eu-central-1/s3/") {
            return Trouble::None;
        }
        let header = "x-amz-bucket-region: eu-central-1\r\n";
        let body = "<?xml version=\"1.0\"?><Error><Code>PermanentRedirect</Code>\
                    <Message>The bucket is elsewhere.</Message></Error>";
        Trouble::Answer(answer("301 Moved Permanently", header, body))
    });
    // The region is found by asking.
    let scan = ["scan", "s3://trail/AWSLogs", "--format", "ndjson"];
    let said = run(&folder, elsewhere.port, &scan);
    assert_eq!((said.status, said.out), (1, run(&folder, server.port, &scan).out));

    let told = |key, port: u16, place| {
        let arguments = ["scan", place, "--format", "ndjson"];
        let said = run_as(&folder, key, port, &arguments);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{said:?}");
        said.transcript(&arguments).replace(&port.to_string(), "PORT")
    };
    let mut all = String::new();
    for (key, port, place) in [
        (READER, server.port, "s3://"),
        (READER, server.port, "s3://no-such-bucket/AWSLogs"),
        (READER, server.port, "s3://trail/AWSLog"),
        (NOBODY, server.port, "s3://trail/AWSLogs"),
        ("AKIAUNKNOWNUNKNOWNUN", server.port, "s3://trail/AWSLogs"),
        (READER, closed, "s3://trail/AWSLogs"),
    ] {
        all += &told(key, port, place);
    }
    // Nobody who may only list can read one object; the first stands for the others.
    let denied = told(LISTER, server.port, &format!("s3://trail/{DAY}"));
    all += &denied;
    let arguments = ["scan", "s3://trail/AWSLogs"];
    let none = folder.run_with(&arguments, &[("AWS_EC2_METADATA_DISABLED", "true")]);
    all += &none.transcript(&arguments);
    assert_snapshot!(all);
}

#[test]
fn a_scan_of_a_bucket_goes_on_where_the_last_one_was() {
    let server = Server::start();
    let folder = Folder::new();
    server.put_folder(&trail(), "AWSLogs/");
    let proxy = Proxy::before(server.port, |_| Trouble::None);
    let with_state = ["scan", "s3://trail/AWSLogs", "--format", "ndjson", "--state", "kept"];
    let first = run(&folder, proxy.port, &with_state);
    let all = keys(&proxy.asked()).len();
    let second = run(&folder, proxy.port, &with_state);
    assert_eq!(second.out, first.out);
    let again = keys(&proxy.asked());
    assert!(again.len() * 2 < all, "{} of {all} objects were read again", again.len());

    // An object that was read and is another now, as its ETag tells, is read again.
    let oldest = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/07/";
    let whole = ["scan", "s3://trail/AWSLogs", "--format", "ndjson"];
    let (path, text) = first_of(&trail().join("111122223333/CloudTrail/us-east-1/2024/07"));
    let key = format!("{oldest}{}", path.display());
    server.put(&key, &vec![b' '; text.len()]);
    let third = run(&folder, proxy.port, &with_state);
    assert!(keys(&proxy.asked()).contains(&key), "{key} is read again");
    assert_eq!(third.out, run(&folder, proxy.port, &whole).out);
}

/// The first file below a folder, by name, and what is in it.
fn first_of(folder: &Path) -> (PathBuf, Vec<u8>) {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("one").path())
        .collect();
    names.sort();
    let day = &names[0];
    let file =
        std::fs::read_dir(day).expect("a folder").next().expect("a file").expect("one").path();
    let text = std::fs::read(&file).expect("read a file");
    (file.strip_prefix(folder).expect("below").to_owned(), text)
}
