//! Files in any number, form and order: whatever is held, measured, cut or sorted on disk, the same
//! events come out in the same order.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cloudtrail::{Event, EventId, Time};
use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::{Limits, Rounds, Source, Trust};

use crate::memory::Memory;
use crate::records::decoded;

pub(crate) fn check(bytes: &[u8]) {
    let Some((control, text)) = bytes.split_first_chunk::<2>() else { return };
    let files = files(*control, text);
    let mut expected: BTreeMap<(Time, EventId), Vec<Event>> = BTreeMap::new();
    let mut read = 0;
    for (_, content) in &files {
        let (events, report) = decoded(content);
        read += report.read;
        for event in events {
            expected.entry((event.time, event.id.clone())).or_default().push(event);
        }
    }
    let source = Memory::new(files);
    let usual = handed_over(&source, Limits::default());
    let tiny = handed_over(&source, tiny());
    assert_eq!((usual.1, tiny.1), (read, read), "every record of every file is in the books");
    let differing = |event: &Event| {
        let copies = expected.get(&(event.time, event.id.clone()));
        copies.is_some_and(|copies| copies.iter().any(|copy| copy != event))
    };
    assert_eq!(usual.0.len(), tiny.0.len());
    for (one, other) in usual.0.iter().zip(&tiny.0) {
        // Of repeats that differ, in files whose names lie, the first one read is kept.
        assert!(one == other || differing(one), "what is held at a time shows: {one:?} {other:?}");
    }
    let keys = |events: &[Event]| -> Vec<_> {
        events.iter().map(|event| (event.time, event.id.clone())).collect()
    };
    assert_eq!(keys(&usual.0), expected.keys().cloned().collect::<Vec<_>>());
    for event in &usual.0 {
        let copies = expected.get(&(event.time, event.id.clone()));
        assert!(copies.is_some_and(|copies| copies.contains(event)), "no record is made up");
    }
}

/// Cuts a text at some of its line ends into files, packs some, and gives some the names that
/// CloudTrail gives: names that may lie.
fn files([cuts, forms]: [u8; 2], text: &[u8]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = vec![Vec::new()];
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if index > 0 && cuts >> (index % 8) & 1 == 1 && files.len() < 64 {
            files.push(Vec::new());
        }
        if let Some(file) = files.last_mut() {
            file.extend_from_slice(line);
        }
    }
    let named = files.into_iter().enumerate().map(|(index, content)| {
        let form = forms.rotate_right(index as u32 * 3);
        let name = match form & 3 {
            0 => format!("{index:02}.json"),
            other => format!(
                "111122223333_CloudTrail_us-east-1_2026010{other}T0{index:01}05Z_{index:016}.json",
                index = index % 10
            ),
        };
        if form & 4 == 0 {
            return (PathBuf::from(name), content);
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let _ = std::io::Write::write_all(&mut encoder, &content);
        (PathBuf::from(name + ".gz"), encoder.finish().unwrap_or_default())
    });
    // Files of one name are one file.
    named.collect::<BTreeMap<_, _>>().into_iter().collect()
}

/// Limits under which a few records make many rounds, and wait on disk.
fn tiny() -> Limits {
    Limits {
        whole_text: 600,
        round_text: 1_000,
        round_objects: 2,
        piece: 2,
        streams: 2,
        held: 2_000,
        round_events: 1_000,
        runs: 2,
    }
}

/// All events in the order in which they are handed over, and how many records were read.
fn handed_over(source: &Memory, limits: Limits) -> (Vec<Event>, u64) {
    let mut trust = Trust::default();
    loop {
        match attempt(source, limits, trust) {
            Ok(done) => return done,
            Err(error) => {
                let less = trust.after(&error);
                assert!(less.is_some(), "{error}");
                trust = less.unwrap_or_default();
            }
        }
    }
}

fn attempt(
    source: &Memory,
    limits: Limits,
    trust: Trust,
) -> Result<(Vec<Event>, u64), ingest::Error> {
    let listing = source.list()?;
    let folder = std::env::temp_dir();
    let route = |event: &Event| event.identity.arn.len() as u8;
    let mut rounds =
        Rounds::new(source, listing, route).limits(limits).trust(trust).temporary(&folder);
    let mut all = Vec::new();
    let mut last = Time::MIN;
    while let Some(round) = rounds.next() {
        let round = round?;
        assert!(rounds.books().balances(), "{:?}", rounds.books());
        let mut events = Vec::new();
        for lane in round.lanes {
            assert!(lane.late.is_empty(), "nothing is late in a source that is read to its end");
            assert!(lane.events.is_sorted_by(|a, b| (a.time, &a.id) < (b.time, &b.id)));
            events.extend(lane.events.into_iter().map(|event| *event));
        }
        assert!(events.iter().all(|event| event.time >= last && event.time <= round.watermark));
        last = round.watermark;
        events.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        all.append(&mut events);
    }
    // The same id in two lanes is two events of the same moment; it is one record.
    all.dedup_by(|one, other| one.time == other.time && one.id == other.id);
    let books = rounds.books();
    assert_eq!((books.waiting, rounds.held()), (0, 0), "everything is handed over");
    Ok((all, books.read))
}
