//! What comes back from disk is what went there.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cloudtrail::decode::Decoder;
use tempfile::TempDir;

use super::*;

/// Every event of the recorded trails that the repository has, whatever its service and dialect.
fn recorded() -> Vec<Event> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut events = Vec::new();
    let mut decoder = Decoder::default();
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(testdata)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    for path in paths {
        decoder.decode(&fs::read(path).unwrap(), &mut |event| events.push(event));
    }
    assert!(events.len() > 1_000, "{} events", events.len());
    events
}

fn lane(event: &Event) -> u8 {
    event.name.len() as u8
}

#[test]
fn every_recorded_event_comes_back_as_it_was() {
    let events = recorded();
    let mut known = Known::default();
    for event in &events {
        let frame = run::Frame { time: event.time, lane: 7, code: code(event) };
        assert_eq!(known.event(&frame).unwrap(), (7, event.clone()));
    }
}

#[test]
fn runs_come_back_side_by_side_in_the_order_of_time() {
    let mut events = recorded();
    let folder = TempDir::new().unwrap();
    for (most, portion) in [(64, 10_000), (64, 100), (3, 100), (0, 100)] {
        let mut spill = Spill::new(folder.path(), most);
        for portion in events.chunks(portion) {
            spill.add(portion.iter().map(|event| (lane(event), event)).collect()).unwrap();
            assert!(spill.runs.len() <= most.max(1));
        }
        assert_eq!(spill.written.events, events.len() as u64);
        let mut back = Vec::new();
        let mut last = Time::MIN;
        while spill.first() < Time::MAX {
            let mut sink = |of, event: Event| {
                assert_eq!(of, lane(&event));
                back.push(event);
            };
            spill.take(Time::MAX, last, 100_000, &mut sink).unwrap();
            assert!(spill.first() > back.last().unwrap().time, "a moment is never split");
            last = spill.first();
        }
        assert!(back.is_sorted_by_key(|event| event.time));
        let order = |events: &mut Vec<Event>| events.sort_by_cached_key(|e| (e.time, code(e)));
        order(&mut back);
        order(&mut events);
        assert!(back == events, "{most} runs of {portion}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no name is left behind");
}

#[test]
fn only_what_is_due_comes_back() {
    let mut events = recorded();
    events.sort_by_key(|event| event.time);
    let folder = TempDir::new().unwrap();
    let mut spill = Spill::new(folder.path(), 4);
    spill.add(events.iter().map(|event| (0, event)).collect()).unwrap();
    let until = events[events.len() / 2].time;
    let mut count = 0;
    spill.take(until, Time::MIN, usize::MAX, &mut |_, _| count += 1).unwrap();
    assert_eq!(count, events.partition_point(|event| event.time < until));
    assert_eq!(spill.first(), until);
}

#[test]
fn callers_and_clients_are_shared_again() {
    let [event, ..] = &recorded()[..] else { panic!("no events") };
    let frame = run::Frame { time: event.time, lane: 0, code: code(event) };
    let mut known = Known::default();
    let (one, two) = (known.event(&frame).unwrap().1, known.event(&frame).unwrap().1);
    assert!(Arc::ptr_eq(&one.identity, &two.identity));
    assert!(Arc::ptr_eq(&one.user_agent, &two.user_agent));
}

#[test]
fn a_damaged_block_is_an_error() {
    let frame = run::Frame { time: Time::MIN, lane: 0, code: vec![0xff; 40] };
    assert!(Known::default().event(&frame).is_err());
}
