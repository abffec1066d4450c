use std::io::{self, Read, Write};

use cloudtrail::Time;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Measure, Measurer};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn measure(bytes: &[u8]) -> Measure {
    Measurer::default().measure(bytes).unwrap()
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

#[test]
fn times_are_found_in_every_dialect() {
    for text in [
        r#"{"eventTime":"2026-01-02T03:04:05Z"}"#,
        "{\"eventTime\" :\n  \"2026-01-02T03:04:05Z\"}",
        r#"{"CloudTrailEvent":"{\"eventTime\":\"2026-01-02T03:04:05Z\"}"}"#,
        r#"{"Message":"{\"x\":\"{\\\"eventTime\\\": \\\"2026-01-02T04:04:05+01:00\\\"}\"}"}"#,
    ] {
        let found = measure(text.as_bytes());
        assert_eq!(found.first, time("2026-01-02T03:04:05Z"), "{text}");
        assert_eq!((found.last, found.disorder), (found.first, 0), "{text}");
        assert_eq!(found.text, text.len() as u64);
        assert_eq!(measure(&gzip(text.as_bytes())), found, "{text}");
    }
    for text in ["", "{}", r#"{"eventTime":"soon"}"#, "eventTime 2026-01-02T03:04:05Z", "eventTime"]
    {
        let found = measure(text.as_bytes());
        assert!(found.first > found.last, "{text}");
    }
}

#[test]
fn disorder_is_the_longest_way_back() {
    let text: String = ["03:00:00", "05:00:00", "04:30:00", "06:00:00", "05:59:59", "04:59:00"]
        .map(|hour| format!("{{\"eventTime\":\"2026-01-02T{hour}Z\"}}"))
        .join("\n");
    let found = measure(text.as_bytes());
    assert_eq!(found.disorder, 61 * 60 * 1_000_000);
    assert_eq!(found.first, time("2026-01-02T03:00:00Z"));
    assert_eq!(found.last, time("2026-01-02T06:00:00Z"));
}

/// Gives its bytes in pieces of changing length, so that keys and values are cut everywhere.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 % 41 + 1;
        let count = self.1.min(buffer.len()).min(self.0.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn large_texts_are_seen_whole_wherever_they_are_cut() {
    // 36 MiB of text: more than is read ahead, so that the stream takes over.
    let mut text = Vec::new();
    let begin = time("2026-01-01T00:00:00Z");
    let mut count = 0;
    while text.len() < 36 << 20 {
        let padding = "x".repeat(usize::try_from(count % 97).unwrap() + 300);
        let time = begin.plus_seconds(count);
        writeln!(text, "{{\"eventTime\":\"{time}\",\"a\":\"{padding}\"}}").unwrap();
        count += 1;
    }
    let expected = (begin, begin.plus_seconds(count - 1), 0, text.len() as u64);
    for bytes in
        [text.clone(), gzip(&text), [gzip(&text[..99_999]), gzip(&text[99_999..])].concat()]
    {
        let found = Measurer::default().measure(Pieces(&bytes, 0)).unwrap();
        assert_eq!((found.first, found.last, found.disorder, found.text), expected);
    }
}

#[test]
fn a_bomb_is_not_unpacked_and_half_a_file_is_measured_as_far_as_it_goes() {
    let found = measure(&gzip_best(&vec![b' '; 200 << 20]));
    assert!(found.text < 100 << 20, "{} bytes", found.text);

    let text = r#"{"eventTime":"2026-01-02T03:04:05Z"}"#.repeat(50_000);
    let packed = gzip(text.as_bytes());
    let half = measure(&packed[..packed.len() / 2]);
    assert_eq!(half.first, time("2026-01-02T03:04:05Z"));
    assert!(half.text > 0 && half.text < text.len() as u64);
}

fn gzip_best(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn foreign_formats_are_named() {
    for (bytes, name) in [
        (&b"PAR1xxxx"[..], Some("Parquet")),
        (b"PK\x03\x04xx", Some("a zip archive")),
        (b"{}", None),
        (b"", None),
    ] {
        assert_eq!(measure(bytes).format, name);
    }
}

#[test]
fn what_comes_before_a_fault_is_measured() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let text = br#"{"Records":[{"eventTime":"2026-01-01T00:00:00Z"},{"eventTime":"2026-"#;
    let measure = Measurer::default().measure(text.chain(Broken)).unwrap();
    assert_eq!(measure.first.to_string(), "2026-01-01T00:00:00Z");
    assert_eq!((measure.first, measure.text), (measure.last, text.len() as u64));
    assert!(Measurer::default().measure(Broken).is_err());
}
