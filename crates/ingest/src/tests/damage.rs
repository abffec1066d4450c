//! Files that are broken, foreign, empty or missing: each is named, none stops the run.

use super::*;

/// A name, what is in it, what is said, and the books: files, foreign, accepted, skipped,
/// malformed.
type Case<'a> = (&'a str, Vec<u8>, &'a [&'a str], [u64; 5]);

#[test]
fn every_file_that_is_not_read_in_full_is_named_with_its_reason() {
    let healthy = file(&[(1, 60), (2, 120), (3, 180)]);
    let packed = gzip(healthy.as_bytes());
    let many = gzip(lines(&(0..2_000).map(|n| (n, i64::from(n))).collect::<Vec<_>>()).as_bytes());
    let mut not_utf8 = healthy.clone().into_bytes();
    let at = healthy.find("aws-cli").unwrap();
    not_utf8[at] = 0xff;
    let no_time = healthy.replacen(&time(60).to_string(), "soon", 1);
    let insight = json((9, 60)).replacen(
        "\"eventName\"",
        "\"eventType\":\"AwsCloudTrailInsight\",\"eventName\"",
        1,
    );
    let digest = r#"{"digestStartTime":"2026-01-01T00:00:00Z","logFiles":[]}"#;

    let cases: Vec<Case<'_>> = vec![
        ("healthy.json", healthy.clone().into(), &[], [1, 0, 3, 0, 0]),
        ("packed", packed.clone(), &[], [1, 0, 3, 0, 0]),
        ("no records.json", b"{\"Records\":[]}".into(), &[], [1, 0, 0, 0, 0]),
        ("insight.json", insight.into(), &[], [1, 0, 0, 1, 0]),
        ("empty.json.gz", vec![], &["empty.json.gz: is empty"], [0, 1, 0, 0, 0]),
        (
            ".hidden",
            b"hello".into(),
            &[".hidden: no CloudTrail records (at byte 0)"],
            [0, 1, 0, 0, 0],
        ),
        (
            "archive.zip",
            b"PK\x03\x04....".into(),
            &["archive.zip: is a zip archive, which is not read; unpack or convert it first"],
            [0, 1, 0, 0, 0],
        ),
        (
            "no time.json",
            no_time.into(),
            &["no time.json: record has no readable eventTime (at byte 12)"],
            [1, 0, 2, 0, 1],
        ),
        (
            "latin.json",
            not_utf8,
            &["latin.json: bytes that are no UTF-8 were replaced (at byte 12)"],
            [1, 0, 3, 0, 0],
        ),
        (
            "cut.json",
            healthy.as_bytes()[..healthy.len() - 20].into(),
            &["cut.json: text ends inside a record (at byte "],
            [1, 0, 2, 0, 1],
        ),
        (
            "half.json.gz",
            many[..many.len() / 2].into(),
            &["half.json.gz: text ends inside a record", "half.json.gz: gzip data is damaged"],
            [1, 0, 0, 0, 1],
        ),
    ];
    for named in [false, true] {
        for (file_name, bytes, said, [files, foreign, accepted, skipped, malformed]) in &cases {
            let folder = Folder::new();
            let of_trail = name(3_600, 1);
            let file_name = if named { &of_trail } else { *file_name };
            folder.write(file_name, bytes);
            let run = scan(&[folder.path().to_owned()], Limits::default());
            let found = run.said();
            // Only files without a name are looked at before they are decoded.
            if !named {
                assert_eq!(found.len(), said.len(), "{file_name}: {found:?}");
                let fits = found.iter().zip(*said).all(|(found, said)| found.starts_with(said));
                assert!(fits, "{found:?}");
            }
            assert_eq!(found.is_empty(), said.is_empty(), "{file_name}: {found:?}");
            let books = run.books;
            assert_eq!((books.files, books.foreign), (*files, *foreign), "{file_name}");
            assert_eq!((books.skipped, books.malformed), (*skipped, *malformed), "{file_name}");
            assert!(books.accepted == *accepted || (*accepted == 0 && books.accepted > 500));
            assert_eq!(
                books.bytes_packed > 0,
                !bytes.is_empty() && !bytes.starts_with(b"PK") || named && !bytes.is_empty()
            );
        }
    }
    let folder = Folder::new();
    folder.write("digest", digest);
    let books = scan(&[folder.path().to_owned()], Limits::default()).books;
    assert_eq!((books.digests, books.files, books.found), (1, 0, 1));
}

#[test]
fn a_broken_neighbour_costs_nobody_else_anything() {
    let folder = Folder::new();
    let records: Vec<Rec> = (0..100).map(|n| (n, i64::from(n) * 60)).collect();
    for (index, ten) in records.chunks(10).enumerate() {
        folder.write(&name((index as i64 + 1) * 600, index), gzip(file(ten).as_bytes()));
        folder.write(&name((index as i64 + 1) * 600, "broken"), b"\x1f\x8bnonsense");
        folder.write(&format!("{index}/noise"), b"\x00\xff{");
    }
    fs::create_dir(folder.path().join("like-a-file.json.gz")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling.json")).unwrap();
    let run = scan(&[folder.path().to_owned()], tiny());
    assert_eq!(run.events(), expected(records));
    assert_eq!((run.books.files, run.books.foreign, run.books.unread), (10, 20, 1));
    let files: std::collections::BTreeSet<_> = run.problems.iter().map(|p| &p.path).collect();
    assert_eq!(files.len(), 21, "{:?}", run.said());
}
