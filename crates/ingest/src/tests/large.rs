//! Objects that are too large to be held.

use std::io::{self, Cursor, Read};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use super::*;
use crate::{Listing, Object};

/// A record every second, none further behind one before it than `disorder` seconds.
fn long(count: u32, disorder: i64) -> Vec<Rec> {
    (0..count)
        .map(|n| {
            let back = if disorder == 0 { 0 } else { i64::from(n) * 7_919 % disorder };
            (n, i64::from(n) - back)
        })
        .collect()
}

fn small_pieces() -> Limits {
    Limits { whole_text: 50_000, round_text: 150_000, piece: 100, ..Limits::default() }
}

#[test]
fn a_large_file_in_order_passes_through_in_little_memory() {
    for (disorder, held) in [(0, 600), (1_000, 1_700)] {
        let records = long(12_000, disorder);
        let expected = expected(records.iter().copied());
        for bytes in [lines(&records).into_bytes(), gzip(file(&records).as_bytes())] {
            let folder = Folder::new();
            folder.write("export.json.gz", bytes);
            let run = scan(&[folder.path().to_owned()], small_pieces());
            assert!(run.events() == expected);
            assert!(run.most_held <= held, "{} held, disorder {disorder}", run.most_held);
            assert!(run.rounds.len() > 50, "{} rounds", run.rounds.len());
            assert_eq!((run.books.late, &run.problems[..]), (0, &[][..]));
        }
    }
}

#[test]
fn a_large_file_in_no_order_is_sorted_on_disk_in_little_memory() {
    let mut records = long(9_000, 0);
    records.reverse();
    let folder = Folder::new();
    folder.write("backwards.json", file(&records));
    folder.write("small.json", file(&[(90_000, 17), (90_001, 8_000)]));
    let expected = expected(records.into_iter().chain([(90_000, 17), (90_001, 8_000)]));
    let run = scan(&[folder.path().to_owned()], small_pieces());
    assert!(run.events() == expected);
    assert_eq!((run.books.on_disk, &run.problems[..]), (0, &[][..]));
    let limits = Limits { held: 500_000, round_events: 50_000, ..small_pieces() };
    let run = scan(&[folder.path().to_owned()], limits);
    assert!(run.events() == expected);
    assert!(run.most_held < 1_500, "{} held", run.most_held);
    assert!(run.books.on_disk > 7_000, "{:?}", run.books);
    assert!(run.problems.is_empty());
}

#[test]
fn large_files_that_overlap_are_woven_together() {
    let folder = Folder::new();
    let all = long(9_000, 100);
    for region in 0..3 {
        let records: Vec<Rec> = all.iter().copied().filter(|(id, _)| id % 3 == region).collect();
        folder.write(&format!("region-{region}.json"), lines(&records));
    }
    let delivered: Vec<Rec> = (0..150).map(|n| (20_000 + n, i64::from(n) * 60)).collect();
    for record in &delivered {
        folder.write(&name(record.1 + 300, record.0), file(&[*record]));
    }
    let expected = expected(all.iter().chain(&delivered).copied());
    for streams in [3, 2, 0] {
        let run = scan(&[folder.path().to_owned()], Limits { streams, ..small_pieces() });
        assert!(run.events() == expected, "{streams} streams");
        assert!(run.problems.is_empty(), "{:?}", run.problems);
        // Two hours of records are held for the sake of the named files, and no more than that.
        assert!(streams < 3 || run.most_held < 8_200, "{} held", run.most_held);
    }
}

#[test]
fn half_of_a_large_file_gives_its_half() {
    let records = long(9_000, 0);
    let packed = gzip(lines(&records).as_bytes());
    let folder = Folder::new();
    folder.write("half.json.gz", &packed[..packed.len() / 2]);
    let run = scan(&[folder.path().to_owned()], small_pieces());
    let events = run.events();
    assert!(events.len() > 3_000 && events.len() < 6_000);
    assert!(events == expected(records[..events.len()].iter().copied()));
    let said = run.said();
    assert!(
        said.iter().any(|text| text.contains("gzip data is damaged or ends early")),
        "{said:?}"
    );
    assert_eq!(run.books.files, 1);
}

/// A source in memory whose readers tell when they are gone, and that may refuse to open.
struct Remote {
    text: Vec<u8>,
    gone: Mutex<Sender<()>>,
    openings_left: Mutex<u32>,
}

struct Reader {
    text: Cursor<Vec<u8>>,
    gone: Sender<()>,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.text.read(buffer)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The test may be over.
        let _ = self.gone.send(());
    }
}

impl Source for Remote {
    fn list(&self) -> Result<Listing, crate::Error> {
        let (path, size) = ("far/away".into(), self.text.len() as u64);
        let object = Object { path, size, delivered: None, tag: None };
        Ok(Listing { objects: vec![object], ..Listing::default() })
    }

    fn open(&self, _: &Object) -> io::Result<Box<dyn Read + Send>> {
        let mut left = self.openings_left.lock().unwrap();
        *left = left.checked_sub(1).ok_or_else(|| io::Error::other("gone\u{7}"))?;
        let gone = self.gone.lock().unwrap().clone();
        Ok(Box::new(Reader { text: Cursor::new(self.text.clone()), gone }))
    }
}

#[test]
fn a_run_that_is_dropped_stops_reading() {
    let (gone, told) = channel();
    let text = lines(&long(9_000, 0)).into_bytes();
    let source = Remote { text, gone: Mutex::new(gone), openings_left: Mutex::new(2) };
    let mut rounds = Rounds::new(&source, source.list().unwrap(), route).limits(small_pieces());
    let first = rounds.next().unwrap().unwrap();
    assert!(first.watermark < Time::MAX);
    told.recv().unwrap();
    assert!(told.try_recv().is_err(), "the second reader is at work");
    drop(rounds);
    told.recv().unwrap();
}

#[test]
fn an_object_that_goes_away_is_named() {
    for (records, openings) in [(9_000, 1), (9_000, 0), (10, 1), (10, 0)] {
        let (gone, _told) = channel();
        let text = lines(&long(records, 0)).into_bytes();
        let source = Remote { text, gone: Mutex::new(gone), openings_left: Mutex::new(openings) };
        let rounds = Rounds::new(&source, source.list().unwrap(), route).limits(small_pieces());
        let run = run(rounds);
        assert_eq!((run.books.unread, run.books.files, run.books.read), (1, 0, 0));
        assert_eq!(run.problems[0].to_string(), r"far/away: cannot be read: gone\u{7}");
    }
}
